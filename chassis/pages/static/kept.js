// Keeps what is typed into forms if the session ends: after signing in, the same person finds the same form with the text
// in it. The texts are stored in the session storage of the tab, encrypted with a key that only pages of that person have,
// and removed when any other page opens. A form is sent after its texts were stored, since its session may have ended; a form
// that stays on its page (booth.js) stores them once it knows.
import { fill, values } from "./fields.js";

const KEPT = "domnaer kept";
const LONGEST = 12 * 3_600_000;
const notice = document.getElementById("session");
const signIn = document.querySelector('main form[action="/sign-in"]');
const here = () => window.location.pathname + window.location.search;

const stored = () => {
  try { return JSON.parse(window.sessionStorage.getItem(KEPT)); } catch { return null; }
};
const store = (kept) => window.sessionStorage.setItem(KEPT, JSON.stringify(kept));
const forget = () => window.sessionStorage.removeItem(KEPT);
const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
// The page holds the key masked (chassis/access/masking.py): a random pad, then the key combined with it.
const unmasked = (both) => both.slice(both.length / 2).map((byte, nth) => byte ^ both[nth]);
const key = () => crypto.subtle.importKey("raw", unmasked(bytes(notice.dataset.key)), "AES-GCM", false, ["encrypt", "decrypt"]);

export const keep = async () => {
  const typed = values();
  if (!crypto.subtle || !typed.some(([, value]) => value.length)) return; // over plain HTTP nothing is stored
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), new TextEncoder().encode(JSON.stringify(typed)));
  store({ place: notice.dataset.here, at: Date.now(), iv: hex(iv), typed: hex(sealed) });
};

const bringBack = async (kept) => {
  try {
    const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, await key(), bytes(kept.typed));
    fill(JSON.parse(new TextDecoder().decode(opened)));
    document.getElementById("brought-back").hidden = false;
  } catch { /* another person signed in */ }
};

const kept = stored();
if (signIn && kept) {
  if (Date.now() - kept.at > LONGEST) forget();
  else {
    store({ ...kept, signedOut: true });
    const { pathname } = new URL(kept.place, window.location.href);
    for (const form of document.querySelectorAll("main form")) form.elements.next.value = pathname;
    document.getElementById("kept").hidden = false;
  }
} else if (notice && kept) {
  const path = new URL(kept.place, window.location.href).pathname;
  if (kept.signedOut && kept.place !== here() && path === window.location.pathname) window.location.replace(kept.place);
  else {
    forget();
    if (kept.signedOut && kept.place === here()) bringBack(kept);
  }
}

if (notice) {
  let sending = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.getAttribute("method") !== "post" || form.matches("[data-stay],[data-private]") || !form.closest("main") || !crypto.subtle) return;
    if (sending === form) { sending = true; return; } // sent again below, with its texts stored
    event.preventDefault();
    if (sending) return; // a second click
    sending = form;
    await keep().catch(forget);
    window.setTimeout(() => form.requestSubmit(event.submitter)); // not within this event, where it would be ignored
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { sending = false; forget(); } });
}
