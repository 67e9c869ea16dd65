/* After panel.js: why a name is where it is, the form that mends it, the review, and the lists of what is not on the map.
 *
 * What the reader decides goes to Python as one plain object (`act`); its answer is part of the next `data` (`said`).
 */

const LONGEST_ACT_MS = 60_000;

/** Sends one decision after the other: the next one only when Python has answered. A search that comes too soon is not kept. */
function actor(component, memory) {
  memory.queue ??= [];
  return (payload) => {
    if (memory.acting && Date.now() - memory.actedAt < LONGEST_ACT_MS) {
      if (payload.do !== "seek" && payload.do !== "look") memory.queue.push(payload);
      return false;
    }
    memory.acting = `${Date.now()}-${(memory.acts = (memory.acts || 0) + 1)}`;
    memory.actedAt = Date.now();
    component.setTriggerValue("act", { ...payload, id: memory.acting });
    busy(true);
    return true;
  };
}

/** What came of the last act: the form begins anew if it was done, a file is saved, a sentence is shown with a way back. */
function answered({ said }, memory, act) {
  if (!said || said.answered !== memory.acting) return;
  if (memory.queue.length) setTimeout(() => act(memory.queue.shift()));
  if (memory.acting && said.text && !said.bad) {
    memory.form = null;
    setPicking(memory, null);
  }
  memory.acting = null;
  if (said.file && memory.saved !== said.answered) {
    memory.saved = said.answered;
    save(said.file);
  }
  if (said.text) memory.said = said;
}

function save({ name: file, text }) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const anchor = h("a", { href: address, download: file });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function saidNotice(page) {
  const { memory, words, act } = page;
  const said = memory.said;
  if (!said) return "";
  const button = (what) => h("button", { type: "button", class: "button", "data-key": `said ${what}`, click: () => act({ do: what, who: who(page) }) }, words[what]);
  return h("div", { class: said.bad ? "notice bad" : "notice", role: said.bad ? "alert" : "status" }, h("span", { dir: "auto" }, said.text), said.undo ? button("undo") : "", said.redo ? button("redo") : "");
}

/** Who decides: as the browser remembers it, else as the machine calls its user. */
function who({ data, memory }) {
  return memory.who ?? stored("atlas.who") ?? data.mend?.who ?? data.who ?? "";
}

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function whoField(page) {
  const { words, memory } = page;
  const input = h("input", { type: "text", "data-key": "who", maxlength: 200, dir: "auto", autocomplete: "name" });
  input.value = who(page);
  input.addEventListener("input", () => {
    memory.who = input.value;
    try {
      localStorage.setItem("atlas.who", input.value);
    } catch {
      /* a browser that keeps nothing asks again */
    }
  });
  return h("label", { class: "line" }, h("span", {}, words.mend_who), input);
}

/* ---- why here? ---- */

function why(page) {
  const { data, words, memory } = page;
  const follow = (change) => {
    memory.back = true;
    page.go(change, `[data-why="${CSS.escape(data.at)}"]`);
  };
  return h(
    "div",
    { class: "view why" },
    h("nav", { class: "way" }, link({ why: null }, follow, { class: "back" }, data.way_back)),
    h("header", { class: "head" }, h("p", { class: "quiet small" }, words.why_title), h("h2", { tabindex: -1 }, name("span", data.title))),
    passageOf(page, data),
    meaning(page, data),
    form(page),
    recognised(data, words),
  );
}

function passageOf({ data, to }, { article, excerpt: cut, at }) {
  const text = h("blockquote", { dir: article.dir, lang: article.language }, cut.cut_left ? "… " : "", cut.left, h("mark", {}, cut.keyword), cut.right, cut.cut_right ? " …" : "");
  const title = to({ article: article.article_id, at: cut.at, why: null }, { lang: article.language, "data-key": `read ${at}` }, article.title);
  return [text, h("p", { class: "small cited", dir: article.dir }, title, article.source.map((part) => [" \u00b7 ", name("span", part)]))];
}

/** What it means now, and how that came about. */
function meaning({ words, act, ...page }, { means, standing, sure, unsure, rule, decision, stale }) {
  const lines = [];
  if (means) lines.push(h("p", {}, h("b", {}, name("span", means.name)), means.other ? [" ", name("span", means.other)] : "", " ", h("span", { class: "quiet" }, means.facts)));
  if (standing) lines.push(h("p", {}, h("b", {}, standing)));
  if (sure || rule) lines.push(h("p", { class: unsure ? "unsure" : "quiet" }, [sure, rule].filter(Boolean).join(" \u00b7 ")));
  if (decision) {
    const undo = h("button", { type: "button", class: "button", "data-key": "undo this", click: () => act({ do: "undo", decision: decision.id, who: who({ ...page }) }) }, words.undo);
    lines.push(h("p", { class: "decided" }, h("span", {}, decision.text, decision.why ? [": ", name("span", decision.why)] : ""), undo));
  }
  if (means) lines.push(sourceOf(means, words));
  if (stale) lines.push(h("p", { class: "quiet small" }, stale));
  return h("div", { class: "meaning" }, lines);
}

function sourceOf({ source: from, licence, url }, words) {
  if (!from) return "";
  const away = url && /^https:\/\//.test(url) ? h("a", { href: url, target: "_blank", rel: "noreferrer noopener" }, from) : from;
  return h("p", { class: "quiet small" }, `${words.why_source}: `, away, licence ? `; ${words.why_licence}: ${licence}` : "");
}

/** What speaks for or against something, as bars around a middle. */
function sharesOf(shares, direction) {
  const most = Math.max(0.5, ...shares.map(([, value]) => Math.abs(value)));
  const row = ([label, value]) =>
    h("tr", {}, h("th", { scope: "row" }, label), h("td", { class: "bar" }, h("span", { class: value < 0 ? "against" : "for", style: `width:${Math.round((100 * Math.abs(value)) / most)}%` })), h("td", { class: "value", dir: "ltr" }, signed(value)));
  return h("table", { class: "shares", dir: direction }, h("tbody", {}, shares.map(row)));
}

function signed(value) {
  return `${value < 0 ? "\u2212" : "+"}${Math.abs(value).toFixed(2)}`;
}

function recognised({ recognition, dir }, words) {
  if (!recognition) return "";
  return h("details", { class: "recognised" }, h("summary", {}, words.why_as_place, " ", h("span", { dir: "ltr" }, signed(recognition.score))), sharesOf(recognition.shares, dir));
}

/* ---- the form ---- */

function formOf({ data, memory }) {
  if (memory.form?.at !== data.at)
    memory.form = { at: data.at, choice: data.mend.now, scope: "mention", why: "", sought: data.mend.sought, name: data.title, point: "", code: "PPL", associative: data.mend.associative };
  return memory.form;
}

function form(page) {
  const { data, words, memory, act, panel } = page;
  const offered = data.mend;
  const kept = formOf(page);
  const save = h("button", { class: "button main", "data-key": "save" });
  const tell = () => {
    save.textContent = offered.scopes.find(({ scope }) => scope === kept.scope)?.save || words.mend;
    save.disabled = !kept.choice;
  };
  const choose = (choice) => {
    kept.choice = choice;
    tell();
  };
  const submit = (event) => {
    event.preventDefault();
    const { choice, scope, why: reason, name: called, point, code, associative } = kept;
    const payload = { do: "decide", at: data.at, choice, scope, why: reason, who: who(page), name: called, point, code };
    if (associative !== offered.associative) payload.associative = associative;
    act(payload);
  };
  const scopes = offered.scopes.map(({ scope, label, count }) => {
    const input = h("input", { type: "radio", name: "atlas-scope", "data-key": `scope ${scope}`, change: () => ((kept.scope = scope), tell()) });
    input.checked = kept.scope === scope;
    return h("label", { class: "choice" }, input, h("span", {}, label), h("small", {}, count));
  });
  const because = h("input", { type: "text", maxlength: 2000, dir: "auto", "data-key": "because", input: (event) => (kept.why = event.target.value) });
  because.value = kept.why;
  const part = h("input", { type: "checkbox", "data-key": "associative", change: (event) => (kept.associative = event.target.checked) });
  part.checked = kept.associative;
  tell();
  listenToMap(page, kept, choose);
  return h(
    "form",
    { class: "mend", submit, "aria-label": words.mend },
    candidates(page, kept, choose),
    h("h3", {}, words.mend),
    otherPlaces(page, kept, choose),
    newPlace(page, kept, choose),
    h("ul", { class: "offers" }, h("li", {}, radio(kept, "unplaced", choose, words.mend_unknown)), h("li", {}, radio(kept, "not a place", choose, words.not_a_place))),
    h("label", { class: "choice" }, part, h("span", {}, words.mend_associative)),
    h("fieldset", { class: "scopes" }, h("legend", {}, words.mend_scope), scopes),
    whoField(page),
    h("label", { class: "line" }, h("span", {}, words.mend_because), because),
    h("p", { class: "end" }, save, undoButtons(page)),
  );
}

function undoButtons(page) {
  const { words, act } = page;
  const button = (what) => h("button", { type: "button", class: "button", "data-key": what, click: () => act({ do: what, who: who(page) }) }, words[what]);
  return [button("undo"), button("redo")];
}

function radio(kept, choice, choose, ...label) {
  const input = h("input", { type: "radio", name: "atlas-choice", value: choice, "data-key": `choice ${choice}`, change: () => choose(choice) });
  input.checked = kept.choice === choice;
  return h("label", { class: "choice" }, input, ...label);
}

function candidates({ data, words }, kept, choose) {
  const row = (one) =>
    h(
      "li",
      { class: one.now ? "now" : null },
      radio(
        kept,
        `place ${one.place_id}`,
        choose,
        h("span", { class: `badge${one.now ? " now" : ""}` }, one.number),
        h("span", { class: "names" }, name("b", one.name), one.other ? name("span", one.other) : "", h("small", {}, one.facts)),
        one.now ? h("small", { class: "tag" }, words.why_now) : one.own ? h("small", { class: "tag" }, words.why_own) : "",
        h("span", { class: "count", dir: "ltr", title: words.why_score }, one.score),
      ),
      h("details", {}, h("summary", {}, words.why_details), sharesOf(one.shares, data.dir), h("p", { class: "quiet small" }, name("span", one.point)), sourceOf(one, words)),
    );
  return [h("h3", {}, words.why_candidates), data.choices.length ? h("ol", { class: "candidates" }, data.choices.map(row)) : h("p", { class: "quiet" }, words.why_none)];
}

/** Other places of the gazetteer: those called so, or whatever is typed. */
function otherPlaces({ data, words, memory, act }, kept, choose) {
  const search = h("input", { type: "search", "data-key": "seek", dir: "auto", placeholder: words.mend_seek_hint, "aria-label": words.mend_seek });
  search.value = kept.sought;
  const seek = () => {
    if (kept.sought === data.mend.sought) return;
    if (!act({ do: "seek", at: data.at, text: kept.sought })) memory.timer = setTimeout(seek, PAUSE_MS);
  };
  search.addEventListener("input", () => {
    kept.sought = search.value;
    clearTimeout(memory.timer);
    memory.timer = setTimeout(seek, PAUSE_MS);
  });
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  const above = new Set(data.choices.map(({ place_id }) => place_id));
  const rows = data.mend.found.filter(({ place_id }) => !above.has(place_id));
  const row = (one) => h("li", {}, radio(kept, `place ${one.place_id}`, choose, h("span", { class: `symbol ${one.symbol}` }), h("span", { class: "names" }, name("b", one.name), one.other ? name("span", one.other) : "", h("small", {}, one.facts, " ", name("span", one.point)))));
  return h("div", { class: "seek" }, h("p", {}, search), rows.length ? h("ul", { class: "offers" }, rows.map(row)) : "", data.mend.none_found ? h("p", { class: "quiet", role: "status" }, data.mend.none_found) : "");
}

function newPlace({ data, words, memory }, kept, choose) {
  const field = (key, label, hint) => {
    const input = h("input", { type: "text", "data-key": `new ${key}`, maxlength: 300, dir: "auto", placeholder: hint });
    input.value = kept[key];
    input.addEventListener("input", () => {
      kept[key] = input.value;
      const own = input.closest("form").querySelector('[data-key="choice new"]');
      own.checked = true;
      choose("new");
    });
    return h("label", { class: "line" }, h("span", {}, label), input);
  };
  const kinds = h("select", { "data-key": "new code", change: (event) => (kept.code = event.target.value) }, data.mend.codes.map(([value, text]) => h("option", { value, selected: value === kept.code }, text)));
  const pin = h("button", { type: "button", class: "button", "data-key": "pin", "aria-pressed": String(Boolean(memory.picking)), click: () => setPicking(memory, memory.picking ? null : data.scene) }, memory.picking ? words.mend_pin_on : words.mend_pin);
  return h(
    "details",
    { class: "new", open: kept.choice === "new" || kept.open, toggle: (event) => (kept.open = event.currentTarget.open) },
    h("summary", {}, words.mend_new),
    radio(kept, "new", choose, h("span", {}, words.mend_new)),
    field("name", words.mend_name, ""),
    field("point", words.mend_point, words.mend_point_hint),
    h("p", {}, pin),
    h("label", { class: "line" }, h("span", {}, words.mend_kind), kinds),
  );
}

/** While a pin is to be dropped, the next click on the map is the point. */
function setPicking(memory, scene) {
  memory.picking = scene;
  if (!window.atlasScene) return;
  window.atlasScene = { ...window.atlasScene, picking: Boolean(scene) };
  window.dispatchEvent(new Event("atlas-scene"));
  if (scene && innerWidth <= 640) document.querySelector('iframe[title="streamlit_folium.st_folium"]')?.scrollIntoView({ block: "center" });
}

/** A click on the map: the point of a new place, or one of the numbered candidates. */
function listenToMap(page, kept, choose) {
  const { memory, panel } = page;
  const answer = (event) => {
    const own = (key) => panel.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (event.type === "atlas-pin") {
      kept.point = event.detail.map((degrees) => degrees.toFixed(5)).join(", ");
      if (own("new point")) own("new point").value = kept.point;
      window.atlasScene = { ...window.atlasScene, pin: event.detail };
      setPicking(memory, null);
      const button = own("pin");
      if (button) {
        button.textContent = page.words.mend_pin;
        button.setAttribute("aria-pressed", "false");
        button.focus();
      }
    }
    const choice = event.type === "atlas-pin" ? "new" : `place ${event.detail}`;
    const input = own(`choice ${choice}`);
    if (!input) return;
    input.checked = true;
    input.scrollIntoView({ block: "nearest" });
    choose(choice);
  };
  for (const kind of ["atlas-pin", "atlas-candidate"]) {
    if (memory.mapListener) window.removeEventListener(kind, memory.mapListener);
    window.addEventListener(kind, answer);
  }
  memory.mapListener = answer;
}

/* ---- a passage that the program missed ---- */

/** In an opened article: what is selected, or typed, can be made a mention. */
function missed(page, body, text) {
  const { words, memory, go, component } = page;
  const root = component.parentElement;
  const toWhy = (start, end) => go({ why: `${text.article_id}:${start}-${end}` });
  const bar = h("div", { class: "selected", hidden: true });
  const look = () => {
    if (!bar.isConnected) return document.removeEventListener("selectionchange", memory.selecting);
    const found = selectedIn(root, body, text);
    bar.hidden = !found;
    if (found) bar.replaceChildren(h("span", { dir: "auto" }, found.text), h("button", { type: "button", class: "button main", "data-key": "mark", click: () => toWhy(found.start, found.end) }, words.mend_mark));
  };
  if (memory.selecting) document.removeEventListener("selectionchange", memory.selecting);
  memory.selecting = look;
  document.addEventListener("selectionchange", look);
  const input = h("input", { type: "text", "data-key": "missed", dir: "auto", maxlength: 300, "aria-label": words.mend_missed_hint, placeholder: words.mend_missed_hint });
  const none = h("p", { class: "quiet", role: "status" });
  const submit = (event) => {
    event.preventDefault();
    const found = typedIn(text, input.value.trim());
    none.textContent = found ? "" : words.mend_missed_none;
    if (found) toWhy(...found);
  };
  const typed = h("details", { class: "missed" }, h("summary", {}, words.mend_missed), h("form", { class: "line", submit }, input, h("button", { class: "button" }, words.mend_mark)), none);
  return { bar, typed };
}

/** The selected passage, its blanks left off, in code points of the article; it must lie in one paragraph. */
function selectedIn(root, body, text) {
  const shadow = root.getRootNode();
  const selection = shadow.getSelection ? shadow.getSelection() : document.getSelection();
  if (!selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const paragraph = [...body.children].find((each) => each.contains(range.startContainer));
  if (!paragraph?.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(paragraph);
  before.setEnd(range.startContainer, range.startOffset);
  const whole = range.toString();
  const picked = whole.trim();
  if (!picked || picked.length > 200) return null;
  const start = text.starts[[...body.children].indexOf(paragraph)] + length(before.toString()) + length(whole) - length(whole.trimStart());
  return { start, end: start + length(picked), text: picked };
}

/** Where a typed passage stands first, not counting what is a mention already. */
function typedIn(text, typed) {
  if (!typed) return null;
  let again = null;
  for (const [at, pieces] of text.paragraphs.entries()) {
    const line = pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("");
    const taken = new Set(pieces.filter((piece) => typeof piece !== "string").map((piece) => piece.at));
    for (let found = line.indexOf(typed); found >= 0; found = line.indexOf(typed, found + 1)) {
      const start = text.starts[at] + length(line.slice(0, found));
      const span = [start, start + length(typed)];
      if (!taken.has(start)) return span;
      again ??= span;
    }
  }
  return again;
}

function length(text) {
  return [...text].length;
}

/* ---- where every mention is ---- */

function accountOf({ data, words, to }) {
  const { account } = data;
  if (!account?.numbers.at(-1)) return ""; // nothing is left: nothing to add up
  const sights = { unplaced: { see: "unplaced", page: null, find: null }, associative: { kind: "associative" } };
  const part = ([kind, text], at) => [at ? " + " : "", sights[kind] && data.view === "places" ? to(sights[kind], { "data-key": `account ${kind}` }, text) : text];
  return h("p", { class: "account small", dir: data.dir }, h("b", {}, account.all), " = ", account.parts.map(part));
}

/** The ways to what is not on the map and to what people decided. */
function ways({ data, words, to }) {
  const way = (see) => to({ see, page: null, name: null, find: null, place: null, article: null }, { class: "tab", "data-key": `see ${see}`, "aria-current": data.view === see ? "page" : null }, words[`see_${see}`]);
  return h("nav", { class: "tabs sights", "aria-label": words.account }, ["unplaced", "refused", "review", "corrections"].map(way));
}

function sightHead(page) {
  const { data, words, to } = page;
  return [h("nav", { class: "way" }, to({ see: null, page: null, name: null, least: null }, { class: "back" }, words.all_places)), h("h2", { tabindex: -1 }, data.heading), ways(page)];
}

function names(page) {
  const { data, words } = page;
  const row = (one) => {
    const open = data.opened === one.name;
    return h(
      "li",
      { class: open ? "opened" : null },
      h(
        "div",
        { class: "named-row" },
        name("b", one.name),
        h("span", { class: "quiet small" }, one.count),
        one.score ? h("span", { class: "count", dir: "ltr" }, one.score) : "",
        h("small", { class: "quiet" }, `${words.reason}: ${one.reason}`),
        link({ name: open ? null : one.name }, (change) => page.go(change, `[data-key="${CSS.escape(`name ${one.name}`)}"]`), { class: "small", "data-key": `name ${one.name}`, "aria-expanded": String(open), "aria-label": `${open ? words.hide_excerpts : words.show_excerpts}: ${one.name}` }, open ? words.hide_excerpts : words.show_excerpts),
      ),
      open ? data.groups.map((group) => ofArticle(page, group)) : "",
    );
  };
  return [h("ol", { class: "names-list" }, data.names.map(row)), data.none ? h("p", { class: "quiet" }, data.none) : ""];
}

function unplaced(page) {
  const { data, words } = page;
  return h("div", { class: "view" }, sightHead(page), accountOf(page), h("p", { class: "quiet" }, words.unplaced_text), services(page), names(page), pager(page, data.pager, words.list_page, words));
}

/** What geocoding services have to do with it: outages as outages, and which names they would learn. */
function services({ data, words }) {
  const { outages, waiting, doubtful, leaving } = data.services;
  const more = (each) => (each.names.length ? h("details", {}, h("summary", {}, each.text), h("p", { class: "small" }, each.names.map((one, at) => [at ? " \u00b7 " : "", name("span", one)]), each.more ? ` … +${each.more}` : "")) : h("p", {}, each.text));
  return [
    outages.length || waiting ? h("div", { class: "notice bad", role: "alert" }, outages.map((text) => h("p", {}, text)), waiting ? h("p", {}, waiting) : "") : "",
    leaving.length ? h("div", { class: "notice leaving" }, leaving.map(more)) : "",
    doubtful.length ? h("details", { class: "doubtful" }, h("summary", {}, words.doubtful_title), h("ul", {}, doubtful.map((text) => h("li", {}, text)))) : "",
  ];
}

function refused(page) {
  const { data, words, memory, go, act } = page;
  const shown = h("output", { dir: "ltr" }, signed(data.least));
  const slider = h("input", { type: "range", min: -2, max: 0, step: 0.1, "data-key": "least", "aria-label": words.refused_least });
  slider.value = data.least;
  slider.addEventListener("input", () => {
    shown.textContent = signed(Number(slider.value));
    clearTimeout(memory.timer);
    memory.timer = setTimeout(() => go({ least: String(Number(slider.value)) }, '[data-key="least"]'), PAUSE_MS);
  });
  if (data.more) {
    clearTimeout(memory.looking);
    memory.looking = setTimeout(() => act({ do: "look" }), 50);
  }
  return h(
    "div",
    { class: "view" },
    sightHead(page),
    h("p", { class: "quiet" }, words.refused_text),
    h("label", { class: "line slider" }, h("span", {}, words.refused_least), slider, shown),
    h("p", { class: "quiet small", role: "status" }, data.looked, data.most ? ` ${data.most}` : ""),
    data.trouble ? h("p", { class: "notice bad" }, data.trouble) : "",
    names(page),
  );
}

/* ---- the review ---- */

const KEYS = { Enter: "accept", NumpadEnter: "accept", Delete: "reject", KeyX: "reject", KeyP: "unknown", KeyS: "skip", ArrowDown: "skip", KeyZ: "undo", KeyY: "redo" };

function review(page) {
  const { data, words, memory, to } = page;
  listenToKeys(page);
  const { item } = data;
  const hint = (text) => h("kbd", { "aria-hidden": "true" }, text);
  const button = (what, label, key, more) => h("button", { type: "button", class: `button ${more || ""}`, "data-key": `review ${what}`, click: () => press(page, what) }, label, " ", hint(key));
  const choice = (one) => h("li", {}, h("button", { type: "button", class: "pick", "data-key": `pick ${one.n}`, "aria-pressed": String(one.now), click: () => press(page, `choose ${one.n}`) }, h("span", { class: `badge${one.now ? " now" : ""}` }, one.number), h("span", { class: "names" }, name("b", one.name), one.other ? name("span", one.other) : "", h("small", {}, one.facts)), h("span", { class: "count", dir: "ltr" }, one.score)));
  return h(
    "div",
    { class: "view review" },
    sightHead(page),
    h("p", { class: "quiet", role: "status" }, data.progress),
    item
      ? [
          h("h3", { class: "asked" }, name("span", item.title), item.means ? [" \u2190 ".replace("\u2190", data.dir === "rtl" ? "\u2190" : "\u2192"), name("span", item.means.name)] : ""),
          passageOf(page, item),
          meaning(page, item),
          h("p", { class: "keys" }, button("accept", words.review_accept, "Enter", "main"), button("reject", words.review_reject, "Delete / X"), button("unknown", words.review_unknown, "P"), button("skip", words.review_skip, "S")),
          item.choices.length ? h("ol", { class: "candidates" }, item.choices.map(choice)) : "",
          h("p", {}, to({ why: item.at }, { "data-why": item.at }, words.review_open)),
        ]
      : h("p", { class: "notice" }, words.review_none),
    h("p", { class: "keys" }, button("undo", words.undo, "Z"), button("redo", words.redo, "Y"), data.skipped ? h("button", { type: "button", class: "button", "data-key": "unskip", click: () => page.act({ do: "unskip" }) }, words.review_again) : ""),
    whoField(page),
    h("p", { class: "quiet small" }, words.review_keys),
  );
}

/** What a key or a button means for the mention that is shown; one at a time, what comes too soon waits its turn. */
function press(page, what) {
  const { data, memory, act } = page;
  if (memory.acting && Date.now() - memory.actedAt < LONGEST_ACT_MS) {
    memory.pressed.push(what);
    return;
  }
  const by = who(page);
  const { item } = data;
  const decide = (choice) => act({ do: "decide", at: item.at, choice, scope: "mention", who: by });
  if (what === "undo" || what === "redo") act({ do: what, who: by });
  else if (!item) return;
  else if (what === "accept") decide(`place ${item.place_id}`);
  else if (what === "reject") decide("not a place");
  else if (what === "unknown") decide("unplaced");
  else if (what === "skip") act({ do: "skip", at: item.at });
  else {
    const chosen = item.choices[Number(what.slice("choose ".length)) - 1];
    if (chosen) decide(`place ${chosen.place_id}`);
  }
}

/** The keys of the review: by their place on the keyboard, so that an Arabic layout has the same ones. */
function listenToKeys(page) {
  const { memory } = page;
  memory.pressed ??= [];
  stopKeys(memory);
  memory.keys = (event) => {
    const target = event.composedPath()[0];
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    if (event.code.endsWith("Enter") && /^(A|BUTTON|SUMMARY)$/.test(target.tagName)) return; // presses what has the focus
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    const what = digit ? `choose ${digit[1]}` : KEYS[event.code];
    if (!what) return;
    event.preventDefault();
    press(page, what);
  };
  window.addEventListener("keydown", memory.keys);
  if (!memory.acting && memory.pressed.length) setTimeout(() => press(page, memory.pressed.shift()));
}

function stopKeys(memory) {
  if (memory.keys) window.removeEventListener("keydown", memory.keys);
  memory.keys = null;
}

/* ---- what people decided ---- */

function corrections(page) {
  const { data, words, act, to } = page;
  const take = (event) => {
    const [file] = event.target.files;
    if (file) file.text().then((text) => act({ do: "import", text, name: file.name, who: who(page) }));
  };
  const row = (one) =>
    h(
      "li",
      { class: one.active ? null : "undone" },
      h("p", {}, one.at ? to({ why: one.at }, { "data-why": one.at }, name("span", one.what)) : name("span", one.what)),
      h("p", { class: "quiet small" }, name("span", one.by), one.why ? [" \u00b7 ", name("span", one.why)] : "", " \u00b7 ", one.state),
      h("button", { type: "button", class: "button", "data-key": `turn ${one.id}`, "aria-label": `${words[one.active ? "undo" : "redo"]}: ${one.what}`, click: () => act({ do: one.active ? "undo" : "redo", decision: one.id, who: who(page) }) }, words[one.active ? "undo" : "redo"]),
    );
  return h(
    "div",
    { class: "view" },
    sightHead(page),
    h("p", { class: "quiet" }, words.corrections_text, " ", h("code", { dir: "ltr" }, data.log)),
    whoField(page),
    h("p", { class: "keys" }, undoButtons(page), h("button", { type: "button", class: "button", "data-key": "export", click: () => act({ do: "export" }) }, words.export_csv), h("label", { class: "button file" }, words.import_csv, h("input", { type: "file", accept: ".csv,text/csv", "data-key": "import", change: take }))),
    data.damaged ? h("p", { class: "notice bad" }, data.damaged) : "",
    data.none ? h("p", { class: "quiet" }, data.none) : h("ol", { class: "decisions" }, data.rows.map(row)),
    pager(page, data.pager, words.list_page, words),
  );
}

/* ---- the names of a place ---- */

function spellings({ data, words, to }) {
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, name("span", one.name)), h("td", {}, one.count), h("td", {}, one.sure), h("td", {}, to({ why: one.at }, { class: "small", "data-why": one.at, "aria-label": `${words.why}: ${one.name}` }, words.why)));
  const column = (text) => h("th", { scope: "col" }, text);
  return [h("p", { class: "quiet small" }, words.names_text), h("table", {}, h("thead", {}, h("tr", {}, column(words.name_printed), column(words.account_is), column(words.names_sure), h("td", {}))), h("tbody", {}, data.names.map(row)))];
}
