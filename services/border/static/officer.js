// The officers of this device and the one who has unlocked it. Their local key is in the memory of this page only, until the
// page is locked. Unlocking needs no connection; beginning, and beginning again after a forgotten passphrase, needs a session.
import { uuid7 } from "./encoding.js";
import { grant } from "./enrolment.js";
import { isStuck, isUnsent, records, setAside } from "./outbox.js";
import { decrypt, encrypt, newLocalKey, rewrapped, unlock as unwrap } from "./passphrase.js";
import { claimsOf } from "./sealing.js";
import * as store from "./store.js";

const RENEW = 12 * 24 * 3_600_000;
let present = null; // { officer, label, key_id, key, grant, ends }

let opened = new Map(); // what was decrypted of the records, by id and initialization vector, until the page is locked

export const current = () => present;
export const officers = () => store.all("officers");
export const lock = () => { present = null; opened = new Map(); };

const unlocked = (officer, key, given) => {
  present = { officer: officer.id, label: officer.label, key_id: officer.key_id, key, grant: given.token, ends: given.ends ?? 0 };
  return present;
};

// Begin as the person who is signed in, with a new local key. What was captured under an earlier key of theirs is still
// sent, and can no longer be read here.
export const begin = async (label, passphrase) => {
  const device = await store.get("device", "device");
  const given = await grant(device.device);
  const { key, stored } = await newLocalKey(passphrase);
  const officer = { id: given.person || uuid7(), label, key_id: uuid7(), local_key: stored, grant: await encrypt(given, key) };
  await store.put("officers", officer);
  await store.remove("drafts", officer.id);
  return unlocked(officer, key, given);
};

// Unlock with the passphrase; null if it is wrong.
export const unlock = async (id, passphrase) => {
  const officer = await store.get("officers", id);
  const key = officer && (await unwrap(passphrase, officer.local_key));
  const given = key && (await decrypt(officer.grant, key));
  if (!given) return null;
  const { device } = await store.get("device", "device");
  return unlocked(officer, key, claimsOf(given.token).device === device ? given : { ...given, ends: 0 });
};

// Change the passphrase; false if the present one is wrong. The local key stays the same, so that all records stay readable.
export const changePassphrase = async (old, passphrase) => {
  const session = present;
  const { local_key } = (await store.get("officers", session.officer)) ?? {};
  const stored = local_key && (await rewrapped(old, local_key, passphrase));
  if (!stored) return false;
  const changed = await store.change("officers", session.officer, (officer) => (officer?.key_id === session.key_id ? { ...officer, local_key: stored } : undefined));
  return changed !== undefined;
};

// Ask for a new grant while the person is signed in, if the present one ends soon or is of no use; true if there is a new one.
// Without a session or connection the present one stays.
export const renew = async (soon = RENEW) => {
  const session = present;
  if (!session || session.ends - Date.now() > soon) return false;
  try {
    const { device } = await store.get("device", "device");
    const given = await grant(device);
    if (given.person && given.person !== session.officer) return false; // somebody else is signed in in this browser
    const sealed = await encrypt(given, session.key);
    await store.change("officers", session.officer, (officer) => (officer?.key_id === session.key_id ? { ...officer, grant: sealed } : undefined));
    Object.assign(session, { grant: given.token, ends: given.ends });
    return true;
  } catch {
    return false; // the present grant stays
  }
};

// Remove the unlocked officer from this device, with their key and their records; false while records of theirs are unsent.
export const leave = async () => {
  const session = present;
  const own = (await records()).filter(({ officer }) => officer === session.officer);
  if (own.some(isUnsent)) return false;
  await store.changeAll("outbox", (record) => (record.officer === session.officer && !isUnsent(record) && record.state !== "aside" ? null : undefined));
  await store.remove("drafts", session.officer);
  await store.remove("officers", session.officer);
  lock();
  return true;
};

// What is being typed is kept under the officer's key, so that a lock or a closed tab loses nothing of it. One change of the
// draft follows the other, so that what was recorded meanwhile does not come back.
let last = Promise.resolve();
const inTurn = (work) => (last = last.then(work, work));
export const keepDraft = (fields) => {
  const session = present;
  return inTurn(async () => {
    if (session) await store.put("drafts", { id: session.officer, ...(await encrypt(fields, session.key)) }, "relaxed");
  });
};
export const draft = () => {
  const session = present;
  return inTurn(async () => {
    const found = session && (await store.get("drafts", session.officer));
    return found ? decrypt(found, session.key) : null;
  });
};
export const dropDraft = () => {
  const session = present;
  return inTurn(async () => { if (session) await store.remove("drafts", session.officer, "relaxed"); });
};

// The records that nobody can send from here any more: the officer who could do it has lost the key.
const stuckOf = async (kept) => {
  const keys = new Set((await officers()).map(({ key_id }) => key_id));
  return kept.filter((record) => !keys.has(record.key_id) && isStuck(record));
};
// Set those records aside; false if some are not saved as a file yet.
export const setStuckAside = async () => {
  const stuck = await stuckOf(await records());
  if (!stuck.every(({ saved }) => saved)) return false;
  await setAside(new Set(stuck.map(({ id }) => id)));
  return true;
};

// Return the records that the unlocked officer can read, each with what was typed, how many others there are, and how many of
// those nobody can send.
export const readable = async (given) => {
  const session = present;
  if (!session) return { own: [], others: 0, stuck: 0 };
  const kept = given ?? (await records());
  const [own, before, after] = [[], opened, new Map()]; // nothing stays decrypted that is not kept any more
  const read = async (id, encrypted) => {
    const name = `${id} ${encrypted.iv}`;
    after.set(name, before.get(name) ?? (await decrypt(encrypted, session.key)));
    return after.get(name);
  };
  for (const record of kept.filter(({ key_id }) => key_id === session.key_id)) {
    const content = await read(record.id, record.local);
    if (!content) continue;
    const why = record.why && (await read(record.id, record.why));
    const rest = record.problem?.rest && (await read(record.id, record.problem.rest));
    own.push({ ...record, ...content, rest, reason: why?.reason ?? "" });
  }
  if (present === session) opened = after;
  const others = kept.length - own.length;
  return { own, others, stuck: others && (await stuckOf(kept)).length };
};
