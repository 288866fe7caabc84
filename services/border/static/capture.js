// The booth's form without a connection: a person is typed or read by the document reader, checked, sealed and kept on this
// device; then the form is empty for the next person.
import { commandOf, fieldsOfZone } from "./command.js";
import { hideLikely, showLikely } from "./likely.js";
import * as officer from "./officer.js";
import * as outbox from "./outbox.js";
import { inputOf, show } from "./problems.js";
import { isFull } from "./store.js";
import { element, months, moment, text, today } from "./texts.js";
import { isComplete } from "./zone.js";

const KEPT = "domnaer booth kept";
const KEPT_FIELDS = ["checkpoint", "direction", "country", "purpose", "vehicle", "document_kind"];
const PAUSE = 350;
const WHOLE = ["44 44", "36 36", "30 30 30"];
const form = document.getElementById("booth-form");
const answer = document.getElementById("answer");
const issuers = new Set([...form.elements.country.options].map(({ value }) => value).concat(form.dataset.issuers.split(" ")));
let corrected = null; // the record that the form shows, if it corrects one
let family = { family_id: outbox.newId(), adult: "" };
let busy = false;
let timer = 0;
let drafting = 0;

const inputs = () => [...form.elements].filter((input) => input.name);
export const typed = () =>
  Object.fromEntries(inputs().map((input) => [input.name, input.type === "checkbox" ? (input.checked ? input.value : "") : input.value.trim()]).filter(([, value]) => value));
const isPersonal = (input) => !KEPT_FIELDS.includes(input.name) && input.name !== "role";
const isEmpty = () => !inputs().some((input) => isPersonal(input) && input.type !== "checkbox" && input.value.trim());

const fill = (fields, all = true) => {
  for (const input of inputs()) {
    if (!(input.name in fields) && !all) continue;
    if (input.type === "checkbox") input.checked = Boolean(fields[input.name]);
    else input.value = fields[input.name] ?? (input.name === "role" ? "worker" : "");
  }
  for (const details of form.querySelectorAll("details"))
    details.open = [...details.querySelectorAll("input,select,textarea")].some((input) => (input.type === "checkbox" ? input.checked : input.value && input.value !== "worker"));
};

// Keep what is being typed; a correction stays one.
const keepDraft = () => officer.keepDraft({ ...typed(), ...(corrected ? { corrects: corrected.id } : {}) });

const remembered = () => {
  try { return JSON.parse(window.localStorage.getItem(KEPT)) ?? {}; } catch { return {}; }
};
const remember = (by) => {
  const kept = Object.fromEntries(KEPT_FIELDS.map((name) => [name, form.elements[name].value]));
  window.localStorage.setItem(KEPT, JSON.stringify({ ...kept, by }));
};

export const focus = () => form.elements[remembered().by === "hand" ? "name" : "zone"].focus();
const confirming = (on) => {
  form.toggleAttribute("data-read", on);
  document.getElementById("record").textContent = text(on ? "name-is-right" : corrected ? "keep-correction" : "record");
  document.getElementById("stop-correcting").hidden = !corrected;
};

// Empty the form for the next person; what is kept for the next one stays.
export const next = () => {
  const together = form.elements.together.checked;
  const kept = Object.fromEntries(KEPT_FIELDS.map((name) => [name, form.elements[name].value]));
  fill({ ...kept, ...(together ? { together: "yes" } : {}) });
  corrected = null;
  show(form, []);
  hideLikely();
  confirming(false);
};

const shown = (tone, first, ...lines) => {
  answer.className = `answer ${tone}`;
  answer.replaceChildren(element("p", { class: "recorded" }, first), ...lines);
  answer.hidden = false;
};
const large = (words) => element("p", { class: "todo" }, words);

const readZone = () => {
  const zone = form.elements.zone.value;
  const { fields, nameIsCut, problems } = fieldsOfZone(zone, today(), issuers);
  if (problems[0]?.field === "zone") return show(form, problems.map((each) => ({ ...each, count: zone.replace(/\s/g, "").length })));
  fill({ ...fields, zone: "" }, false);
  show(form, problems);
  if (problems.length) return undefined;
  confirming(true);
  showLikely(typed, corrected?.id);
  shown("compare", text("compare"), large(fields.name), element("p", {}, text("is-name-right"), nameIsCut ? ` ${text("name-is-cut")}` : ""));
  document.getElementById("record").focus();
  return undefined;
};

const words = (given) => given.name ?? given.document_number ?? text("no-name");

const keep = async (given, by) => {
  const session = officer.current();
  if (!session) return;
  const at = corrected?.captured_at ?? new Date().toISOString();
  const { command, problems } = commandOf({ ...given, ...(corrected?.family ?? family) }, at, { months, issuers });
  if (problems.length) return show(form, problems);
  const fields = { ...given, ...(corrected?.family ?? family) };
  const id = corrected?.id ?? outbox.newId();
  const waits = corrected?.state === "waiting";
  const kept = await (waits ? outbox.correct(corrected, fields, command, session) : outbox.capture(id, fields, command, session, corrected));
  if (!kept) return show(form, [{ field: "", problem: "too-late" }]);
  officer.dropDraft().catch(() => {}); // it comes back then, and says that it is not recorded
  if (!corrected) {
    if (!given.together) family = { family_id: outbox.newId(), adult: "" };
    else if (given.role !== "child") family.adult = id;
    remember(by);
  }
  const alone = command.unaccompanied_minor;
  shown(alone ? "refer" : "recorded", `✓ ${text(corrected ? "corrected" : "kept-here")} · ${words(given)} · ${moment(at)}`,
    large(alone ? `▲ ${text("child-alone")}` : text("not-checked")), element("p", {}, text("goes-out")));
  next();
  focus();
  window.dispatchEvent(new Event("domnaer-captured"));
};

const submit = async () => {
  if (busy) return;
  busy = true;
  window.clearTimeout(timer);
  window.clearTimeout(drafting);
  try {
    if (form.elements.zone.value.trim()) readZone();
    else await keep(typed(), form.hasAttribute("data-read") ? "zone" : "hand");
  } catch (error) {
    show(form, [{ field: "", problem: isFull(error) ? "disk-full" : "not-kept" }]);
  } finally {
    busy = false;
  }
};

// Show a record in the form, to correct it under its id: while it waits, or after a refusal.
export const correct = (record) => {
  const { family_id, adult, ...given } = record.given;
  corrected = { ...record, family: { family_id, adult } };
  fill(given);
  confirming(false);
  shown("compare", text("correcting"), large(words(given)));
  const wrong = record.state === "refused" && inputOf(record.problem?.field ?? "");
  show(form, wrong ? [{ field: wrong.name, problem: "not-valid" }] : []);
  if (!wrong) form.elements.name.focus();
};

// Fill the form for the officer who unlocked the page.
export const open = async (device) => {
  for (const option of [...form.elements.checkpoint.options]) if (option.value !== device.post) option.remove();
  const abroad = new Map(form.dataset.abroad.split(" ").map((each) => each.split("=")));
  fill({ direction: "out", country: abroad.get(device.post) ?? "THA", purpose: "work", vehicle: "on_foot", document_kind: "passport", ...remembered(), checkpoint: device.post });
  const { corrects, ...draft } = (await officer.draft()) ?? {};
  confirming(false);
  answer.hidden = true;
  if (corrects) {
    const record = (await officer.readable()).own.find(({ id }) => id === corrects);
    if (!record || !(outbox.mayCorrect(record) || record.state === "refused")) {
      await officer.dropDraft();
      return shown("compare", text("correction-too-late"));
    }
    correct(record);
    return fill(draft);
  }
  if (!Object.keys(draft).length) return undefined;
  fill(draft, false);
  return shown("compare", text("draft-back"));
};

// Forget what the form shows, at once; the promise ends when what was being typed is kept under the officer's key.
export const close = () => {
  window.clearTimeout(drafting);
  const keeping = isEmpty() ? Promise.resolve() : keepDraft();
  next();
  fill({});
  answer.hidden = true;
  answer.replaceChildren();
  return keeping;
};

export const isTyping = () => !isEmpty();

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
document.getElementById("stop-correcting").addEventListener("click", async () => { window.clearTimeout(drafting); await officer.dropDraft(); next(); answer.hidden = true; focus(); });
form.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches("select")) { event.preventDefault(); form.requestSubmit(); }
});
form.addEventListener("input", (event) => {
  window.clearTimeout(timer);
  if (event.target.name === "zone") {
    const lines = event.target.value.split("\n").map((line) => line.replace(/\s/g, "").length).filter(Boolean);
    // The line break behind the last line is waited for: it would press the button by which the officer confirms the name.
    const whole = WHOLE.includes(lines.join(" "));
    if (whole && event.target.value.endsWith("\n")) form.requestSubmit();
    else if (whole || (lines.length === 1 && isComplete(event.target.value))) timer = window.setTimeout(() => form.requestSubmit(), PAUSE);
    return;
  }
  showLikely(typed, corrected?.id);
  window.clearTimeout(drafting);
  drafting = window.setTimeout(() => (isEmpty() ? officer.dropDraft() : keepDraft()).catch(() => {}), 500);
});
