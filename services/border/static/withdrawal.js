// Undoes a record that was sent: the ministry voids it, for its author, within ten minutes after it arrived. It needs a
// connection. What is sent is sealed and signed as a record is; no session is needed.
import { uuid7 } from "./encoding.js";
import { changed } from "./outbox.js";
import { seal } from "./sealing.js";
import { codeOf, upload } from "./sending.js";
import * as store from "./store.js";

const asked = new Set(); // the records for which an undo is on its way
const mark = (id, news) => store.change("outbox", id, (record) => (record?.state === "sent" ? { ...record, ...news } : undefined));

const outcomeOf = async ({ id, undo_id }, session) => {
  const { ministry } = await store.get("device", "device");
  const frame = { id: undo_id, seq: 0, captured_at: new Date().toISOString() };
  const sealed = await seal({ ...frame, grant: session.grant, command: { kind: "undo", crossing_id: id } }, ministry);
  let answer;
  try { answer = await upload([{ ...frame, sealed }]); } catch { return { outcome: "later", problem: { code: "needs-connection" } }; }
  const told = await answer.json().catch(() => ({}));
  return answer.ok ? told.records[0] : { outcome: "later", problem: { code: codeOf(told) } };
};

// Ask the ministry to undo a record; returns "undone", or the code of the reason why it was not.
export const withdraw = async (id, session) => {
  if (asked.has(id)) return "";
  asked.add(id);
  try {
    // The id of the request is on the disk first, so that asking again after a lost answer is the same request.
    const record = await store.change("outbox", id, (now) => (now?.state === "sent" ? { ...now, undo_id: now.undo_id ?? uuid7() } : undefined));
    if (!record) return "undo-too-late";
    const { outcome, problem } = await outcomeOf(record, session);
    const done = ["recorded", "already_recorded"].includes(outcome);
    const code = done ? "undone" : problem?.code ?? "";
    await mark(id, done ? { state: "undone", not_undone: null } : { not_undone: code });
    return code;
  } finally {
    asked.delete(id);
    changed();
  }
};
