// Sends the outbox in its order, as the device: no session and no passphrase is needed. One tab sends at a time. A batch that
// fails as a whole is sent record by record, so that one record blocks no other.
import { bySeq, changed, isReady, isUnsent, records } from "./outbox.js";
import { encrypt } from "./passphrase.js";
import { sign } from "./sealing.js";
import * as store from "./store.js";

const RECORDS = "/border/offline/records";
const KEY = "/border/pages/offline/key";
const MOST = 50;
const MOST_IN_FILE = 2_000;
const MOST_BYTES = 600_000;
const LOCK = "domnaer-border-sending";
let reader = () => null;

// `who()` returns the officer whose key is in memory: only they can read what is personal in a refusal.
export const readBy = (who) => { reader = who; };

const fetched = (url, options = {}, seconds = 30) =>
  fetch(url, { cache: "no-store", credentials: "omit", redirect: "error", signal: AbortSignal.timeout(seconds * 1000), ...options });

// Claim the records of a batch that still wait, and return them as they are stored: one may have been corrected or undone since
// it was read.
const claimed = async (batch) => {
  const ids = new Set(batch.map(({ id }) => id));
  const found = await store.changeAll("outbox", (record) =>
    ids.has(record.id) && isReady(record) ? { ...record, state: "sending", attempts: record.attempts + 1 } : undefined);
  return found.sort(bySeq);
};
// End the sending of claimed records; `news` has what became of each, by id. No record comes back that is gone.
const end = (news) => store.changeAll("outbox", (record) =>
  record.state === "sending" && news.has(record.id) ? { ...record, ...news.get(record.id), maybe_sent: record.maybe_sent || Boolean(news.get(record.id).maybe_sent) } : undefined);
const backToWaiting = (batch, maybe_sent) => end(new Map(batch.map(({ id }) => [id, { state: "waiting", maybe_sent }])));

// The body of an upload or of an exported file, and the signature of a device.
const signed = async (batch, device, more = {}) => {
  const entries = batch.map(({ id, seq, sealed }) => ({ id, seq, sealed }));
  const body = JSON.stringify({ device: device.device, device_clock: new Date().toISOString(), ...more, records: entries });
  return { body, signature: await sign(body, device) };
};

// Upload records as the device; return the answer. Throws without a connection.
export const upload = async (batch) => {
  const { body, signature } = await signed(batch, await store.get("device", "device"));
  return fetched(RECORDS, { method: "POST", body, headers: { "content-type": "application/json", "device-signature": signature } }, 60);
};

// Return the files with everything that is unsent or set aside, for taking in at another desk: { name, content } each. From now on such a
// record may be recorded, and is not changed here any more.
export const exported = async () => {
  const found = (await store.changeAll("outbox", (record) => ((isUnsent(record) || record.state === "aside") && record.sealed ? { ...record, maybe_sent: true, saved: true } : undefined))).sort(bySeq);
  changed();
  const files = [];
  for (const owner of new Set(found.map(({ of }) => of ?? "device"))) {
    const device = await store.get("device", owner);
    const own = found.filter(({ of }) => (of ?? "device") === owner);
    for (let from = 0; from < own.length; from += MOST_IN_FILE) {
      const content = await signed(own.slice(from, from + MOST_IN_FILE), device, { clock_error_seconds: device.clock_error ?? null });
      const part = own.length > MOST_IN_FILE ? `-${from / MOST_IN_FILE + 1}` : "";
      files.push({ name: `domnaer-${device.device}-${new Date().toISOString().slice(0, 10)}${part}.json`, content: JSON.stringify(content) });
    }
  }
  return files;
};

export const codeOf = (problem) => problem.code ?? problem.type?.split("/").at(-1) ?? "";
const readProblem = async (answer) => {
  try { return await answer.json(); } catch { return { title: "", status: answer.status }; }
};

// What is kept of a refusal: the broken rule and the field in the clear, the texts only for the officer whose key is in memory.
const kept = async (problem, record) => {
  const session = reader();
  const rest = { title: problem.title ?? "", detail: problem.detail ?? "", remedy: problem.remedy ?? "" };
  return {
    code: codeOf(problem),
    field: problem.field ?? problem.errors?.[0]?.field ?? "",
    rest: session?.key_id === record.key_id ? await encrypt(rest, session.key) : null,
  };
};

// What becomes of a record by its outcome.
const settled = async (record, outcome) => {
  const ended_at = Date.now();
  if (["recorded", "already_recorded"].includes(outcome?.outcome))
    return { state: "sent", sealed: "", ended_at, problem: null, event: outcome.events?.[0] ?? null, likely: (outcome.likely_same ?? []).length };
  if (outcome?.outcome === "refused") return { state: "refused", ended_at, event: outcome.crossing_id ?? null, problem: await kept(outcome.problem ?? {}, record) };
  if (outcome?.outcome === "try_again")
    return { state: "waiting", maybe_sent: outcome.problem?.code === "command-still-running", problem: await kept(outcome.problem ?? {}, record) };
  return { state: "waiting", maybe_sent: true };
};

const note = (news) => store.change("device", "device", (device) => ({ ...device, ...news }));

// Send some records; returns "sent" (each has its outcome), "later" (nothing more can be sent now), or "failed" (as a whole).
const sendBatch = async (wanted) => {
  const batch = await claimed(wanted);
  if (!batch.length) return "sent";
  changed();
  let answer;
  try {
    answer = await upload(batch);
    if (answer.ok) {
      const told = await answer.json();
      const outcomes = new Map(told.records.map((each) => [each.id, each]));
      await end(new Map(await Promise.all(batch.map(async (record) => [record.id, await settled(record, outcomes.get(record.id))]))));
      await note({ last_sent: Date.now(), clock_error: told.clock_error_seconds ?? 0, problem: null });
      return "sent";
    }
  } catch {
    await backToWaiting(batch, true); // whether it arrived is not known
    return "later";
  } finally {
    changed();
  }
  const problem = { ...(await readProblem(answer)), status: answer.status };
  const ofDevice = [401, 403].includes(answer.status);
  const later = ofDevice || [429, 502, 503, 504].includes(answer.status);
  if (!later && batch.length === 1 && answer.status < 500) await end(new Map([[batch[0].id, await settled(batch[0], { outcome: "refused", problem })]]));
  else await backToWaiting(batch, answer.status >= 500);
  if (ofDevice) await note({ problem: { code: codeOf(problem), title: problem.title ?? "" } });
  return later ? "later" : "failed";
};

const batchOf = (waiting, most) => {
  const batch = [];
  let bytes = 0;
  for (const record of waiting.slice(0, most)) {
    bytes += record.sealed.length;
    if (batch.length && bytes > MOST_BYTES) break;
    batch.push(record);
  }
  return batch;
};

// Return "" if the ministry takes records, whose present public key is kept for the next ones; else "no connection", or the
// code of its refusal.
const unreachable = async () => {
  try {
    const answer = await fetched(KEY, {}, 15);
    if (!answer.ok) return codeOf(await readProblem(answer)) || "unavailable";
    await note({ ministry: await answer.json() });
    return "";
  } catch {
    return "no connection";
  }
};

const sendAll = async () => {
  // Nobody else sends: what is still "sending" was left behind by a page that ended.
  await store.changeAll("outbox", (record) => (record.state === "sending" ? { ...record, state: "waiting", maybe_sent: true } : undefined));
  const tried = new Set();
  const waiting = async () => (await records()).filter((record) => isReady(record) && !tried.has(record.id));
  if (!(await waiting()).length) return "empty";
  const why = await unreachable();
  if (why) return why;
  let most = MOST;
  for (let rest = await waiting(); rest.length; rest = await waiting()) {
    const batch = batchOf(rest, most);
    const result = await sendBatch(batch);
    if (result === "later") return "later";
    if (result === "failed" && batch.length > 1) most = 1;
    else batch.forEach(({ id }) => tried.add(id));
  }
  return "sent";
};

let queued = null;

// Send everything that waits, after whichever tab is sending. Returns "sent", "empty", "later", "not enrolled", "no connection",
// or the code of a refusal.
export const send = async () => {
  if (!(await store.get("device", "device"))) return "not enrolled";
  queued ??= navigator.locks.request(LOCK, () => {
    queued = null;
    return sendAll();
  });
  const result = await queued;
  changed();
  return result;
};
