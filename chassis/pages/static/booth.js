// Sends a form without leaving the page: <form data-stay> is posted, and <main> is replaced by that of the answer, with the
// focus in the field that has it there. <form data-hint="..."> asks that address while the officer types, and shows the
// answer in #hint. A key such as F9 presses the button with data-key="F9". Without this script the forms work as any other.
const main = () => document.getElementById("main");
const PAUSE = 350;
const WHOLE = ["44 44", "36 36", "30 30 30"];
let sending = false;
let waiting = 0;
let asked = null;

const show = (html, url) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const next = fresh.querySelector("main");
  if (!next) return window.location.assign(url);
  document.title = fresh.title;
  main().replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)));
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
    if (path.startsWith("/sign-in")) window.location.assign(answer.url);
    else show(await answer.text(), answer.url);
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
