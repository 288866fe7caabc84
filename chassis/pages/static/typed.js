// Keeps what is typed into forms when the language is switched by its link. The texts are stored in the session storage
// of the tab, and removed when the next page opens.
import { fill, values } from "./fields.js";

const KEPT = "domnaer typed";
const kept = window.sessionStorage.getItem(KEPT);
window.sessionStorage.removeItem(KEPT);
const { place, typed } = kept ? JSON.parse(kept) : {};
if (place === window.location.pathname + window.location.search) fill(typed);

document.querySelectorAll('header a[href^="/language/"]').forEach((link) =>
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // it opens elsewhere
    const next = new URL(link.href).searchParams.get("next");
    window.sessionStorage.setItem(KEPT, JSON.stringify({ place: next, typed: values() }));
  }),
);
