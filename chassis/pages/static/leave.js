// "Leave this page at once": the link, Esc three times or Shift three times replace the page in the history, so that the
// button Back of the browser does not show it. A page of this kind that Back shows all the same is left again.
const LEFT = "domnaer left";
const WITHIN = 5000;
const link = document.querySelector("a[data-leave]");
const count = document.querySelector("[data-leave-count]");
let pressed = [];
let last = "";

const leave = () => {
  document.documentElement.hidden = true; // at once, before the other page has loaded
  document.title = "…";
  window.sessionStorage.setItem(LEFT, "1");
  window.location.replace(link.href);
};
const cameBack = () => window.performance.getEntriesByType("navigation")[0]?.type === "back_forward";

if (cameBack() && window.sessionStorage.getItem(LEFT)) leave();
else window.sessionStorage.removeItem(LEFT);
window.addEventListener("pageshow", (event) => { if (event.persisted) leave(); });
link.addEventListener("click", (event) => { event.preventDefault(); leave(); });
window.addEventListener("keydown", (event) => {
  if (event.repeat) return;
  if (event.key !== "Escape" && event.key !== "Shift") { pressed = []; count.textContent = ""; return; }
  const now = Date.now();
  pressed = [...(event.key === last ? pressed : []), now].filter((at) => now - at < WITHIN);
  last = event.key;
  if (pressed.length >= 3) leave();
  else count.textContent = pressed.length === 2 ? count.dataset.one : count.dataset.two;
});
document.querySelector("[data-leave-keys]").hidden = false;
