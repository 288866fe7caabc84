// The service worker that keeps this page for days without a connection, and its new versions: one is taken over when the
// officer says so, and not while a record is unsent or being typed.
import { summary } from "./outbox.js";

const OFTEN = 3_600_000;
const register = () => navigator.serviceWorker.register("/border/pages/sw.js", { scope: "/border/pages/offline", updateViaCache: "none" });
const offer = document.getElementById("update");
let asked = false;

export const watchUpdates = async (isTyping, notice) => {
  const registration = await register();
  // An installation that failed, since the server had files of two versions for a moment, is tried again.
  window.setInterval(() => register().then((found) => found.update()).catch(() => {}), OFTEN);
  const ready = () => { offer.hidden = !(registration.waiting && navigator.serviceWorker.controller); };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", ready));
  ready();
  navigator.serviceWorker.addEventListener("controllerchange", () => { if (asked) window.location.reload(); });
  offer.querySelector("button").addEventListener("click", async () => {
    if (isTyping() || (await summary()).unsent) return notice("update-refused");
    asked = true;
    registration.waiting?.postMessage("update");
    return undefined;
  });
};
