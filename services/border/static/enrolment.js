// What needs a session: enrolling this browser as a device of a post, and the grant that says whose captures it sends.
import { newDeviceKey, claimsOf, publicPart } from "./sealing.js";
import { leaveDevice } from "./outbox.js";
import * as store from "./store.js";

const PAGES = "/border/pages/offline";

export class NotSignedIn extends Error {}
// A refusal of the server, with the texts that it gave.
export class Refused extends Error {
  constructor(problem) { super(problem.title ?? ""); this.problem = problem; }
}

const asked = async (path, options = {}) => {
  const answer = await fetch(PAGES + path, { cache: "no-store", redirect: "manual", ...options, headers: { accept: "application/json", ...options.headers } });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new NotSignedIn();
  const told = await answer.json().catch(() => ({ status: answer.status }));
  if (!answer.ok) throw new Refused({ ...told, minutes: Math.ceil(Number(answer.headers.get("retry-after") ?? 60) / 60) });
  return told;
};

// Return who is signed in in this browser. Throws NotSignedIn.
export const session = (options) => asked("/session", options);

// End the session of this browser, if it is that of a person; false if it may still be there.
export const endSession = async (person) => {
  const signal = AbortSignal.timeout(10_000);
  try {
    const { caller, form_token } = await session({ signal });
    if (caller !== person) return true;
    const answer = await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ csrf: form_token }), redirect: "manual", signal });
    return answer.ok || answer.type === "opaqueredirect";
  } catch (error) {
    return error instanceof NotSignedIn;
  }
};

const post = async (path, value) => {
  const { form_token } = await session();
  return asked(path, { method: "POST", body: JSON.stringify(value), headers: { "content-type": "application/json", "x-csrf-token": form_token } });
};

// Enrol this browser with a code from the list of devices. Its key is made here and never leaves it. It is stored first: with the
// same key the code works again, if the answer was lost.
export const enrol = async (code) => {
  const { keys } = (await store.get("device", "next")) ?? { keys: await newDeviceKey() };
  await store.put("device", { id: "next", keys });
  const ministry = await asked("/key");
  const { device, post: place } = await post("/enrolment", { code, public_key: await publicPart(keys) }).catch(async (error) => {
    if (error.problem?.type?.endsWith("/device-key-unusable")) await store.remove("device", "next"); // it is that of another device
    throw error;
  });
  const before = await store.get("device", "device"); // which was revoked
  if (before) await leaveDevice(before);
  await store.put("device", { id: "device", device, post: place, keys, ministry, seq: before?.seq ?? 0 });
  await store.remove("device", "next");
};

// Return a grant of the person who is signed in, and when it ends by the clock of this device, which may be wrong.
export const grant = async (device) => {
  const { grant: token } = await post("/grants", { device }).catch(async (error) => {
    const { type, title } = error.problem ?? {};
    if (type?.endsWith("/device-not-in-use")) await store.change("device", "device", (now) => ({ ...now, problem: { code: "device-not-in-use", title } }));
    throw error;
  });
  const { sub, iat, exp } = claimsOf(token);
  return { token, ends: Date.now() + (exp - iat) * 1000, person: sub ?? "" };
};
