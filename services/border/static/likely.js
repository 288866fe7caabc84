// Records of this device that are probably of the person or the crossing that is being typed, shown below the form. It is a
// hint: it is compared with what the unlocked officer can read here, asks no server and blocks nothing.
import { latinDigits } from "./days.js";
import { readable } from "./officer.js";
import { element, moment, text } from "./texts.js";

const HOURS = 12;
const MOST = 3;
const PAUSE = 200;
const place = document.getElementById("likely");
let timer = 0;
let turn = 0;

const number = (given) => latinDigits(given.document_number ?? "").toUpperCase().replace(/[^A-Z0-9]/g, "");
const name = (given) => (given.name ?? "").toLowerCase().split(/[\s,.-]+/).filter(Boolean).sort().join(" ");
const year = (given) => /\d{4}/.exec(latinDigits(given.born ?? ""))?.[0] ?? "";

// Whether two records are probably of one person: the same number of a document; or the same name, unless they differ in the
// number, the sex or the year of birth.
export const isLikelySame = (one, other) => {
  const [a, b] = [number(one), number(other)];
  if (a && b) return a === b;
  if (!name(one).includes(" ") || name(one) !== name(other)) return false;
  const differ = (first, second) => Boolean(first && second && first !== second);
  return !differ(one.sex, other.sex) && !differ(year(one), year(other));
};

const found = async (given, but) => {
  const since = Date.now() - HOURS * 3_600_000;
  const { own } = await readable();
  return own.filter((record) =>
    record.id !== but && !["undone", "given_up"].includes(record.state) && Date.parse(record.captured_at) >= since && isLikelySame(given, record.given));
};

const line = ({ given, captured_at, state }) =>
  element("p", { class: "likely" }, element("span", { "aria-hidden": "true" }, "◆ "), element("strong", {}, text("perhaps-same")),
    ` ${[given.name || given.document_number, text(`direction-${given.direction}`), moment(captured_at), text(`state-${state}`)].join(" · ")}`);

export const hideLikely = () => {
  window.clearTimeout(timer);
  turn += 1;
  place.replaceChildren();
};

// Show what is probably the same as the fields that `given()` returns, once nothing more is typed. `but` is the record that the
// form corrects.
export const showLikely = (given, but) => {
  window.clearTimeout(timer);
  timer = window.setTimeout(async () => {
    const mine = (turn += 1);
    const same = await found(given(), but);
    if (mine === turn) place.replaceChildren(...same.slice(-MOST).toReversed().map(line));
  }, PAUSE);
};
