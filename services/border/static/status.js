// The line that is always shown: how many records wait, are being sent or were refused, how old the oldest one is, whether the
// ministry was reached, the error of the clock and the room on the disk.
import { summary, tell } from "./outbox.js";
import { exported, send } from "./sending.js";
import { get, usage } from "./store.js";
import { age, element, has, moment, size, text } from "./texts.js";

const line = document.getElementById("counts");
const reached = document.getElementById("reached");
const posts = document.getElementById("field-checkpoint");
const notes = document.getElementById("notes");
const CLOCK_MATTERS = 120;
const SOON = 2_000;
const RARELY = 60_000;
const GOOD = ["", "sent", "empty", "not enrolled"];
let outcome = "";
let again = 0;

const count = (state, number, tone) => element("li", {}, element("span", { class: `tag ${number ? tone : ""}` }, text(`count-${state}`, { count: number })));

const connection = () => {
  if (!navigator.onLine || outcome === "no connection") return "offline";
  if (outcome === "later" || GOOD.includes(outcome)) return "online";
  return has(`code-${outcome}`) ? `code-${outcome}` : "unavailable";
};

const GONE = ["device-revoked", "device-unknown", "device-not-in-use"];

const said = (device, unsent) => {
  const found = [];
  if (device.problem) {
    const { code, title } = device.problem;
    found.push(text("device-refused", { reason: has(`code-${code}`) ? text(`code-${code}`) : title }));
  }
  if (Math.abs(device.clock_error ?? 0) >= CLOCK_MATTERS)
    found.push(text(device.clock_error > 0 ? "clock-slow" : "clock-fast", { minutes: Math.round(Math.abs(device.clock_error) / 60) }));
  if (outcome === "later" && !device.problem && unsent) found.push(text("not-all-sent"));
  return found;
};

// Show the state of the outbox and of the device.
export const showStatus = async (records) => {
  const device = await get("device", "device");
  if (!device) return;
  const { waiting, sending, refused, unsent, oldest } = await summary(records);
  const room = await usage();
  document.getElementById("device").textContent = `${device.device} · ${posts.querySelector(`[value="${CSS.escape(device.post)}"]`)?.textContent ?? device.post}`;
  line.replaceChildren(count("waiting", waiting, "watch"), count("sending", sending, "watch"), count("refused", refused, "alarm"));
  document.getElementById("oldest").textContent = unsent ? text("oldest", { age: age(oldest), moment: moment(oldest) }) : text("nothing-unsent");
  reached.textContent = [
    text(connection()),
    device.last_sent ? text("last-sent", { moment: moment(device.last_sent) }) : "",
  ].filter(Boolean).join(" · ");
  document.getElementById("enrol-again").hidden = !GONE.includes(device.problem?.code);
  notes.replaceChildren(...said(device, unsent).map((words) => element("p", { class: "why" }, words)));
  document.getElementById("room").textContent = [text("room", { used: size(room.used), quota: size(room.quota) }), text(room.persisted ? "kept-safe" : "not-kept-safe")].join(" ");
};

// Send what waits, and show what became of it. After a failure it is tried again soon, then less and less often: a network
// that has just come back often fails for some seconds.
const attempt = async (delay) => {
  window.clearTimeout(again);
  try { outcome = await send(); } catch { outcome = "later"; }
  if (navigator.onLine && !GOOD.includes(outcome)) {
    window.clearTimeout(again);
    again = window.setTimeout(() => attempt(Math.min(2 * delay, RARELY)), delay);
  }
  tell();
};
export const sendNow = () => attempt(SOON);

// Save everything unsent as encrypted files, to be taken in at another desk. The records stay here too.
const save = async () => {
  for (const { name, content } of await exported()) {
    const link = element("a", { href: URL.createObjectURL(new Blob([content], { type: "application/json" })), download: name });
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }
};

document.getElementById("send-now").addEventListener("click", sendNow);
document.getElementById("save-file").addEventListener("click", save);
