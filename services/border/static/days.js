// Dates of birth and days as people type them, as chassis/pages/typed.py reads them: 1990, 1980s, 3/4/1990, 23 April 1990, with
// digits of either script. Each function throws Unclear for a day that may mean another one: the form then asks back.
const SEPARATORS = /[\s/.,\-\u200b\u17d6]+/;

export class Unclear extends Error {
  // `problem` is the name of a text of the page, `day` what may be meant.
  constructor(problem, day = "") { super(problem); this.problem = problem; this.day = day; }
}

export const latinDigits = (typed) =>
  typed.replace(/[\u17e0-\u17e9]/g, (digit) => String(digit.charCodeAt(0) - 0x17e0)).replace(/[\u0e50-\u0e59]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));

const iso = (year, month, day) => {
  const found = new Date(Date.UTC(year, month - 1, day));
  const right = year >= 1000 && found.getUTCFullYear() === year && found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
  return right ? found.toISOString().slice(0, 10) : null;
};
const shown = (day) => day.split("-").reverse().join("/");

const MARKS = ["ថ្ងៃទី", "ថ្ងៃ", "ទី", "ខែ", "ឆ្នាំ", "of"];
// Return the parts of a date: numbers as text, and a named month as a number; null if there is anything else.
const partsOf = (typed, months) => {
  const found = [];
  const words = latinDigits(typed).trim().toLowerCase().replace(/(\d)(st|nd|rd|th)\b/g, "$1").split(SEPARATORS)
    .flatMap((word) => word.match(/\d+|\D+/g) || []);
  for (const word of words) {
    const bare = MARKS.reduce((rest, mark) => (rest.startsWith(mark) ? rest.slice(mark.length) : rest), word);
    if (!bare) continue;
    if (/^\d+$/.test(bare)) found.push(bare);
    else if (months.has(bare)) found.push(months.get(bare));
    else return null;
  }
  return found.length && found.length <= 3 ? found : null;
};

const ofYear = (year, month, day) => {
  if (year.length === 2) throw new Unclear("two-digits");
  return year.length === 4 ? iso(Number(year), Number(month), Number(day)) : null;
};

const ofParts = (parts) => {
  const [first, second, third] = parts;
  const named = parts.findIndex((part) => typeof part === "number");
  if (parts.length === 1 && first.length === 8) {
    const readings = [iso(+first.slice(4), +first.slice(2, 4), +first.slice(0, 2)), iso(+first.slice(0, 4), +first.slice(4, 6), +first.slice(6))];
    const possible = [...new Set(readings.filter((day) => day && day >= "1900" && day < "2701"))];
    if (possible.length > 1) throw new Unclear("eight-digits");
    return possible[0] ?? null;
  }
  if (parts.length !== 3) return null;
  if (named === 0) return ofYear(third, first, second);
  if (named === 2) return null;
  if (first.length === 4) return iso(+first, +second, +third);
  if (first.length > 2 || (named < 0 && second.length > 2)) return null;
  const day = ofYear(third, second, first);
  if (day || named >= 0) return day;
  const swapped = ofYear(third, first, second);
  if (swapped) throw new Unclear("month-first", shown(swapped));
  return null;
};

// Return a day as YYYY-MM-DD, or null if the text is none. `months` maps names of months to their numbers.
export const dayTyped = (typed, months) => {
  const parts = partsOf(typed, months);
  return parts && ofParts(parts);
};

// Return a date of birth with its precision, or null if the text is none.
export const birthTyped = (typed, months) => {
  const decade = /^(\d{3})0s$/.exec(latinDigits(typed.trim()));
  if (decade) return { on: `${decade[1]}0-01-01`, precision: "decade" };
  const parts = partsOf(typed, months);
  if (!parts) return null;
  const year = parts.length <= 2 ? parts.find((part) => typeof part === "string" && part.length === 4) : undefined;
  if (!year) {
    const on = ofParts(parts);
    return on && { on, precision: "day" };
  }
  const month = parts.find((part) => part !== year) ?? 1;
  const on = iso(+year, +month, 1);
  return on && { on, precision: parts.length === 1 ? "year" : "month" };
};
