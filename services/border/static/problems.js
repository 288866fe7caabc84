// Shows the problems of a form at its fields and in a summary with the focus, as forms.html does on other pages.
import { element, text } from "./texts.js";

const clear = (form) => {
  form.querySelectorAll(".field.wrong").forEach((field) => field.classList.remove("wrong"));
  form.querySelectorAll(".why").forEach((line) => line.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", input.dataset.described ?? "");
    if (!input.dataset.described) input.removeAttribute("aria-describedby");
  });
  form.previousElementSibling?.matches(".errors") && form.previousElementSibling.remove();
};

export const labelOf = (input) => input?.labels?.[0]?.textContent.trim() ?? "";

const PERSON = { latin: "name", khmer: "name", on: "born", precision: "born", birth: "born", sex: "sex", home_province: "home" };
const OTHER = { destination: "country", returned_from: "country", accompanied_by: "companion", adult_crossing: "companion", words: "crossing_note" };

// Return the input of the booth's form for a field of the command, such as person.documents[0].number; undefined if it has none.
export const inputOf = (field) => {
  const last = field.split(".").at(-1).replace(/\[\d+\]$/, "");
  const name = field.includes(".documents[") ? `document_${last}` : field.startsWith("person") ? PERSON[last] : OTHER[field.split(".")[0]] ?? field;
  return document.getElementById("booth-form").elements[name];
};

// `problems` are { field, problem, day?, words? }: `problem` is the name of a text, `words` the words themselves.
export const show = (form, problems) => {
  clear(form);
  if (!problems.length) return;
  const list = element("ul");
  problems.forEach((each, nth) => {
    const input = form.elements[each.field];
    const words = each.words ?? text(each.problem, { day: each.day ?? "", count: each.count ?? "" });
    const label = labelOf(input);
    list.append(element("li", {}, input ? element("a", { href: `#${input.id}` }, label ? `${label}: ${words}` : words) : words));
    if (!input) return;
    const why = element("p", { class: "why", id: `why-${input.id}-${nth}` }, words);
    input.dataset.described ??= input.getAttribute("aria-describedby") ?? "";
    input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${why.id}`.trim());
    input.setAttribute("aria-invalid", "true");
    input.closest("details")?.setAttribute("open", "");
    const field = input.closest(".field");
    field.classList.add("wrong");
    (input.closest("label") ?? input).before(why);
  });
  const title = element("h2", { id: `${form.id}-errors` }, text("problem"));
  const summary = element("section", { class: "alarm errors", role: "alert", tabindex: "-1", "aria-labelledby": title.id }, title, list);
  form.before(summary);
  summary.focus();
};
