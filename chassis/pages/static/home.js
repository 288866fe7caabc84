// The first page: loads the counts of each list from its service, and loads them again when the page is looked at again.
const desks = document.querySelector(".desks");

const load = async (place) => {
  try {
    const answer = await fetch(place.dataset.counts, { headers: { accept: "text/html" }, redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    const counts = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ul.counts");
    place.replaceChildren(document.adoptNode(counts));
  } catch {
    place.textContent = desks.dataset.failed;
  }
};

const loadAll = () => { for (const place of desks.querySelectorAll("[data-counts]")) load(place); };
document.addEventListener("visibilitychange", () => { if (!document.hidden) loadAll(); });
loadAll();
