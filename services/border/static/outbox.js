// The outbox: what was captured on this device and its way to the ministry. A record is waiting, sending, sent, or refused;
// a refused one is corrected and captured again, or given up. One that can be neither is saved as a file and set aside. Every change of state is on the disk before it is shown.
import { uuid7 } from "./encoding.js";
import { decrypt, encrypt } from "./passphrase.js";
import { seal } from "./sealing.js";
import * as store from "./store.js";

const UNDO = 10 * 60_000;
const channel = new BroadcastChannel("domnaer-border-outbox");
const listeners = new Set();
// Call the listeners: what is shown may be out of date.
export const tell = () => listeners.forEach((listener) => listener());
channel.onmessage = tell;

// Call `listener` after each change, also of another tab.
export const whenChanged = (listener) => listeners.add(listener);
export const changed = () => { channel.postMessage("changed"); tell(); };

const nextNumber = async () => (await store.change("device", "device", (device) => ({ ...device, seq: device.seq + 1 }), "relaxed")).seq;

const written = async (frame, given, command, session) => {
  const { ministry } = await store.get("device", "device");
  const { id, seq, captured_at } = frame;
  const [sealed, local] = await Promise.all([
    seal({ command, grant: session.grant, id, seq, captured_at }, ministry),
    encrypt({ given, command }, session.key),
  ]);
  return { ...frame, officer: session.officer, key_id: session.key_id, sealed, local, needs_grant: session.ends <= Date.now() };
};

// Keep a captured crossing; it is on the disk when this returns. `replaced` is the refused record that it corrects: it keeps its
// id, to which the children of a family are linked. Returns false if that one was changed meanwhile.
export const capture = async (id, given, command, session, replaced) => {
  const seq = replaced?.seq ?? (await nextNumber());
  const frame = { id, seq, captured_at: command.occurred_at, state: "waiting", attempts: 0, maybe_sent: Boolean(replaced && needsGrant(replaced) && replaced.maybe_sent) };
  const record = await written(frame, given, command, session);
  const done = await store.change("outbox", id, (now) => (replaced && now?.state !== "refused" ? undefined : record));
  changed();
  return done !== undefined;
};
export const newId = uuid7;

const isQueued = (record) => record?.state === "waiting" && !record.maybe_sent;
export const mayCorrect = isQueued;
export const mayUndo = (record) => isQueued(record) && Date.now() - Date.parse(record.captured_at) < UNDO;

// Replace the content of a record that still waits; false if it is too late.
export const correct = async (record, given, command, session) => {
  const anew = await written(record, given, command, session);
  const done = await store.change("outbox", record.id, (now) =>
    isQueued(now) ? { ...now, sealed: anew.sealed, local: anew.local, key_id: anew.key_id, officer: anew.officer, needs_grant: anew.needs_grant } : undefined);
  changed();
  return done !== undefined;
};

// Delete a record that still waits, within ten minutes; false if it is too late.
export const undo = async (id) => {
  const done = await store.change("outbox", id, (now) => (mayUndo(now) ? null : undefined));
  changed();
  return done === null;
};

// Whether a sent record may still be undone by the ministry: within ten minutes, which the ministry counts itself.
export const mayWithdraw = (record) => record.state === "sent" && Date.now() - record.ended_at < UNDO;

// Whether a record can be sent only with a new grant of its officer: the grant had ended, or was not accepted.
const OF_GRANTS = ["grant-expired", "grant-unreadable", "grant-of-another-device"];
export const needsGrant = ({ state, needs_grant, problem }) =>
  (state === "waiting" && Boolean(needs_grant)) || (state === "refused" && OF_GRANTS.includes(problem?.code));

// Seal such records of the officer again with their new grant. They have their old ids, and wait to be sent.
export const sealAgain = async (session) => {
  for (const record of (await records()).filter((each) => each.key_id === session.key_id && needsGrant(each))) {
    const content = await decrypt(record.local, session.key);
    if (!content) continue;
    const anew = await written({ id: record.id, seq: record.seq, captured_at: record.captured_at }, content.given, content.command, session);
    await store.change("outbox", record.id, (now) =>
      now && needsGrant(now) && now.sealed === record.sealed ? { ...now, state: "waiting", problem: null, sealed: anew.sealed, needs_grant: anew.needs_grant, saved: false } : undefined);
  }
  changed();
};

// Whether a record waits for what only its officer can do. Without their key it is set aside, once it is saved as a file.
export const isStuck = (record) => record.state === "refused" || needsGrant(record);
export const setAside = async (ids) => {
  await store.changeAll("outbox", (record) => (ids.has(record.id) && isStuck(record) && record.saved ? { ...record, state: "aside", ended_at: Date.now() } : undefined));
  changed();
};

// Set everything unsent aside, before this browser is enrolled as another device: it is in files, and stays that of the old one.
export const leaveDevice = async (device) => {
  await store.put("device", { ...device, id: device.device });
  await store.changeAll("outbox", (record) => (isUnsent(record) ? { ...record, state: "aside", ended_at: Date.now(), of: device.device } : undefined));
};

// Give up a refused record. The reason is kept with it, readable for this officer only.
export const giveUp = async (id, reason, session) => {
  const why = await encrypt({ reason }, session.key);
  await store.change("outbox", id, (now) =>
    now?.state === "refused" ? { ...now, state: "given_up", sealed: "", why, given_up_by: session.key_id } : undefined);
  changed();
};

export const isUnsent = (record) => ["waiting", "sending", "refused"].includes(record.state);
export const bySeq = (a, b) => a.seq - b.seq;
// Whether a record can be sent as it is.
export const isReady = ({ state, needs_grant }) => state === "waiting" && !needs_grant;
export const records = async () => (await store.all("outbox")).sort(bySeq);

// The numbers that are always shown: records by state, and since when the oldest unsent one waits.
export const summary = async (given) => {
  const kept = given ?? (await records());
  const count = (state) => kept.filter((record) => record.state === state).length;
  const unsent = kept.filter(isUnsent);
  return {
    waiting: count("waiting"), sending: count("sending"), refused: count("refused"), sent: count("sent"),
    unsent: unsent.length,
    oldest: unsent.reduce((oldest, { captured_at }) => (!oldest || captured_at < oldest ? captured_at : oldest), ""),
  };
};

// Delete what was sent or given up and is more than a day old, and what was set aside after 60 days.
const DAY = 24 * 3_600_000;
const isOver = (record) => {
  const before = Date.now() - (record.state === "aside" ? 60 : 1) * DAY;
  return !isUnsent(record) && Date.parse(record.captured_at) < before && (record.ended_at ?? 0) < before;
};
export const tidy = async () => {
  await store.changeAll("outbox", (record) => (isOver(record) ? null : undefined));
  tell();
};
