// Sends a form without leaving the page: <form data-stay> is posted, and <main> becomes that of the answer, with the focus in
// the field that has it there. A <form class="booth"> keeps its nodes and becomes like that of the answer: a browser needs tens
// of milliseconds to measure lists of hundreds of choices that are put into a page anew. <form data-hint="..."> asks that address while the officer types, and shows the
// answer in #hint. A key such as F9 presses the button with data-key="F9". Without this script the forms work as any other.
import { keep } from "./kept.js";

const main = () => document.getElementById("main");
const PAUSE = 350;
const WHOLE = ["44 44", "36 36", "30 30 30"];
let sending = false;
let waiting = 0;
let asked = null;

const isSame = (one, other) => one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");

const takeAttributes = (now, next) => {
  for (const { name } of [...now.attributes]) if (!next.hasAttribute(name)) now.removeAttribute(name);
  for (const { name, value } of next.attributes) if (now.getAttribute(name) !== value) now.setAttribute(name, value);
};

// Make a node like another one, and keep those of its children that the other one has, too. What was typed is taken back.
const become = (now, next) => {
  if (!(now instanceof Element)) {
    if (now.data !== next.data) now.data = next.data;
    return;
  }
  takeAttributes(now, next);
  let at = now.firstChild;
  for (const child of [...next.childNodes]) {
    let found = at;
    while (found && !isSame(found, child)) found = found.nextSibling;
    if (found) {
      while (at !== found) { const gone = at; at = at.nextSibling; gone.remove(); }
      at = found.nextSibling;
      become(found, child);
    } else now.insertBefore(document.adoptNode(child), at);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
  if (now.matches("input,textarea,select")) now.value = next.value;
  if (now.matches("[type=checkbox]")) now.checked = next.checked;
};

const changeTo = (next) => {
  const own = (place) => place.querySelector(":scope > form.booth");
  const [form, other] = [own(main()), own(next)];
  const adopted = (nodes) => nodes.map((node) => document.adoptNode(node));
  const all = [...next.childNodes];
  if (!form || !other) return main().replaceChildren(...adopted(all));
  for (const node of [...main().childNodes]) if (node !== form) node.remove();
  become(form, other);
  form.before(...adopted(all.slice(0, all.indexOf(other))));
  return form.after(...adopted(all.slice(all.indexOf(other) + 1)));
};

const show = (html, url) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const next = fresh.querySelector("main");
  if (!next) return window.location.assign(url);
  document.title = fresh.title;
  changeTo(next);
  (main().querySelector("[autofocus]") || main().querySelector("input:not([type=hidden]),select,textarea"))?.focus();
  return window.scrollTo(0, 0);
};

const tell = (text) => {
  const line = document.createElement("p");
  line.className = "now alarmed";
  line.id = "failed";
  line.setAttribute("role", "alert");
  const strong = document.createElement("strong");
  strong.textContent = text;
  line.append(strong);
  document.getElementById("failed")?.remove();
  main().prepend(line);
};

const send = async (form) => {
  if (sending) return;
  sending = true;
  window.clearTimeout(waiting);
  asked?.abort();
  form.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
    });
    const path = new URL(answer.url).pathname;
    if (path.startsWith("/sign-in")) {
      await keep().catch(() => {}); // and kept.js fills it in again after signing in
      window.location.assign(answer.url);
    } else show(await answer.text(), answer.url);
  } catch {
    tell(form.dataset.failed);
  } finally {
    form.removeAttribute("aria-busy");
    sending = false;
  }
};

const hint = async (form) => {
  asked?.abort();
  asked = new AbortController();
  try {
    const answer = await fetch(form.dataset.hint, {
      method: "POST",
      headers: { accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
      signal: asked.signal,
    });
    const place = document.getElementById("hint");
    if (!answer.ok || answer.redirected || !place) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
  } catch { /* no connection, or more was typed meanwhile: the hint is missing, and nothing depends on it */ }
};

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-stay]")) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-stay]");
  if (!form) return;
  if (event.target.name === "zone") {
    // A reader types a line break after each line, or none. The line break behind the last line is waited for: it would
    // press the button by which the officer confirms the name. Without line breaks the zone is whole when no more is typed.
    const lines = event.target.value.split("\n").map((line) => line.replace(/\s/g, "").length).filter(Boolean);
    window.clearTimeout(waiting);
    const whole = WHOLE.includes(lines.join(" "));
    if (whole && event.target.value.endsWith("\n")) form.requestSubmit();
    else if (whole || (lines.length === 1 && [72, 88, 90].includes(lines[0]))) waiting = window.setTimeout(() => form.requestSubmit(), PAUSE);
    return;
  }
  if (["name", "born", "document_number"].includes(event.target.name)) form.elements.by?.setAttribute("value", "hand");
  if (!form.dataset.hint) return;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => hint(form), PAUSE);
});

document.addEventListener("keydown", (event) => {
  // Enter in a list of choices sends the form as in a field of text.
  if (event.key === "Enter" && event.target.matches("form[data-stay] select")) {
    event.preventDefault();
    return event.target.form.requestSubmit();
  }
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return undefined;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (!button) return undefined;
  event.preventDefault();
  return button.click();
});
