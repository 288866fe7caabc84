// The machine-readable zone of a travel document (ICAO 9303): TD1, TD2 and TD3 with their check digits. The same rules as
// contracts/machine_readable_zone.py, for a booth without a connection; a test compares the two.
const LAYOUTS = { 72: "TD2", 88: "TD3", 90: "TD1" };
const YEARS_AHEAD = 50;
const SEXES = { M: "1", F: "2" };

const characters = (typed) => typed.replace(/\s/g, "").toUpperCase();
export const isComplete = (typed) => characters(typed).length in LAYOUTS;

const checkDigit = (field) =>
  [...field].reduce((sum, each, place) => sum + (each === "<" ? 0 : parseInt(each, 36)) * [7, 3, 1][place % 3], 0) % 10;
const isUnknown = (field) => !/[^<0]/.test(field);
const isRight = (field, check) => check === String(checkDigit(field)) || (check === "<" && isUnknown(field));

const ofTwoLines = (first, second) => {
  const isPassport = first.length === 44;
  const isVisa = first.startsWith("V");
  const covered = second.slice(0, 10) + second.slice(13, 20) + second.slice(21, isPassport ? 43 : 35);
  return {
    code: first.slice(0, 2), issuer: first.slice(2, 5), name: first.slice(5),
    number: second.slice(0, 9), numberCheck: second[9],
    optional: isPassport || isVisa ? "" : second.slice(28, 35),
    birth: second.slice(13, 20), sex: second[20], expiry: second.slice(21, 28),
    personal: isPassport && !isVisa ? [second.slice(28, 42), second[42]] : null,
    whole: isVisa ? null : [covered, second.at(-1)],
  };
};

const ofCard = (first, second, third) => ({
  code: first.slice(0, 2), issuer: first.slice(2, 5), name: third,
  number: first.slice(5, 14), numberCheck: first[14], optional: first.slice(15),
  birth: second.slice(0, 7), sex: second[7], expiry: second.slice(8, 15), personal: null,
  whole: [first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29), second[29]],
});

const numberOf = ({ number, numberCheck, optional }) => {
  let [whole, check] = [number, numberCheck];
  const rest = optional.split("<")[0];
  if (check === "<" && rest.length > 1) [whole, check] = [number + rest.slice(0, -1), rest.at(-1)];
  return !isUnknown(whole) && isRight(whole, check) ? whole.replace(/<+$/, "") : null;
};

// Return year, month and day as YYYY-MM-DD; null if there is no such day.
const dayOf = (year, month, day) => {
  const found = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
  found.setUTCFullYear(year);
  return found.getUTCMonth() === Number(month) - 1 && found.getUTCDate() === Number(day)
    ? `${String(year).padStart(4, "0")}-${month}-${day}` : null;
};
const century = (today) => Math.floor(Number(today.slice(0, 4)) / 100) * 100;

// A date of birth is in the latest year with these digits in which it is not after today; its end may be unknown.
const birthOf = (digits, today) => {
  const parts = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)];
  const known = parts.filter((each) => each !== "<<");
  if (!known.length || known.some((each, place) => parts[place] !== each || !/^\d\d$/.test(each))) return null;
  for (const begin of [century(today), century(today) - 100]) {
    const found = dayOf(begin + Number(known[0]), known[1] ?? "01", known[2] ?? "01");
    if (found && found <= today) return found.slice(0, [4, 7, 10][known.length - 1]);
  }
  return null;
};

const expiryOf = (digits, today) => {
  if (!/^\d{6}$/.test(digits)) return null;
  const now = Number(today.slice(0, 4));
  let year = century(today) + Number(digits.slice(0, 2));
  if (year > now + YEARS_AHEAD) year -= 100;
  else if (year < now - YEARS_AHEAD) year += 100;
  return dayOf(year, digits.slice(2, 4), digits.slice(4, 6));
};

// Return what a zone says, or null if the text is no complete zone. `today` is a day as YYYY-MM-DD. A field with a wrong check
// digit is empty, and named in `wrong`.
export const readZone = (typed, today) => {
  const all = characters(typed);
  const layout = LAYOUTS[all.length];
  if (!layout || !/^[A-Z0-9<]+$/.test(all)) return null;
  const half = all.length / 2;
  const fields = layout === "TD1" ? ofCard(all.slice(0, 30), all.slice(30, 60), all.slice(60)) : ofTwoLines(all.slice(0, half), all.slice(half));
  const wrong = [];
  const number = numberOf(fields);
  if (number === null) wrong.push("number");
  const read = (field, how) => (isRight(field.slice(0, 6), field[6]) ? how(field.slice(0, 6), today) : null);
  const birth = read(fields.birth, birthOf);
  if (birth === null && !isUnknown(fields.birth)) wrong.push("birth");
  const expires = read(fields.expiry, expiryOf);
  if (expires === null && !isUnknown(fields.expiry)) wrong.push("expiry");
  if (fields.personal && !isRight(...fields.personal)) wrong.push("personal_number");
  if (!wrong.length && fields.whole && !isRight(...fields.whole)) wrong.push("whole");
  return {
    layout, wrong,
    code: fields.code.replaceAll("<", ""),
    issuer: fields.issuer.replaceAll("<", ""),
    number: number ?? "",
    name: fields.name.replaceAll("<", " ").trim().split(/\s+/).join(" "),
    nameIsCut: !fields.name.endsWith("<"),
    birth: birth ?? "",
    sex: SEXES[fields.sex] ?? "",
    expires: expires ?? "",
  };
};
