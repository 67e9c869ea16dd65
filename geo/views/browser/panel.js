/* The reading panel: the list of places, one place's excerpts, or one article. Redrawn from `data` on every change. */

export default function (component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const memory = (root.atlasMemory ??= { tops: new Map(), focus: null, key: null, query: "" });
  const panel = root.querySelector(".panel");
  const go = (target, focus) => {
    memory.focus = focus || "heading";
    setTriggerValue("go", target);
  };
  const page = { data, words: data.words, go, memory, to: (target, ...rest) => link(data.kept, target, go, ...rest) };

  if (memory.key !== null) memory.tops.set(memory.key, scroller(panel).scrollTop);
  const moved = memory.key !== data.key;
  panel.lang = data.lang;
  panel.dir = data.dir;
  panel.setAttribute("aria-label", data.words.panel);
  panel.replaceChildren(notice(data), VIEWS[data.view](page));
  root.querySelector(".spoken").textContent = moved && memory.key !== null ? data.spoken : "";
  if (moved) settle(panel, page);
  focus(panel, memory);
  memory.key = data.key;
}

const VIEWS = { places, place, article };

/** What scrolls: the panel beside the map, the page where they are stacked. */
function scroller(panel) {
  return getComputedStyle(panel).overflowY === "auto" ? panel : document.querySelector("[data-testid=stMain]") || panel;
}

/** After a change of view: where one was before, or the mention asked for, or the top; then the keyboard's focus. */
function settle(panel, { data, memory }) {
  const sought = panel.querySelector("mark.sought");
  const box = scroller(panel);
  const stacked = box !== panel;
  if (sought) sought.scrollIntoView({ block: "center" });
  else if (!stacked) box.scrollTop = memory.back ? memory.tops.get(data.key) || 0 : 0;
  else if (memory.key !== null && data.view !== "places") panel.scrollIntoView({ block: "start" });
  memory.back = false;
}

/** Who moved by a link of the panel goes on from where it led; a click on the map takes no focus away. */
function focus(panel, memory) {
  if (!memory.focus) return;
  const target = memory.focus !== "heading" && panel.querySelector(memory.focus);
  (target || panel.querySelector("h2")).focus({ preventScroll: true });
  memory.focus = null;
}

function notice({ notice: text }) {
  return text ? h("p", { class: "notice", role: "alert" }, text) : "";
}

/* ---- all places ---- */

function places(page) {
  const { data, words, memory } = page;
  const list = h("ol", { class: "places" });
  const none = h("p", { class: "quiet", role: "status" });
  const rows = data.places.map((item) => ({ item, keys: fold(`${item.name} ${item.other} ${item.where}`), row: placeRow(page, item) }));
  const search = h("input", { type: "search", placeholder: words.search, "aria-label": words.search, dir: "auto" });
  search.value = memory.query;
  const choose = () => {
    memory.query = search.value;
    const sought = fold(search.value);
    const found = rows.filter(({ keys }) => keys.includes(sought)).map(({ row }) => row);
    list.replaceChildren(...found);
    none.textContent = found.length ? "" : words.none_found.replace("{query}", search.value.trim());
  };
  search.addEventListener("input", choose);
  choose();
  return h(
    "div",
    { class: "view" },
    h("h2", { tabindex: -1 }, words.choose_title),
    h("p", { class: "invitation" }, words.choose_text),
    legend(words),
    h("div", { class: "search" }, search),
    list,
    none,
  );
}

function legend(words) {
  const entries = [["place", words.legend_place], ["area", words.legend_area], ["outline", words.legend_outline]];
  return h("ul", { class: "legend" }, entries.map(([name, text]) => h("li", {}, h("span", { class: `symbol ${name}` }), text)));
}

function placeRow({ to }, item) {
  return h(
    "li",
    {},
    to(
      { place: item.place_id },
      { class: "place" },
      h("span", { class: `symbol ${item.symbol}` }),
      h("span", { class: "names" }, name("b", item.name), item.other ? name("span", item.other) : "", h("small", {}, item.where)),
      h("span", { class: "count" }, item.count),
    ),
  );
}

/** A name on its own island of direction, so that it cannot reorder its neighbours. */
function name(tag, text) {
  return h(tag, { class: "name", dir: "auto" }, text);
}

/** Spelling variants of Arabic and Latin names made equal, for finding only. */
function fold(text) {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640'’ʼʻ`]/g, "")
    .replace(/\u0649|\u06cc/g, "\u064a")
    .replace(/\u0629/g, "\u0647")
    .replace(/\u06a9/g, "\u0643")
    .replace(/[-\s]+/g, " ")
    .replace(/(^| )\u0627\u0644(?=\S\S)/g, "$1")
    .trim();
}

/* ---- one place ---- */

function place(page) {
  const { data, words, to } = page;
  const { place: here, groups } = data;
  return h(
    "div",
    { class: "view" },
    h("nav", {}, to({}, { class: "back" }, words.all_places)),
    h(
      "header",
      { class: "head" },
      h("div", { class: "called" }, h("h2", { tabindex: -1 }, name("span", here.name)), here.other ? h("p", { class: "other" }, name("span", here.other)) : ""),
      h("p", { class: "facts" }, h("span", {}, here.facts), h("b", {}, here.count)),
    ),
    groups.map((group) => excerpts(page, group)),
    data.more ? h("p", {}, h("button", { class: "more", click: () => page.go({ ...data.here, shown: data.more }, "button.more") }, words.more)) : "",
  );
}

function excerpts(page, { article, items }) {
  return h(
    "section",
    { class: "group", dir: article.dir },
    h("h3", { lang: article.language }, page.to({ ...page.data.here, article: article.article_id, at: items[0].at }, {}, article.title)),
    source(article),
    h("ul", {}, items.map((item) => h("li", {}, excerpt(page, article, item)))),
  );
}

function source({ source: parts }) {
  const named = parts.map((part, at) => [at ? " \u00b7 " : "", name("span", part)]);
  return parts.length ? h("p", { class: "source" }, named.flat()) : "";
}

function excerpt({ data, words, to }, article, { at, left, keyword, right, cut_left, cut_right }) {
  const target = { ...data.here, article: article.article_id, at };
  return [
    h(
      "blockquote",
      { dir: article.dir, lang: article.language },
      cut_left ? "… " : "",
      left,
      h("mark", {}, keyword),
      right,
      cut_right ? " …" : "",
    ),
    to(target, { class: "open", "aria-label": `${words.open_article}: ${article.title}`, "data-at": `${article.article_id}-${at}` }, words.open_article),
  ];
}

/* ---- one article ---- */

function article(page) {
  const { data, words, memory, go } = page;
  const { article: text, back } = data;
  const opened = `[data-at="${CSS.escape(`${text.article_id}-${data.at}`)}"]`;
  const follow = (target) => {
    memory.back = true;
    go(target, opened);
  };
  return h(
    "div",
    { class: "view" },
    h(
      "nav",
      {},
      link(data.kept, back, follow, { class: "back" }, back.place ? words.back_to_excerpts : words.all_places),
      h("span", { class: "name running", dir: text.dir, lang: text.language, "aria-hidden": "true" }, text.title),
    ),
    h("header", { class: "head", dir: text.dir }, h("h2", { tabindex: -1, lang: text.language, class: "title" }, text.title), source(text)),
    h("article", { dir: text.dir, lang: text.language }, text.paragraphs.map((pieces) => h("p", {}, pieces.map((piece) => part(page, piece))))),
  );
}

/** A stretch of the article: plain text, or a place name. */
function part({ data, words, to }, piece) {
  if (typeof piece === "string") return piece;
  const { text, place_id, at, here, title } = piece;
  const classes = [here && "here", at === data.at && "sought", !place_id && "unplaced"].filter(Boolean).join(" ");
  const marked = h("mark", { class: classes || null, title: place_id ? title : words.unplaced }, text);
  return place_id ? to({ place: place_id, article: data.article.article_id, at }, { class: "in-text" }, marked) : marked;
}
