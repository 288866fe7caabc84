// Warns before the session ends because nothing was done, and leaves the page when it has ended, so that no record stays
// on the screen. Typing and clicking are activity: the server is told at most once a minute. The server decides when the
// session ends; another window may have continued or ended it.
import { keep } from "./kept.js";

const notice = document.getElementById("session");

if (notice) {
  const limit = Number(notice.dataset.seconds);
  const warning = Number(notice.dataset.warning);
  let endsAt = Date.now() + limit * 1000;
  let toldAt = Date.now();
  let timer = 0;

  const leave = async () => {
    await keep().catch(() => { /* without the texts, the page is left all the same */ });
    const { pathname } = new URL(notice.dataset.here, window.location.href);
    window.location.replace("/sign-in?next=" + encodeURIComponent(pathname));
  };

  const plan = (seconds) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(check, Math.max(1, seconds) * 1000);
  };

  const ask = async (request) => {
    try {
      const answer = await fetch("/session", request);
      const left = answer.ok ? (await answer.json()).seconds : 0;
      endsAt = Date.now() + left * 1000;
    } catch { /* no connection: the end known so far holds */ }
    const left = (endsAt - Date.now()) / 1000;
    if (left <= 0) return leave();
    notice.hidden = left > warning;
    plan(notice.hidden ? left - warning : Math.min(left, 10));
  };

  const check = () => ask({});
  const stay = () => {
    toldAt = Date.now();
    return ask({ method: "POST", headers: { "x-csrf-token": notice.dataset.csrf } });
  };

  notice.querySelector("button").addEventListener("click", stay);
  for (const kind of ["keydown", "pointerdown"])
    window.addEventListener(kind, () => { if (Date.now() - toldAt > 60_000) stay(); }, { passive: true });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) check(); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) check(); });
  window.addEventListener("live-updates-ended", check);
  plan(limit - warning);
}
