// Live updates: a page names its stream of changes in <main data-live="/registry/workers/.../events">. After a change
// the page is fetched again and <main> is replaced; open details, scroll position and focus stay. While a form is being
// filled in, <main> is not replaced; a line says that there is news.
(() => {
  "use strict";
  const main = () => document.querySelector("main[data-live]");
  if (!main()) return;
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
    } catch { /* no connection: EventSource reconnects and triggers the next refresh */ } finally {
      fetching = false;
      if (again) { again = false; soon(); }
    }
  };
  const soon = () => { window.clearTimeout(waiting); waiting = window.setTimeout(refresh, 200); };

  const source = new EventSource(main().dataset.live);
  source.addEventListener("message", soon);
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) window.dispatchEvent(new Event("live-updates-ended"));
  });
  let before = false;
  source.addEventListener("open", () => { if (before) soon(); before = true; });
  window.addEventListener("pagehide", () => source.close());
})();
