// The keys of every page: the list of keys under "?", the search, the lists of the header and the first field of a form.
// They are those of the keyboard's places, so that they work while it types Khmer. They can be switched off, and are
// silent while something is typed.
const OFF = "domnaer keys off";
const list = document.getElementById("keys");
const switched = list.querySelector("input");
const shown = document.getElementById("show-keys");
const typing = (element) => element.matches("input:not([type=checkbox]):not([type=radio]),select,textarea,[contenteditable]");
const off = () => window.localStorage.getItem(OFF) !== null;
const focus = (element) => { if (element) { element.focus(); element.scrollIntoView({ block: "center" }); } };

const search = () => {
  const field = document.querySelector("form[role=search] input:not([type=hidden])");
  if (field) focus(field);
  else window.location.assign("/");
};
const open = () => { switched.checked = !off(); list.showModal(); };

const actions = {
  KeyH: () => window.location.assign("/"),
  KeyF: () => focus([...document.querySelectorAll("main input,main select,main textarea")].find((field) => field.type !== "hidden" && field.offsetParent)),
  KeyM: () => focus(document.querySelector("main a,main button,main summary")),
};

window.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && event.target.form?.getAttribute("method") === "post") {
    event.preventDefault();
    event.target.form.requestSubmit();
    return;
  }
  if (off() || list.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  const nth = /^Digit([1-9])$/.exec(event.code)?.[1];
  const action =
    event.key === "?" ? open
    : event.code === "Slash" && !event.shiftKey ? search
    : nth && !event.shiftKey ? () => document.querySelectorAll("header.top nav a")[nth - 1]?.click()
    : event.shiftKey ? undefined
    : actions[event.code];
  if (!action) return;
  event.preventDefault();
  action();
});
switched.addEventListener("change", () => {
  if (switched.checked) window.localStorage.removeItem(OFF);
  else window.localStorage.setItem(OFF, "1");
});
shown.hidden = false;
shown.addEventListener("click", open);
