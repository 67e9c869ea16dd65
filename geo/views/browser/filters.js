/* The filter bar: the search over the texts, what is selected, the filters that are on, and the form for more. */

const SHOWN = 8; // values of a filter before one searches for others
const FIRST_SIGHT = { page: null };

export default function render(component) {
  const { data, parentElement: root } = component;
  const memory = (root.atlasMemory ??= { open: false, sought: {}, focus: null });
  const bar = root.querySelector(".filters");
  const send = goer(component);
  const go = (change, focus) => {
    memory.focus = focus || null;
    send({ ...FIRST_SIGHT, ...change });
  };
  const bench = { data, words: data.words, memory, go, component, open: (dialog) => component.setTriggerValue("open", dialog) };
  busy(false);
  drawAgainOnBack(memory, () => render(component));
  const typing = root.activeElement?.type === "search" && root.activeElement.dataset.key === "q" ? root.activeElement.value : null;
  const held = root.activeElement?.dataset.key;
  const scrolled = bar.querySelector(".form")?.scrollTop;
  bar.lang = data.lang;
  bar.dir = data.dir;
  bar.replaceChildren(head(bench, typing), data.notice ? h("p", { class: "notice", role: "status" }, data.notice) : "", form(bench, bar));
  const target = typing !== null ? key("q") : memory.focus || (held && key(held));
  if (target) bar.querySelector(target)?.focus({ preventScroll: true });
  closeOutside(memory, bar);
  memory.height ??= new ResizeObserver(() => makeRoom(bar));
  memory.height.observe(bar);
  if (scrolled) bar.querySelector(".form").scrollTop = scrolled;
  memory.focus = null;
}

/** What lies below the bar gets what it leaves: with many chips it has several lines. */
function makeRoom(bar) {
  document.querySelector(".stApp")?.style.setProperty("--atlas-bar-now", `${Math.ceil(bar.offsetHeight)}px`);
}

/** A press anywhere else closes the form; one on the map is only seen as the page losing the focus to its frame. */
function closeOutside(memory, bar) {
  const close = (event) => {
    const inside = event.type === "blur" ? document.activeElement?.tagName !== "IFRAME" : event.composedPath().includes(bar);
    if (!memory.open || inside) return;
    memory.open = false;
    bar.querySelector(".form").hidden = true;
    bar.querySelector(key("more")).setAttribute("aria-expanded", "false");
  };
  const before = memory.close;
  memory.close = close;
  for (const kind of ["pointerdown", "blur"]) {
    if (before) window.removeEventListener(kind, before);
    window.addEventListener(kind, close);
  }
}

function key(text) {
  return `[data-key="${CSS.escape(text)}"]`;
}

function head(bench, typing) {
  const { data, words, memory, go, open, component } = bench;
  const input = h("input", { type: "search", name: "q", "data-key": "q", "aria-label": words.search_text, placeholder: words.search_text, title: words.search_hint, dir: "auto" });
  input.value = typing ?? data.q;
  input.addEventListener("search", () => !input.value && data.q && go({ q: null }, key("q"))); // the cross inside the field
  const submit = (event) => {
    event.preventDefault();
    go({ q: input.value.trim() || null }, key("q"));
  };
  const toggle = (event) => {
    memory.open = !memory.open;
    if (memory.open && !memory.counted) component.setStateValue("form", true); // from now on the counts are narrowed
    memory.counted = true;
    event.currentTarget.setAttribute("aria-expanded", memory.open);
    event.currentTarget.closest(".filters").querySelector(".form").hidden = !memory.open;
  };
  return h(
    "div",
    { class: "head" },
    h("form", { role: "search", submit }, input, h("button", { class: "button" }, words.search)),
    h("button", { type: "button", class: "button more", "data-key": "more", "aria-expanded": String(memory.open), "aria-controls": "atlas-filters", click: toggle }, words.filters),
    h("button", { type: "button", class: "button take", "data-key": "take", click: () => open("take") }, words.take),
    chips(bench),
    h("p", { class: "totals", role: "status" }, data.totals),
  );
}

function chips({ data, words, go }) {
  if (!data.chips.length) return "";
  const items = data.chips.map((chip) =>
    h("li", {}, h("button", { type: "button", class: "chip", click: () => go(chip.without, key("more")), "aria-label": words.drop.replace("{what}", chip.label) }, name("span", chip.label), h("span", { "aria-hidden": "true" }, "×"))),
  );
  const none = Object.fromEntries(Object.keys(data.chips[0].without).map((each) => [each, null]));
  const all = data.chips.length > 1 ? h("li", {}, h("button", { type: "button", class: "clear", click: () => go(none, key("more")) }, words.clear_all)) : "";
  return h("ul", { class: "chips" }, items, all);
}

function form(bench, bar) {
  const { data, words, memory, go } = bench;
  const close = () => {
    memory.open = false;
    bar.querySelector(".form").hidden = true;
    const button = bar.querySelector(key("more"));
    button.setAttribute("aria-expanded", "false");
    button.focus();
  };
  const day = (field) => {
    const input = h("input", { type: "date", "data-key": field, lang: data.lang, change: (event) => event.target.checkValidity() && go({ [field]: event.target.value || null }, key(field)) });
    input.value = data[field] || "";
    return h("label", { class: "line" }, h("span", {}, words[field]), input);
  };
  return h(
    "div",
    { class: "form", id: "atlas-filters", role: "group", "aria-label": words.filters, hidden: !memory.open, keydown: (event) => event.key === "Escape" && close() },
    h("fieldset", {}, h("legend", {}, words.dates), day("since"), day("until")),
    data.several.map((field) => several(bench, field)),
    h(
      "fieldset",
      {},
      h("legend", {}, words.kind),
      data.kinds.map(([value, text]) => choice("radio", "kind", value, text, data.kind === value, () => go({ kind: value === "literal" ? null : value }, key(`kind ${value}`)))),
      h("p", { class: "quiet small" }, words.kind_note),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, words.confidence),
      data.confidences.map(([value, text]) => choice("radio", "confidence", value, text, data.confidence === value, () => go({ confidence: value || null }, key(`confidence ${value}`)))),
    ),
    h("p", { class: "end" }, h("button", { type: "button", class: "button", click: close }, words.close)),
  );
}

function choice(type, field, value, text, checked, change, count) {
  const input = h("input", { type, name: field, "data-key": `${field} ${value}`, change });
  input.checked = checked;
  return h("label", { class: "choice" }, input, name("span", text), count ? h("small", {}, count) : "");
}

/** A filter of several values: those that are on, the commonest ones, and a search for the others. */
function several({ data, words, memory, go }, { name: field, label, chosen, offered }) {
  if (!offered.length && !chosen.length) return "";
  const known = new Map(offered.map(([value, text, count]) => [value, { text, count }]));
  const list = h("div", { class: "choices" });
  const show = () => {
    const sought = fold(memory.sought[field] || "");
    const rest = offered.filter(([value, text]) => !chosen.includes(value) && fold(text).includes(sought)).map(([value]) => value);
    const values = [...chosen, ...rest.slice(0, SHOWN)];
    const flip = (value) => {
      const now = asked().getAll(field);
      go({ [field]: now.includes(value) ? now.filter((each) => each !== value) : [...now, value] }, key(`${field} ${value}`));
    };
    const left = rest.length - SHOWN;
    list.replaceChildren(
      ...values.map((value) => choice("checkbox", field, value, known.get(value)?.text ?? value, chosen.includes(value), () => flip(value), known.get(value)?.count)),
      left > 0 ? h("p", { class: "quiet small" }, words.more_values.replace("{n}", new Intl.NumberFormat(data.lang, { numberingSystem: data.digits }).format(left))) : "",
    );
  };
  const search = h("input", { type: "search", "aria-label": `${label}: ${words.find_in}`, placeholder: words.find_in, dir: "auto", "data-key": `${field} search` });
  search.value = memory.sought[field] || "";
  search.addEventListener("input", () => {
    memory.sought[field] = search.value;
    show();
  });
  show();
  return h("fieldset", {}, h("legend", {}, label), offered.length > SHOWN ? search : "", list);
}
