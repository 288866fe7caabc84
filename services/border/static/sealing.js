// Encryption to the ministry and the signature of the device, with the browser's WebCrypto. A sealed record is a compact JWE
// (RFC 7516) that only the ministry's private key opens; a signature is a compact JWS (RFC 7515) with ES256.
import { base64url, fromBase64url, utf8 } from "./encoding.js";

const { subtle } = crypto;
const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.byteLength, 0));
  let at = 0;
  for (const part of parts) { all.set(new Uint8Array(part), at); at += part.byteLength; }
  return all;
};
const number = (value) => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
const prefixed = (bytes) => join(number(bytes.byteLength), bytes);

// The key derivation of RFC 7518, 4.6.2 (Concat KDF), for ECDH-ES with A256GCM: one round gives the 256 bits.
const derived = async (shared) =>
  subtle.digest("SHA-256", join(number(1), shared, prefixed(utf8("A256GCM")), number(0), number(0), number(256)));

const agreed = async (jwk) => {
  const curve = { name: "ECDH", namedCurve: jwk.crv };
  const theirs = await subtle.importKey("jwk", { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }, curve, false, []);
  const ours = await subtle.generateKey(curve, true, ["deriveBits"]);
  const { kty, crv, x, y } = await subtle.exportKey("jwk", ours.publicKey);
  const shared = await subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  return { content: new Uint8Array(await derived(shared)), encrypted: new Uint8Array(), header: { alg: "ECDH-ES", epk: { kty, crv, x, y } } };
};

const wrapped = async (jwk) => {
  const rsa = { name: "RSA-OAEP", hash: "SHA-256" };
  const theirs = await subtle.importKey("jwk", { kty: jwk.kty, n: jwk.n, e: jwk.e }, rsa, false, ["encrypt"]);
  const content = crypto.getRandomValues(new Uint8Array(32));
  return { content, encrypted: await subtle.encrypt(rsa, theirs, content), header: { alg: "RSA-OAEP-256" } };
};

// Return the compact JWE of a value for the ministry's public key (RSA, or EC on P-256).
export const seal = async (value, jwk) => {
  const { content, encrypted, header } = await (jwk.kty === "EC" ? agreed(jwk) : wrapped(jwk));
  const head = base64url(utf8(JSON.stringify({ ...header, enc: "A256GCM", ...(jwk.kid ? { kid: jwk.kid } : {}) })));
  const key = await subtle.importKey("raw", content, "AES-GCM", false, ["encrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const both = new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(head) }, key, utf8(JSON.stringify(value))));
  const end = both.length - 16;
  return [head, base64url(encrypted), base64url(iv), base64url(both.slice(0, end)), base64url(both.slice(end))].join(".");
};

const ES256 = { name: "ECDSA", namedCurve: "P-256" };

// The device's key: its private part cannot be read from the browser, only used in it.
export const newDeviceKey = () => subtle.generateKey(ES256, false, ["sign", "verify"]);
export const publicPart = async (keys) => {
  const { kty, crv, x, y } = await subtle.exportKey("jwk", keys.publicKey);
  return { kty, crv, x, y };
};

// Return the compact JWS of a device over the digest of a body.
export const sign = async (body, { device, keys }) => {
  const digest = base64url(await subtle.digest("SHA-256", utf8(body)));
  const claims = { digest, iat: Math.floor(Date.now() / 1000), jti: crypto.randomUUID() };
  const signed = [{ alg: "ES256", kid: device }, claims].map((part) => base64url(utf8(JSON.stringify(part)))).join(".");
  const signature = await subtle.sign({ name: "ECDSA", hash: "SHA-256" }, keys.privateKey, utf8(signed));
  return `${signed}.${base64url(signature)}`;
};

// Return what a JSON web token says, without judging its signature.
export const claimsOf = (token) => JSON.parse(new TextDecoder().decode(fromBase64url(token.split(".")[1])));
