// Keeps what is typed into forms when the language is switched by its link. The texts are stored in the session storage
// of the tab, and removed when the next page opens.
(() => {
  "use strict";
  const KEPT = "domnaer typed";
  const fields = () =>
    [...document.querySelectorAll("main form")].flatMap((form) =>
      [...form.elements]
        .filter((field) => field.name && !field.matches("[type=hidden],[type=password],[type=file],button"))
        .map((field) => [[form.getAttribute("action"), form.elements.match_id?.value, field.name].join(" "), field]),
    );
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";

  const kept = window.sessionStorage.getItem(KEPT);
  window.sessionStorage.removeItem(KEPT);
  const { place, typed } = kept ? JSON.parse(kept) : {};
  if (place === window.location.pathname + window.location.search) {
    const given = new Map(typed);
    for (const [name, field] of fields()) {
      if (!given.has(name)) continue;
      if (ticked(field)) field.checked = given.get(name).includes(field.value);
      else field.value = given.get(name);
    }
  }

  document.querySelectorAll('header a[href^="/language/"]').forEach((link) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // it opens elsewhere
      const next = new URL(link.href).searchParams.get("next");
      const given = new Map();
      for (const [name, field] of fields()) {
        if (!ticked(field)) given.set(name, field.value);
        else given.set(name, [...(given.get(name) || []), ...(field.checked ? [field.value] : [])]);
      }
      window.sessionStorage.setItem(KEPT, JSON.stringify({ place: next, typed: [...given] }));
    }),
  );
})();
