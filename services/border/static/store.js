// What the offline booth keeps in this browser (IndexedDB): the device with its key, the officers' wrapped keys, the outbox,
// and what is being typed. Nothing about a person who crosses is stored in the clear: see sealing.js and passphrase.js.
const NAME = "domnaer-border";
const STORES = { device: "id", officers: "id", outbox: "id", drafts: "id" };
let opened = null;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const open = () =>
  (opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES))
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  }));

// Run `work(store)` in one transaction, which is on the disk when the promise resolves. `work` may await requests of this
// store (through `done`) and nothing else, since the transaction would end before it. A relaxed one is on the disk with the
// next strict one: it is for what may be lost, and for what matters only together with something that is written after it.
const within = async (name, mode, work, durability = "strict") => {
  const database = await open();
  const transaction = database.transaction(name, mode, { durability });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error || new DOMException("aborted", "AbortError"));
  });
  ended.catch(() => {}); // whoever awaits it below is told
  const result = await work(transaction.objectStore(name));
  await ended;
  return result;
};

export const get = (name, id) => within(name, "readonly", (store) => done(store.get(id)));
export const all = (name) => within(name, "readonly", (store) => done(store.getAll()));
export const put = (name, value, durability) => within(name, "readwrite", (store) => done(store.put(value)), durability);
export const remove = (name, id, durability) => within(name, "readwrite", (store) => done(store.delete(id)), durability);

// Replace a record by `change(record)`; undefined leaves it, null deletes it. Returns what `change` returned.
export const change = (name, id, change, durability) =>
  within(name, "readwrite", async (store) => {
    const changed = change(await done(store.get(id)));
    if (changed === null) await done(store.delete(id));
    else if (changed !== undefined) await done(store.put(changed));
    return changed;
  }, durability);

// Replace every record for which `change(record)` returns another one; null deletes it. Returns the records as they are then.
export const changeAll = (name, change) =>
  within(name, "readwrite", async (store) => {
    const written = [];
    for (const record of await done(store.getAll())) {
      const changed = change(record);
      if (changed === null) store.delete(record.id);
      else if (changed !== undefined) {
        store.put(changed);
        written.push(changed);
      }
    }
    return written;
  });

export const isFull = (error) => error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";

// The part of the disk that is used, and whether the browser has promised not to delete it.
export const usage = async () => {
  const [estimate, persisted] = await Promise.all([navigator.storage?.estimate?.(), navigator.storage?.persisted?.()]);
  return { used: estimate?.usage ?? 0, quota: estimate?.quota ?? 0, persisted: Boolean(persisted) };
};
export const keepForever = async () => Boolean(await navigator.storage?.persist?.());
