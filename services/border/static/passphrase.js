// The officer's local key: random, wrapped by a key from their passphrase (PBKDF2). Unwrapped it is only in the memory of a
// page. With it the officer reads their own records on this device; without the passphrase nobody does.
import { text, utf8 } from "./encoding.js";

const { subtle } = crypto;
const ROUNDS = 600_000;
const AES = { name: "AES-GCM", length: 256 };
export const SHORTEST = 10;

const fromPassphrase = async (passphrase, salt, iterations) => {
  const typed = await subtle.importKey("raw", utf8(passphrase.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  return subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, typed, AES, false, ["wrapKey", "unwrapKey"]);
};

const wrappedWith = async (key, passphrase) => {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const wrapping = await fromPassphrase(passphrase, salt, ROUNDS);
  return { salt, iv, iterations: ROUNDS, wrapped: await subtle.wrapKey("raw", key, wrapping, { name: "AES-GCM", iv }) };
};

// Return a new local key, and what is stored to unwrap it.
export const newLocalKey = async (passphrase) => {
  const fresh = await subtle.generateKey(AES, true, ["encrypt", "decrypt"]);
  const stored = await wrappedWith(fresh, passphrase);
  return { key: await unlock(passphrase, stored), stored };
};

const unwrapped = ({ iv, wrapped }, wrapping, extractable = false) =>
  subtle.unwrapKey("raw", wrapped, wrapping, { name: "AES-GCM", iv }, AES, extractable, ["encrypt", "decrypt"]);

// Return what is stored to unwrap the same local key with another passphrase; null if the present one is wrong.
export const rewrapped = async (present, stored, passphrase) => {
  let key;
  try {
    key = await unwrapped(stored, await fromPassphrase(present, stored.salt, stored.iterations), true);
  } catch {
    return null;
  }
  return wrappedWith(key, passphrase);
};

// Return the local key; null if the passphrase is wrong.
export const unlock = async (passphrase, stored) => {
  try {
    return await unwrapped(stored, await fromPassphrase(passphrase, stored.salt, stored.iterations));
  } catch {
    return null;
  }
};

export const encrypt = async (value, key) => {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await subtle.encrypt({ name: "AES-GCM", iv }, key, utf8(JSON.stringify(value))) };
};

// Return what was encrypted; null if it was encrypted with another key.
export const decrypt = async (encrypted, key) => {
  try {
    return JSON.parse(text(await subtle.decrypt({ name: "AES-GCM", iv: encrypted.iv }, key, encrypted.data)));
  } catch {
    return null;
  }
};
