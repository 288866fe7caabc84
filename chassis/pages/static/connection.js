// One connection for changes per browser, however many tabs are open: browsers allow six connections to a server. Each tab
// holds a lock that is named after what it shows. The tab that holds the lock LEADER has the connection, for what all tabs
// show, and passes on what it hears; when it closes, another tab takes the lock. Without locks, as over plain HTTP, each tab
// has a connection of its own. All pages with changes name the same stream.
const LEADER = "domnaer live";
const SHOWS = "domnaer shows ";
const MOST = 50; // MOST_OF_A_BROWSER in services/registry/pages/news.py
const forever = () => new Promise(() => { /* the lock is released when the tab closes */ });

// With “late”, another tab had the connection before, and a change may have been missed since.
const connect = (stream, shown, late, tell) => {
  let before = null;
  let source = null;
  let lost = late;
  const open = (of) => {
    before?.close();
    before = source;
    const next = new EventSource(`${stream}?${of.map((each) => "of=" + encodeURIComponent(each)).join("&")}`);
    source = next;
    next.addEventListener("open", () => {
      if (next !== source) return;
      before?.close(); // only now, so that no change is missed
      before = null;
      tell({ kind: "connected", missed: lost });
      lost = false;
    });
    next.addEventListener("message", (event) => tell({ kind: "changed", of: JSON.parse(event.data).changed }));
    next.addEventListener("error", () => {
      if (next !== source) return;
      if (next.readyState === EventSource.CLOSED) before?.close();
      lost = true;
      tell({ kind: next.readyState === EventSource.CLOSED ? "ended" : "lost" });
    });
  };
  let now = "";
  const plan = async () => {
    const of = (await shown()).sort().slice(0, MOST);
    if (of.length && String(of) !== now) { now = String(of); open(of); }
    else if (lost) tell({ kind: "lost" }); // for a tab that has just come
  };
  window.addEventListener("pagehide", () => { before?.close(); source?.close(); });
  plan();
  return plan;
};

export const listen = (stream, of, heard) => {
  const take = (message) => { if (message.kind !== "changed" || message.of === of) heard(message); };
  if (!navigator.locks || !window.BroadcastChannel) { connect(stream, async () => [of], false, take); return; }
  const channel = new BroadcastChannel(LEADER);
  let plan = null;
  const replan = () => { if (plan) window.setTimeout(plan, 200); }; // once the lock of a closed tab is released
  channel.addEventListener("message", ({ data }) => { if (data.kind === "tabs") replan(); else take(data); });
  const shown = async () => {
    const { held } = await navigator.locks.query();
    return [...new Set(held.filter(({ name }) => name.startsWith(SHOWS)).map(({ name }) => name.slice(SHOWS.length)))];
  };
  navigator.locks.request(SHOWS + of, { mode: "shared" }, () => {
    channel.postMessage({ kind: "tabs" });
    replan();
    return forever();
  });
  const lead = (late) => {
    plan = connect(stream, shown, late, (message) => { channel.postMessage(message); take(message); });
    return forever();
  };
  navigator.locks.request(LEADER, { ifAvailable: true }, (lock) =>
    lock ? lead(false) : navigator.locks.request(LEADER, () => lead(true)));
  window.addEventListener("pagehide", () => channel.postMessage({ kind: "tabs" }));
};
