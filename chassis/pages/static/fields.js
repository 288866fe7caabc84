// The fields of the forms of a page: their values as [name, value] pairs, and filling them in again. A name is that of
// its form's address and of the field; hidden fields, passwords, files and private forms are left out.
const fields = () =>
  [...document.querySelectorAll("main form:not([data-private])")].flatMap((form) =>
    [...form.elements]
      .filter((field) => field.name && !field.matches("[type=hidden],[type=password],[type=file],button"))
      .map((field) => [[form.getAttribute("action"), form.elements.match_id?.value, field.name].join(" "), field]),
  );
const ticked = (field) => field.type === "checkbox" || field.type === "radio";

export const values = () => {
  const given = new Map();
  for (const [name, field] of fields()) {
    if (!ticked(field)) given.set(name, field.value);
    else given.set(name, [...(given.get(name) || []), ...(field.checked ? [field.value] : [])]);
  }
  return [...given];
};

export const fill = (typed) => {
  const given = new Map(typed);
  for (const [name, field] of fields()) {
    if (!given.has(name)) continue;
    if (ticked(field)) field.checked = given.get(name).includes(field.value);
    else field.value = given.get(name);
  }
};
