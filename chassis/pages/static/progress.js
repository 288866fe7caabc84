// The progress of a file that is made in the background: its part of the page is fetched again until the file is made.
const EVERY = 2_000;
const part = () => document.querySelector("[data-progress]");
const open = () => ["waiting", "making"].includes(part().dataset.progress);

const again = async () => {
  try {
    const answer = await fetch(window.location.href, { headers: { accept: "text/html" }, redirect: "manual" });
    const html = answer.ok ? await answer.text() : "";
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-progress]");
    if (fresh) {
      const focus = part().contains(document.activeElement) ? document.activeElement.id : "";
      part().replaceWith(document.adoptNode(fresh));
      if (focus) (document.getElementById(focus) || part().querySelector("a"))?.focus({ preventScroll: true });
    }
  } catch { /* no connection: it is tried again */ }
  if (open()) window.setTimeout(again, EVERY);
};
if (open()) window.setTimeout(again, EVERY);
