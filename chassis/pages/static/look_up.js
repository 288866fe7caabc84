// A field with a long list as a combobox: while something is typed, the choices that fit are shown below it. Arrows move,
// Enter and a click choose, Escape closes. Without this script the button beside the field shows the list by letter.
// A list of records is searched with POST: a name never is in an address, and each search is logged.
const WAIT = 120;
const WAIT_FOR_RECORDS = 300;
let numbered = 0;

const combobox = (box) => {
  const input = box.querySelector("input:not([type=hidden])");
  const list = document.createElement("ul");
  const told = document.createElement("p");
  const id = `choices-${(numbered += 1)}`;
  let timer = 0;
  let asked = null;
  let found = [];
  let at = -1;

  box.dataset.ready = "yes";
  box.querySelector("button[name=choose]").hidden = true;
  list.id = id;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0]?.textContent.trim() || "");
  told.className = "spoken";
  told.setAttribute("role", "status");
  box.append(list, told);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id, "aria-haspopup": "listbox" }))
    input.setAttribute(name, value);

  const close = () => {
    window.clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (nth) => {
    at = nth;
    [...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === nth)));
    const option = list.children[nth];
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const choose = (nth) => {
    input.value = found[nth].text;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const show = (choices) => {
    found = choices;
    list.replaceChildren(...choices.map((choice, nth) => {
      const option = document.createElement("li");
      option.id = `${id}-${nth}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.textContent = choice.label || choice.text;
      if (choice.khmer) {
        const khmer = document.createElement("span");
        khmer.lang = "km";
        khmer.textContent = choice.khmer;
        option.prepend(khmer, " ");
      }
      return option;
    }));
    told.textContent = choices.length ? box.dataset.some.replace("#", String(choices.length)) : box.dataset.none;
    list.hidden = !choices.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  };

  const search = async () => {
    asked?.abort();
    asked = new AbortController();
    const text = input.value.trim();
    const { source, posts } = box.dataset;
    const token = input.form?.elements.csrf?.value || "";
    const url = posts ? source : `${source}?text=${encodeURIComponent(text)}`;
    const sent = posts ? { method: "POST", body: new URLSearchParams({ text, csrf: token }) } : {};
    try {
      const answer = await fetch(url, { ...sent, signal: asked.signal, headers: { accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch { /* typed on, or no connection: the text is read when the form is sent */ }
  };
  const soon = () => { window.clearTimeout(timer); timer = window.setTimeout(search, box.dataset.posts ? WAIT_FOR_RECORDS : WAIT); };

  input.addEventListener("input", () => (input.value.trim() ? soon() : close()));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return void search();
      mark(event.key === "ArrowDown" ? (at < last ? at + 1 : 0) : at > 0 ? at - 1 : last);
    } else if (event.key === "Enter" && open && at >= 0) {
      event.preventDefault();
      choose(at);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("li");
    if (option) choose([...list.children].indexOf(option));
  });
};

const prepare = (root) => root.querySelectorAll(".look-up:not([data-ready])").forEach(combobox);
prepare(document);
// A live update replaces the page's content.
new MutationObserver(() => prepare(document)).observe(document.body, { childList: true });
