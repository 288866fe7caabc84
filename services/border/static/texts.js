// The texts of the page in its language, from <template id="texts">, and times as the page shows them.
const template = document.getElementById("texts").content;
const ZONE = "Asia/Phnom_Penh";

export const text = (name, values = {}) =>
  (template.querySelector(`[data-text="${CSS.escape(name)}"]`)?.textContent ?? name).replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
export const has = (name) => template.querySelector(`[data-text="${CSS.escape(name)}"]`) !== null;

// Not every Chromium has the names of months in Khmer: they come with the page.
const names = template.querySelector("[data-months]").dataset.names.split("|");
const clock = new Intl.DateTimeFormat("en-GB", { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const partsOf = (when) => Object.fromEntries(clock.formatToParts(new Date(when)).map(({ type, value }) => [type, value]));

export const moment = (when) => {
  const { day, month, year, hour, minute } = partsOf(when);
  return `${Number(day)} ${names[month - 1]} ${year}, ${hour}:${minute}`;
};
export const today = () => {
  const { day, month, year } = partsOf(Date.now());
  return [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
};
export const age = (when) => {
  const minutes = Math.max(0, Math.floor((Date.now() - new Date(when)) / 60_000));
  if (minutes < 120) return text("age-minutes", { count: minutes });
  return minutes < 2880 ? text("age-hours", { count: Math.floor(minutes / 60) }) : text("age-days", { count: Math.floor(minutes / 1440) });
};
export const size = (bytes) => `${(bytes / 1_000_000).toFixed(1)} MB`;

// Names of months in both languages, by their number.
export const months = new Map(
  template.querySelector("[data-months]").dataset.months.split("|").map((each) => each.split("=")).map(([name, month]) => [name, Number(month)]),
);

export const element = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
};
