// From the fields of the booth's form to the command of POST /border/crossings, as services/border/pages/crossing_form.py and
// person_fields.py make it, and from a machine-readable zone to the fields. A problem is { field, problem, day? }; `problem` is the
// name of a text of the page.
import { birthTyped, dayTyped, latinDigits, Unclear } from "./days.js";
import { readZone } from "./zone.js";

const WORK = ["work", "day_work"];
const KHMER = /[\u1780-\u17ff]/;

const nameOf = (typed) => {
  const words = typed.split(/\s+/).filter(Boolean);
  const scripts = { khmer: words.filter((word) => KHMER.test(word)).join(" "), latin: words.filter((word) => !KHMER.test(word)).join(" ") };
  return Object.fromEntries(Object.entries(scripts).filter(([, name]) => name));
};

const asking = (field, problems, read) => {
  try {
    const found = read();
    if (found) return found;
    problems.push({ field, problem: "no-date" });
  } catch (error) {
    if (!(error instanceof Unclear)) throw error;
    problems.push({ field, problem: error.problem, day: error.day });
  }
  return null;
};

const personOf = (given, { months, issuers }, problems) => {
  const person = {};
  if (given.name) person.name = nameOf(given.name);
  if (given.name && /\p{Nd}/u.test(given.name)) problems.push({ field: "name", problem: "name-with-digits" });
  if (given.sex) person.sex = Number(given.sex);
  if (given.born) person.birth = asking("born", problems, () => birthTyped(given.born, months));
  if (given.home) person.home_province = given.home;
  if (given.document_number) {
    const shown = { kind: given.document_kind, number: latinDigits(given.document_number) };
    if (given.document_issued_by) shown.issued_by = given.document_issued_by.toUpperCase();
    if (shown.issued_by && !issuers.has(shown.issued_by)) problems.push({ field: "document_issued_by", problem: "not-listed" });
    if (given.document_place) shown.place = given.document_place;
    if (given.document_expires_on)
      shown.expires_on = asking("document_expires_on", problems, () => dayTyped(given.document_expires_on, months));
    person.documents = [shown];
  }
  return person;
};

const familyOf = (given) => {
  const found = {};
  const together = given.together === "yes" && given.family_id;
  if (together) found.family_id = given.family_id;
  if (given.role === "child" && given.companion) {
    found.accompanied_by = given.companion;
    found.unaccompanied_minor = given.companion === "nobody";
    if (together && given.adult && given.companion !== "nobody") found.adult_crossing = given.adult;
  }
  return found;
};

const kindOf = (given) => {
  const { direction, country, purpose } = given;
  if (!WORK.includes(purpose)) return { kind: "other", direction, country, purpose };
  if (direction === "out") return { kind: "departure", destination: country, purpose, ...(given.channel ? { channel: given.channel } : {}) };
  if (given.reason === "deported") return { kind: "deported_return", returned_from: country };
  return { kind: "return", returned_from: country, ...(given.reason ? { reason: given.reason } : {}) };
};

// Return the command of a form and its problems. `given` has the fields that are filled in; `known` has the names of months, and
// the codes that a document may be issued by. What only the server can judge is refused at the upload.
export const commandOf = (given, occurredAt, known) => {
  const problems = [];
  for (const field of ["checkpoint", "direction", "country", "purpose"])
    if (!given[field]) problems.push({ field, problem: "empty" });
  const command = {
    occurred_at: occurredAt,
    checkpoint: given.checkpoint,
    person: personOf(given, known, problems),
    ...(given.role ? { role: given.role } : {}),
    ...(given.vehicle ? { vehicle: given.vehicle } : {}),
    ...familyOf(given),
    ...(given.crossing_note ? { words: { note: given.crossing_note } } : {}),
    ...kindOf(given),
  };
  return { command, problems };
};

const FIELDS = { number: "document_number", birth: "born", expiry: "document_expires_on", personal_number: "document_number", whole: "document_number" };

const documentKind = ({ code, issuer }) => {
  if (code.startsWith("P")) return "passport";
  if (code === "AC") return "seamans_book";
  return code.startsWith("I") && issuer === "KHM" ? "national_id" : "other";
};

// Return the fields that a zone fills in, and its problems. `issuers` are the codes that a document may be issued by.
export const fieldsOfZone = (typed, today, issuers) => {
  const zone = readZone(typed, today);
  if (zone === null) return { fields: {}, problems: [{ field: "zone", problem: "no-zone" }] };
  if (zone.code.startsWith("V")) return { fields: {}, problems: [{ field: "zone", problem: "visa" }] };
  return {
    fields: {
      name: zone.name, sex: zone.sex, born: zone.birth,
      document_kind: documentKind(zone), document_number: zone.number,
      document_issued_by: issuers.has(zone.issuer) ? zone.issuer : "",
      document_expires_on: zone.expires,
    },
    nameIsCut: zone.nameIsCut,
    problems: zone.wrong.map((field) => ({ field: FIELDS[field], problem: `wrong-${field}` })),
  };
};
