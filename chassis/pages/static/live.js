// Live updates: a page names its stream of changes and what it shows in <main data-live="/registry/pages/news" data-of="...">.
// After a change the page is fetched again and <main> is replaced; open details, scroll position and focus stay. While a form
// is being filled in, <main> is not replaced; a line says that there is news. #connection says when the server cannot be
// reached, on pages without changes too.
import { listen } from "./connection.js";

const PATIENCE = 5_000; // a stream that has ended is opened again within it
const sign = document.getElementById("connection");
let patience = 0;
const lost = (after) => { patience ||= window.setTimeout(() => { sign.textContent = sign.dataset.lost; }, after); };
const back = () => {
  window.clearTimeout(patience);
  patience = 0;
  if (!sign.textContent) return;
  sign.textContent = sign.dataset.back;
  window.setTimeout(() => { if (sign.textContent === sign.dataset.back) sign.textContent = ""; }, 10_000);
};
window.addEventListener("offline", () => { window.clearTimeout(patience); patience = 0; lost(0); });

const main = () => document.querySelector("main[data-live]");
let waiting = 0;
let fetching = false;
let again = false;

const keyOf = (element, nth) => element.id || (element.querySelector("summary") || element).textContent.trim() || String(nth);
const filling = () => {
  const focused = document.activeElement;
  if (focused && main().contains(focused) && focused.matches("input,select,textarea")) return true;
  return [...main().querySelectorAll("input,select,textarea")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.defaultSelected)
        : field.value !== field.defaultValue,
  );
};

const replace = (html) => {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  if (!fresh || !fresh.dataset.live) return;
  const open = new Set([...main().querySelectorAll("details[open]")].map(keyOf));
  const focus = document.activeElement && main().contains(document.activeElement) ? document.activeElement.id : "";
  const [x, y] = [window.scrollX, window.scrollY];
  fresh.querySelectorAll("details").forEach((details, nth) => {
    if (open.has(keyOf(details, nth))) details.open = true;
  });
  main().replaceWith(document.adoptNode(fresh));
  window.scrollTo(x, y);
  if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
};

const refresh = async () => {
  if (fetching) { again = true; return; }
  if (filling()) { main().dataset.news = "waiting"; waiting = window.setTimeout(refresh, 2000); return; }
  fetching = true;
  try {
    const answer = await fetch(window.location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    if (answer.ok) replace(await answer.text());
  } catch { /* no connection: once there is one again, the page is refreshed */ } finally {
    fetching = false;
    if (again) { again = false; soon(); }
  }
};
const soon = () => { window.clearTimeout(waiting); waiting = window.setTimeout(refresh, 200); };

let cut = false;
if (main())
  listen(main().dataset.live, main().dataset.of, ({ kind, missed }) => {
    cut = kind === "lost" || kind === "ended";
    if (kind === "changed") soon();
    else if (kind === "lost") lost(PATIENCE);
    else if (kind === "ended") window.dispatchEvent(new Event("live-updates-ended"));
    else {
      back();
      if (missed) soon();
    }
  });
window.addEventListener("online", () => { if (!cut) back(); });
