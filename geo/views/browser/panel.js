/* The reading panel: the list of places, what is said of one, or one article. Redrawn from `data` on every change. */

const PAUSE_MS = 250; // after typing or walking, before Python is asked

export default function render(component) {
  const { data, parentElement: root } = component;
  const memory = (root.atlasMemory ??= { tops: new Map(), focus: null, key: null, timer: null });
  const panel = root.querySelector(".panel");
  const send = goer(component);
  const go = (change, focus) => {
    clearTimeout(memory.timer);
    memory.focus = focus || "heading";
    send(change);
  };
  const act = actor(component, memory);
  const page = { data, words: data.words, go, send, act, memory, panel, component, to: (change, ...rest) => link(change, go, ...rest) };

  busy(false);
  stopKeys(memory);
  answered(data, memory, act);
  drawAgainOnBack(memory, () => render(component));
  drawOnMap(data.scene);
  listen(memory, data, send);
  if (memory.key !== null) memory.tops.set(memory.key, scroller(panel).scrollTop);
  const moved = memory.key !== data.key;
  if (moved && !data.said?.text) memory.said = null;
  if (moved && memory.picking) memory.picking = null;
  const held = root.activeElement?.dataset?.key;
  const typed = held === "find" || held === "seek" ? root.activeElement.value : null;
  panel.lang = data.lang;
  panel.dir = data.dir;
  panel.setAttribute("aria-label", data.words.panel);
  panel.replaceChildren(notice(data), saidNotice(page), VIEWS[data.view](page));
  root.querySelector(".spoken").textContent = moved && memory.key !== null ? data.spoken : "";
  if (moved) settle(panel, page);
  focus(panel, memory, held, typed);
  memory.key = data.key;
}

const VIEWS = { places, place, article, why, unplaced, refused, review, corrections };

/** Hands the map what belongs to this sight; it draws it itself (map.js). */
function drawOnMap(scene) {
  window.atlasScene = scene;
  window.dispatchEvent(new Event("atlas-scene"));
}

/** A click on the map chooses a place; while one is asked what to compare with, it is the other place. */
function listen(memory, data, send) {
  const chosen = ({ detail: place }) => {
    if (data.tab === "compare" && !data.compare && place !== data.place.place_id) send({ other: place, find: null, page: null });
    else send(toPlace(place));
  };
  if (memory.listener) window.removeEventListener("atlas-go", memory.listener);
  memory.listener = chosen;
  window.addEventListener("atlas-go", chosen);
}

/** The change of the address that shows a place. */
function toPlace(place) {
  return { place, article: null, at: null, page: null, find: null, other: null, tab: null, why: null, see: null, name: null };
}

/** What scrolls: the panel beside the map, the page where they are stacked. */
function scroller(panel) {
  return getComputedStyle(panel).overflowY === "auto" ? panel : document.querySelector("[data-testid=stMain]") || panel;
}

/** After a change of view: where one was before, or the mention asked for, or the top. */
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
function focus(panel, memory, held, typed) {
  const kept = held && panel.querySelector(`[data-key="${CSS.escape(held)}"]`);
  if (typed !== null && kept) {
    kept.value = typed;
    kept.focus({ preventScroll: true });
  } else if (memory.focus || kept) {
    const target = memory.focus && memory.focus !== "heading" ? panel.querySelector(memory.focus) : null;
    (target || (memory.focus ? null : kept) || panel.querySelector("h2"))?.focus({ preventScroll: true });
  }
  memory.focus = null;
}

function notice({ notice: text }) {
  return text ? h("p", { class: "notice", role: "alert" }, text) : "";
}

/** Nothing is left: which filter is the reason, each with a button that drops it. */
function empty({ data, go }, why) {
  if (!data.empty) return "";
  const offers = data.empty.offers.map(({ text, without }) => h("li", {}, h("button", { type: "button", class: "button offer", click: () => go({ ...without, page: null }) }, text)));
  return h("div", { class: "empty", role: "alert" }, why ? h("p", {}, why) : "", h("ul", {}, offers));
}

function pager({ to }, { shown, previous, next }, label, words) {
  if (!shown) return "";
  return h(
    "nav",
    { class: "pager", "aria-label": label },
    previous ? to({ page: previous > 1 ? previous : null }, { class: "button previous", "data-key": "previous" }, words.previous) : h("span", {}),
    h("span", { class: "quiet" }, shown),
    next ? to({ page: next }, { class: "button next", "data-key": "next" }, words.next) : h("span", {}),
  );
}

/* ---- all places ---- */

function places(page) {
  const { data, words } = page;
  return h(
    "div",
    { class: "view" },
    h("h2", { tabindex: -1 }, data.title),
    data.empty ? empty(page, "") : h("p", { class: "invitation" }, words.choose_text),
    ways(page),
    accountOf(page),
    data.services ? h("p", { class: "quiet small" }, page.to({ see: "unplaced", page: null, find: null }, {}, data.services)) : "",
    data.empty ? "" : list(page, (place) => toPlace(place)),
  );
}

/** A searchable page of the places, each a link to what `change` makes of it. */
function list(page, change) {
  const { data, words } = page;
  const search = h("input", { type: "search", placeholder: words.search_places, "aria-label": words.search_places, dir: "auto", "data-key": "find" });
  search.value = data.find;
  search.addEventListener("input", () => find(page, search));
  return [
    h("div", { class: "search" }, search),
    h("ol", { class: "places" }, data.places.map((item) => placeRow(page, item, change(item.place_id)))),
    data.none ? h("p", { class: "quiet", role: "status" }, data.none) : "",
    pager(page, data.pager, words.list_page, words),
  ];
}

/** What is typed goes into the address in place, without a step in the history; the list follows. */
function find({ memory, component }, search) {
  clearTimeout(memory.timer);
  memory.timer = setTimeout(() => {
    history.replaceState(history.state, "", `?${parameters({ find: search.value, page: null })}`);
    component.setTriggerValue("find", search.value);
  }, PAUSE_MS);
}

function placeRow({ to }, item, change) {
  return h(
    "li",
    {},
    to(
      change,
      { class: "place" },
      h("span", { class: `symbol ${item.symbol}${item.unsure ? " unsure" : ""}` }),
      h("span", { class: "names" }, name("b", item.name), item.other ? name("span", item.other) : "", h("small", {}, item.where, item.unsure ? h("span", { class: "unsure" }, ` \u00b7 ${item.unsure}`) : "")),
      h("span", { class: "count" }, item.count),
    ),
  );
}

/* ---- one place ---- */

function place(page) {
  const { data, words, to } = page;
  const { place: here } = data;
  const tab = (id) => to({ tab: id === "excerpts" ? null : id, page: null, find: null, other: null }, { class: "tab", "data-key": `tab ${id}`, "aria-current": data.tab === id ? "page" : null }, words[`tab_${id}`]);
  return h(
    "div",
    { class: "view" },
    h("nav", { class: "way" }, to(toPlace(null), { class: "back" }, words.all_places)),
    placeHead(here, words),
    h("nav", { class: "tabs", "aria-label": words.views_of_place }, ["excerpts", "names", "together", "compare"].map(tab)),
    here.here.length ? h("details", { class: "same-point" }, h("summary", {}, words.at_this_point.replace("{n}", here.here_count)), h("ul", { class: "places" }, here.here.map((item) => placeRow(page, item, toPlace(item.place_id))))) : "",
    data.empty ? empty(page, data.none) : { excerpts, names: spellings, together, compare }[data.tab](page),
  );
}

function placeHead(here, words) {
  return h(
    "header",
    { class: "head" },
    h("div", { class: "called" }, h("h2", { tabindex: -1 }, name("span", here.name)), here.other ? h("p", { class: "other" }, name("span", here.other)) : ""),
    h("p", { class: "facts" }, h("span", {}, here.facts), h("b", {}, here.count), h("button", { type: "button", class: "look", "data-key": "look", click: look }, words.show_on_map)),
  );
}

/** The map goes to the place; on a phone, where it stands above, the page goes to the map. */
function look() {
  window.dispatchEvent(new Event("atlas-look"));
  document.querySelector('iframe[title="streamlit_folium.st_folium"]')?.scrollIntoView({ block: "nearest" });
}

function excerpts(page) {
  const { data, words, go } = page;
  const change = (event) => go({ order: event.target.value === "relevance" ? null : event.target.value, page: null }, '[data-key="order"]');
  const order = h("select", { "data-key": "order", change }, data.orders.map(([value, text]) => h("option", { value, selected: value === data.order }, text)));
  return [
    h("p", { class: "order" }, h("label", {}, h("span", {}, words.order), order), h("span", { class: "quiet" }, data.pager.shown)),
    data.groups.map((group) => ofArticle(page, group)),
    pager(page, data.pager, words.pages, words),
  ];
}

function ofArticle(page, { article, items }) {
  return h(
    "section",
    { class: "group", dir: article.dir },
    h("h3", { lang: article.language }, page.to({ article: article.article_id, at: items[0].at }, {}, article.title)),
    source(article),
    h("ul", {}, items.map((item) => h("li", {}, excerpt(page, article, item)))),
  );
}

function source({ source: parts }) {
  const named = parts.map((part, at) => [at ? " \u00b7 " : "", name("span", part)]);
  return parts.length ? h("p", { class: "source" }, named.flat()) : "";
}

function excerpt(page, article, { at, end, left, keyword, right, cut_left, cut_right }) {
  const { data, words, to } = page;
  const passage = `${article.article_id}:${at}-${end}`;
  return [
    h(
      "blockquote",
      { dir: article.dir, lang: article.language },
      cut_left ? "… " : "",
      searched(left, data.searched),
      h("mark", {}, keyword),
      searched(right, data.searched),
      cut_right ? " …" : "",
    ),
    to({ article: article.article_id, at }, { class: "open", "aria-label": `${words.open_article}: ${article.title}`, "data-at": `${article.article_id}-${at}` }, words.open_article),
    to({ why: passage }, { class: "ask", "aria-label": `${words.why} ${keyword}`, "data-why": passage }, words.why),
    cite(page, article, at),
  ];
}

/** Copies the citation of the article, and says so: on the button for the eye, in the spoken line for the ear. */
function cite({ words, panel }, { citation, article_id }, at) {
  const button = h("button", { type: "button", class: "cite", title: citation, "data-key": `cite ${article_id}-${at}` }, words.copy_citation);
  const say = (text) => {
    button.textContent = text;
    panel.parentElement.querySelector(".spoken").textContent = `${text}: ${citation}`;
    setTimeout(() => (button.textContent = words.copy_citation), 2500);
  };
  button.addEventListener("click", async () => say((await copied(citation)) ? words.copied : words.not_copied));
  return button;
}

function together({ data, words, to }) {
  const { text, note, rows } = data.together;
  if (!rows.length) return h("p", { class: "quiet" }, text);
  const row = (item) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, to({ ...toPlace(item.place_id), tab: "together" }, { class: "named" }, h("span", { class: `symbol ${item.symbol}` }), name("span", item.name), item.other ? name("small", item.other) : "")),
      h("td", {}, item.sentences),
      h("td", {}, item.articles),
      h("td", {}, to({ tab: "compare", other: item.place_id }, { class: "small", "aria-label": item.compare }, words.tab_compare)),
    );
  return [
    h("p", { class: "quiet small" }, text, " ", note),
    h(
      "table",
      {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.place), h("th", { scope: "col" }, words.in_sentences), h("th", { scope: "col" }, words.in_articles), h("td", {}))),
      h("tbody", {}, rows.map(row)),
    ),
  ];
}

function compare(page) {
  const { data, words, to } = page;
  if (!data.compare) return [h("p", { class: "quiet" }, words.compare_text), list(page, (other) => ({ other, find: null, page: null }))];
  const { title, sides, timelines, shared, more, articles } = data.compare;
  const most = Math.max(1, ...timelines.flatMap((each) => barsOf(each).map((bar) => bar.here)));
  const side = (here, at) =>
    h(
      "section",
      { class: `side side-${at}` },
      h("h3", {}, to(toPlace(here.place_id), {}, name("span", here.name))),
      h("p", { class: "quiet small" }, here.facts),
      h("p", {}, h("b", {}, here.count)),
      h("div", { class: "small-chart", role: "img", "aria-label": `${timelines[at].title}, ${timelines[at].by}` }, chart(barsOf(timelines[at]), data.dir, 40, most)),
      h("p", { class: "quiet small" }, timelines[at].by, timelines[at].undated ? `${data.dir === "rtl" ? "، " : ", "}${timelines[at].undated}` : ""),
    );
  return [
    h("p", { class: "order" }, h("b", {}, title), to({ other: null }, {}, words.compare_end)),
    h("div", { class: "sides" }, sides.map(side)),
    h("h3", {}, words.compare_shared),
    h("p", { class: "quiet" }, shared, more ? ` (${more})` : ""),
    h("ul", { class: "shared" }, articles.map((article) => h("li", { dir: article.dir }, to({ article: article.article_id, at: null }, { lang: article.language }, article.title), source(article)))),
  ];
}

/* ---- one article ---- */

function article(page) {
  const { data, words, memory, go } = page;
  const { article: text } = data;
  const opened = `[data-at="${CSS.escape(`${text.article_id}-${data.at}`)}"]`;
  const follow = (change) => {
    memory.back = true;
    go(change, opened);
  };
  const walk = walker(page, text);
  const body = h("article", { dir: text.dir, lang: text.language }, text.paragraphs.map((pieces) => h("p", {}, pieces.map((piece) => part(page, walk, piece)))));
  const marking = missed(page, body, text);
  return h(
    "div",
    { class: "view" },
    h(
      "nav",
      { class: "way" },
      link({ article: null, at: null }, follow, { class: "back" }, data.place_id ? words.back_to_excerpts : words.all_places),
      walk.controls,
    ),
    h("header", { class: "head", dir: text.dir }, h("h2", { tabindex: -1, lang: text.language, class: "title" }, text.title), source(text)),
    data.places.length ? placesOf(page, walk) : "",
    marking.typed,
    body,
    marking.bar,
  );
}

/** Steps from name to name: the text scrolls, the map follows, and a moment later the address and the timeline. */
function walker({ data, words, memory, panel, send, go: goWhy }, text) {
  const marks = text.paragraphs.flat().filter((piece) => typeof piece !== "string" && piece.place_id);
  const passages = new Map(marks.map(({ at, end }) => [at, `${text.article_id}:${at}-${end}`]));
  const ask = h("span", { class: "asking" });
  const rows = new Map(data.places.map((one) => [one.place_id, one.row]));
  const digits = new Intl.NumberFormat(data.lang, { numberingSystem: data.digits });
  let now = marks.findIndex(({ at }) => at === data.at);
  const where = h("span", { class: "quiet", role: "status" });
  const tell = () => {
    ask.replaceChildren(now < 0 ? "" : link({ why: passages.get(marks[now].at) }, goWhy, { class: "button", "data-key": "why", "data-why": passages.get(marks[now].at) }, words.why));
    where.textContent = now < 0 ? "" : words.walk_at.replace("{n}", digits.format(now + 1)).replace("{all}", digits.format(marks.length));
  };
  const step = (at) => {
    now = marks.findIndex((mark) => mark.at === at);
    const { place_id } = marks[now];
    for (const mark of panel.querySelectorAll("article mark")) {
      mark.classList.toggle("sought", mark.dataset.offset === String(at));
      mark.classList.toggle("here", mark.dataset.place === place_id);
    }
    panel.querySelector("mark.sought").scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    drawOnMap({ selected: rows.get(place_id), second: null, lines: [] });
    tell();
    clearTimeout(memory.timer);
    memory.timer = setTimeout(() => send({ place: place_id, at, article: data.article.article_id }), PAUSE_MS);
  };
  const by = (steps) => () => marks.length && step(marks[(now < 0 && steps < 0 ? marks.length - 1 : now + steps + marks.length) % marks.length].at);
  const button = (key, label, sign, steps) => h("button", { type: "button", class: "button", "data-key": key, "aria-label": label, title: label, click: by(steps) }, sign);
  const [left, right] = data.dir === "rtl" ? ["\u2192", "\u2190"] : ["\u2190", "\u2192"];
  tell();
  const controls = marks.length
    ? h("span", { class: "walk", role: "group", "aria-label": words.walk }, ask, where, button("walk back", words.walk_previous, left, -1), button("walk on", words.walk_next, right, 1))
    : "";
  return { step, controls };
}

function placesOf({ data, words, to }, walk) {
  const item = (one) =>
    h(
      "li",
      { class: one.focus ? "focus" : null },
      h("button", { type: "button", class: "stop", "data-key": `stop ${one.place_id}`, title: one.kind, click: () => walk.step(one.at) }, h("span", { class: `symbol ${one.symbol}` }), name("span", one.name), one.focus ? h("small", {}, words.focus) : ""),
      h("small", { class: "quiet" }, one.times),
      to(toPlace(one.place_id), { class: "small", "aria-label": one.all }, words.tab_excerpts),
    );
  return h("details", { class: "stops", open: true }, h("summary", {}, words.places_of_article), h("ol", {}, data.places.map(item)));
}

/** A stretch of the article: plain text, or a place name. */
function part({ data, words, to }, walk, piece) {
  if (typeof piece === "string") return searched(piece, data.searched);
  const { text, place_id, at, end, here, title } = piece;
  const passage = `${data.article.article_id}:${at}-${end}`;
  const classes = [here && "here", at === data.at && "sought", !place_id && "unplaced"].filter(Boolean).join(" ");
  const marked = h("mark", { class: classes || null, title: place_id ? title : words.unplaced, "data-offset": at, "data-place": place_id }, text);
  if (!place_id) return to({ why: passage }, { class: "in-text", "data-why": passage }, marked);
  const step = link({ place: place_id, article: data.article.article_id, at }, () => walk.step(at), { class: "in-text", "data-key": `in text ${at}` }, marked);
  return h("span", { class: "with-ask" }, step, to({ why: passage }, { class: "ask-here", "aria-label": `${words.why} ${text}`, title: words.why, "data-why": passage }));
}
