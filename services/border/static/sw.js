// The service worker of the offline booth. The server puts VERSION and FILES before this text: the files of the page with their
// digests, which are the same for everybody and hold nothing of a person. Everything else goes to the network as if this worker did not exist.
const CACHE = `domnaer-offline-${VERSION}`;
const SETTINGS = "domnaer-offline-settings";
const BOOTH = "/border/pages/offline";
const LANGUAGES = ["en", "km"];

self.addEventListener("install", (event) => {
  const whole = Object.entries(FILES).map(([file, integrity]) => new Request(file, { cache: "reload", credentials: "omit", integrity }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(whole)));
});

self.addEventListener("activate", (event) => {
  const clean = async () => {
    for (const name of await caches.keys()) if (name.startsWith("domnaer-offline-") && ![CACHE, SETTINGS].includes(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(clean());
});

self.addEventListener("message", (event) => { if (event.data === "update") self.skipWaiting(); });

const language = async () => {
  const chosen = await (await caches.open(SETTINGS)).match(BOOTH);
  return (await chosen?.text()) || LANGUAGES.find((each) => navigator.language.startsWith(each)) || "en";
};
const choose = async (chosen) => (await caches.open(SETTINGS)).put(BOOTH, new Response(chosen));

const kept = async (request, path) => {
  const found = await (await caches.open(CACHE)).match(path, { ignoreVary: true });
  return found ?? fetch(request);
};

const added = async (request, path) => {
  const cache = await caches.open(CACHE);
  const found = await cache.match(path, { ignoreVary: true });
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === BOOTH && request.mode === "navigate") {
    event.respondWith(language().then((chosen) => Response.redirect(`${BOOTH}/${chosen}`, 302)));
  } else if (url.pathname in FILES) {
    const shell = LANGUAGES.find((each) => url.pathname === `${BOOTH}/${each}`);
    if (shell && request.mode === "navigate") event.waitUntil(choose(shell));
    event.respondWith(kept(request, url.pathname));
  } else if (url.pathname.startsWith("/static/")) event.respondWith(added(request, url.pathname)); // such as a font
});
