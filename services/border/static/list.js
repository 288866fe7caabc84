// The list of the records of this device that the unlocked officer can read, with what can be done about each.
import * as outbox from "./outbox.js";
import { inputOf, labelOf } from "./problems.js";
import { element, has, moment, text } from "./texts.js";
import { withdraw } from "./withdrawal.js";

const FEW = 50;
const body = document.getElementById("records");
const more = document.getElementById("show-all");
const TONES = { waiting: "watch", sending: "watch", sent: "regular", refused: "alarm", given_up: "", undone: "", aside: "" };
let whole = false;

const button = (label, spoken, act, { id }) => {
  const made = element("button", { type: "button", class: "quiet", "data-key": `${label} ${id}` }, text(label), " ", element("span", { class: "spoken" }, spoken));
  made.addEventListener("click", act);
  return made;
};

const why = ({ problem, rest }) => {
  const input = inputOf(problem?.field ?? "");
  const known = problem && has(`code-${problem.code}`) ? text(`code-${problem.code}`) : input && `${labelOf(input)}: ${text("not-valid")}`;
  const told = rest && [rest.title, rest.detail, rest.remedy].filter(Boolean).join(". ");
  return element("p", { class: "why" }, known || told || text("reason-when-sent-again"));
};

const givingUp = (record, session, name) => {
  const id = `give-up-${record.id}`;
  const input = element("input", { id, name: "reason", required: true, autocomplete: "off" });
  const form = element("form", { class: "row" },
    element("div", { class: "field" }, element("label", { for: id }, text("give-up-reason")), input),
    element("p", {}, element("button", { class: "quiet" }, text("give-up"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!input.value.trim()) return input.focus();
    form.closest("details").open = false;
    document.getElementById("records-title").focus();
    return outbox.giveUp(record.id, input.value.trim(), session());
  });
  return element("details", {}, element("summary", {}, text("give-up"), " ", element("span", { class: "spoken" }, name)), form);
};

const mayUndo = (record) => outbox.mayUndo(record) || outbox.mayWithdraw(record);
const undo = async (record, session, say) => {
  if (outbox.mayUndo(record)) return say((await outbox.undo(record.id)) ? "undone" : "too-late");
  const result = await withdraw(record.id, session());
  return say(result === "undone" ? "undone" : "");
};
const undoing = (record, name, session, say, isLatest) => {
  const made = button(isLatest ? "undo-by-key" : "undo", name, () => undo(record, session, say), record);
  if (isLatest) made.dataset.press = "F9";
  return made;
};

const actions = (record, name, session, correct, say, isLatest) => {
  const cell = element("td");
  if (record.state === "refused") {
    const recorded = record.problem?.code === "recorded-otherwise"; // sent again it would be refused again
    cell.append(recorded ? "" : button("correct-and-send", name, () => correct(record), record), givingUp(record, session, name));
  }
  if (outbox.mayCorrect(record)) cell.append(button("correct", name, () => correct(record), record), " ");
  if (record.event && record.state !== "undone") cell.append(element("a", { href: `/border/pages/events/${record.event}` }, text("open-record"), " ", element("span", { class: "spoken" }, name)));
  if (mayUndo(record)) cell.append(" ", undoing(record, name, session, say, isLatest));
  return cell;
};

const row = (record, session, correct, say, isLatest) => {
  const { given, state } = record;
  const name = given.name || given.document_number || text("no-name");
  const what = element("td", {}, element("b", {}, name), element("br"), [text(`direction-${given.direction}`), given.document_number].filter(Boolean).join(" · "));
  const tag = element("td", {}, element("span", { class: `tag ${TONES[state]}` }, text(`state-${state}`)));
  if (state === "waiting" && record.maybe_sent) tag.append(element("p", { class: "hint" }, text("maybe-sent")));
  if (state === "waiting" && record.needs_grant) tag.append(element("p", { class: "why" }, text("needs-grant")));
  if (state === "refused" || (state === "waiting" && record.problem)) tag.append(why(record));
  if (record.likely) tag.append(element("p", { class: "hint" }, text("likely")));
  if (state === "sent" && record.not_undone) tag.append(element("p", { class: "why" }, text(has(`undo-${record.not_undone}`) ? `undo-${record.not_undone}` : "undo-failed")));
  if (state === "given_up") tag.append(element("p", { class: "hint" }, record.reason));
  return element("tr", {}, element("td", {}, moment(record.captured_at)), what, tag, actions(record, name, session, correct, say, isLatest));
};

const byHand = () => document.activeElement?.matches("#records input") || body.querySelector("details[open]");

// Show the records, the refused ones first, then the latest. A list in which a reason is being typed is left as it is.
export const showRecords = ({ own, others, stuck }, session, correct, say) => {
  if (byHand() && own.length) return;
  const sorted = own.toReversed().sort((a, b) => (b.state === "refused") - (a.state === "refused"));
  const some = whole ? sorted : sorted.slice(0, FEW);
  const focused = body.contains(document.activeElement) && (document.activeElement.dataset.key ?? "");
  body.replaceChildren(...some.map((record) => row(record, session, correct, say, record === own.at(-1))));
  if (focused !== false) (body.querySelector(`[data-key="${CSS.escape(focused)}"]`) ?? document.getElementById("records-title")).focus();
  more.hidden = some.length === sorted.length;
  document.getElementById("no-records").hidden = own.length > 0;
  document.getElementById("records-table").hidden = own.length === 0;
  const rest = document.getElementById("others");
  rest.hidden = others === 0;
  rest.textContent = text("others", { count: others });
  document.getElementById("stuck").hidden = !stuck;
  document.getElementById("stuck-why").textContent = text("stuck", { count: stuck });
};

export const clearRecords = () => { body.replaceChildren(); whole = false; };
more.addEventListener("click", () => { whole = true; window.dispatchEvent(new Event("domnaer-captured")); });
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const pressed = body.querySelector(`button[data-press="${CSS.escape(event.key)}"]`);
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
