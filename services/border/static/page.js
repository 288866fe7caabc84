// The offline booth: shows the part of the page for its state (not enrolled, nobody begun, locked, unlocked), locks it when
// nobody uses it, and sends the outbox whenever that may succeed.
import * as capture from "./capture.js";
import { endSession, enrol, NotSignedIn, Refused, session } from "./enrolment.js";
import { clearRecords, showRecords } from "./list.js";
import * as officer from "./officer.js";
import { isUnsent, needsGrant, records, sealAgain, tidy, whenChanged } from "./outbox.js";
import { SHORTEST } from "./passphrase.js";
import { show } from "./problems.js";
import { readBy } from "./sending.js";
import { sendNow, showStatus } from "./status.js";
import { get, keepForever } from "./store.js";
import { element, has, text } from "./texts.js";
import { watchUpdates } from "./update.js";

const part = (id) => document.getElementById(id);
const PARTS = ["unsupported", "enrol", "begin", "unlock", "booth"];
const IDLE = Number(part("main").dataset.idle) * 1000;
const EVERY = 60_000;
const SOON = 40;
const DAY = 24 * 3_600_000;
let usedAt = { wall: Date.now(), steady: performance.now() };

const showOnly = (id) => {
  for (const each of PARTS) part(each).hidden = each !== id;
  part("outbox").hidden = ["unsupported", "enrol"].includes(id);
  part("lock").hidden = part("leave").hidden = id !== "booth";
  part("who").textContent = officer.current()?.label ?? "";
};
const notice = (name) => {
  part("notice").textContent = name ? text(name) : "";
  part("notice").hidden = !name;
};

// The list before the numbers, both of the same records, and one time for all changes within a moment: the form comes first.
const list = async (kept) => {
  const session = officer.current();
  const found = await officer.readable(kept);
  if (session && officer.current() === session) showRecords(found, officer.current, capture.correct, notice);
};
let due = 0;
const refresh = () => {
  due ||= window.setTimeout(async () => {
    due = 0;
    const kept = await records();
    await list(kept);
    await showStatus(kept);
  }, SOON);
};

const showGrant = () => { part("grant-over").hidden = !officer.current() || officer.current().ends > Date.now(); };
// Ask for a new grant in time, and send what waits for one.
const renewGrant = async (soon) => {
  const session = officer.current();
  if (session && (await officer.renew(soon)) && officer.current() === session) {
    await sealAgain(session);
    sendNow();
  }
  showGrant();
};

const openBooth = async () => {
  await capture.open(await get("device", "device")); // before it is shown: filling it would take back what is typed meanwhile
  showGrant();
  showOnly("booth");
  capture.focus();
  await list();
  keepForever().then(() => showStatus(), () => {});
  const { key_id } = officer.current();
  const useless = (await records()).some((record) => record.key_id === key_id && needsGrant(record));
  renewGrant(useless ? Infinity : undefined);
  sendNow();
};

const showBegin = (why) => {
  showOnly("begin");
  notice(why);
  const label = part("field-label");
  label.focus();
  session().then(({ name }) => { label.value ||= name; }, () => {}); // whoever is signed in, if there is a connection
};

const showLocked = async () => {
  if (!(await get("device", "device"))) return showOnly("enrol");
  const known = await officer.officers();
  part("field-unlock-officer").replaceChildren(...known.map(({ id, label }) => element("option", { value: id }, label)));
  part("back-to-unlock").hidden = !known.length;
  if (known.length) {
    showOnly("unlock");
    part("field-unlock-passphrase").focus();
  } else showBegin("");
  return showStatus();
};

const lock = async (why) => {
  if (!officer.current()) return;
  const keeping = capture.close().then(() => why, () => "draft-not-kept"); // a full disk must not leave the page open
  officer.lock();
  clearRecords();
  part("change-form").reset();
  part("change").open = false;
  await showLocked();
  notice(await keeping);
};

const problemsOf = (error) => {
  if (error instanceof NotSignedIn) return [{ field: "", problem: "sign-in-first" }];
  if (error instanceof Refused) {
    const code = `code-${error.problem.type?.split("/").at(-1)}`;
    if (has(code)) return [{ field: "", problem: code, count: error.problem.minutes }];
    if (error.message) return [{ field: "", words: [error.problem.title, error.problem.remedy].filter(Boolean).join(": ") }];
  }
  return [{ field: "", problem: "needs-connection" }];
};

const submits = (id, work) => {
  const form = part(id);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    notice("");
    try { show(form, (await work(form.elements)) ?? []); } catch (error) { show(form, problemsOf(error)); }
    form.removeAttribute("aria-busy");
  });
};

submits("enrol-form", async ({ code }) => {
  if (!code.value.trim()) return [{ field: "code", problem: "empty" }];
  await enrol(code.value.trim());
  return showLocked();
});

const problemsOfNew = (passphrase, again) => {
  if (passphrase.value.length < SHORTEST) return [{ field: "passphrase", problem: "too-short" }];
  return passphrase.value === again.value ? [] : [{ field: "again", problem: "not-the-same" }];
};

submits("begin-form", async ({ label, passphrase, again }) => {
  const problems = problemsOfNew(passphrase, again);
  if (!label.value.trim()) problems.unshift({ field: "label", problem: "empty" });
  if (problems.length) return problems;
  await officer.begin(label.value.trim(), passphrase.value);
  passphrase.value = again.value = "";
  return openBooth();
});

submits("unlock-form", async ({ officer: who, passphrase }) => {
  const found = await officer.unlock(who.value, passphrase.value);
  passphrase.value = "";
  if (!found) return [{ field: "passphrase", problem: "wrong-passphrase" }];
  return openBooth();
});

submits("change-form", async ({ old, passphrase, again }) => {
  const problems = problemsOfNew(passphrase, again);
  if (!old.value) problems.unshift({ field: "old", problem: "empty" });
  if (problems.length) return problems;
  if (!(await officer.changePassphrase(old.value, passphrase.value))) return [{ field: "old", problem: "wrong-passphrase" }];
  part("change-form").reset();
  part("change").open = false;
  return notice("passphrase-changed");
});

part("forgotten").addEventListener("click", () => showBegin("begin-again"));
part("set-aside").addEventListener("click", async () => notice((await officer.setStuckAside()) ? "set-aside" : "save-first"));
part("enrol-again").addEventListener("click", async () => {
  if ((await records()).some((record) => isUnsent(record) && !record.saved)) return notice("save-first");
  await lock("");
  showOnly("enrol");
  return part("field-code").focus();
});
part("another").addEventListener("click", () => showBegin(""));
part("back-to-unlock").addEventListener("click", () => { notice(""); showLocked(); });
part("lock").addEventListener("click", () => lock(""));
part("leave").addEventListener("click", async () => {
  const person = officer.current()?.officer;
  if (!person || capture.isTyping() || !(await officer.leave())) return notice("leave-refused");
  await capture.close();
  clearRecords();
  const ended = await endSession(person); // before it fills the name into the form of the next officer
  await showLocked();
  return notice(ended ? "left" : "left-signed-in");
});

// A computer that slept has no steady time, and a clock that is set has no true one: either is enough to lock.
const idle = () => Math.max(Date.now() - usedAt.wall, performance.now() - usedAt.steady) >= IDLE;
for (const kind of ["keydown", "pointerdown"])
  window.addEventListener(kind, () => { if (!idle()) usedAt = { wall: Date.now(), steady: performance.now() }; }, { passive: true, capture: true });
const checkIdle = () => { if (officer.current() && idle()) lock("locked-idle"); };

const begin = async () => {
  if (!window.isSecureContext || !("serviceWorker" in navigator) || !navigator.locks || !crypto.subtle) return showOnly("unsupported");
  readBy(officer.current);
  whenChanged(refresh);
  window.addEventListener("domnaer-captured", () => { notice(""); refresh(); sendNow(); });
  window.addEventListener("online", () => { renewGrant(DAY); sendNow(); });
  window.addEventListener("offline", () => showStatus());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { checkIdle(); renewGrant(DAY); sendNow(); } });
  window.setInterval(() => { tidy(); renewGrant(DAY); sendNow(); }, EVERY);
  window.setInterval(checkIdle, 5_000);
  watchUpdates(capture.isTyping, notice);
  await tidy();
  await showLocked();
  return sendNow();
};
const unlocked = () => { usedAt = { wall: Date.now(), steady: performance.now() }; };
part("unlock-form").addEventListener("submit", unlocked, { capture: true });
part("begin-form").addEventListener("submit", unlocked, { capture: true });
begin();
