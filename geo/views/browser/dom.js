/* Put in front of each component's script: elements from data. Text is only ever a text node, an address only ever `?…`. */

const LONGEST_WAIT_MS = 30_000; // an answer that changes nothing redraws nothing

/** h("a", {href, class}, child, …): strings become text nodes; null, undefined and false are left out. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** What tells one sight from another in an address; where the map stands is written there by the map. */
function sightOf(search) {
  const found = new URLSearchParams(search);
  found.delete("view");
  found.sort();
  return found.toString();
}

/** The sights from the one that was left to the one asked for last, while that is awaited; the address is one of them. */
function awaited() {
  const waiting = window.atlasAsked;
  return waiting && waiting.way.includes(sightOf(location.search)) && Date.now() - waiting.at < LONGEST_WAIT_MS ? waiting : null;
}

/** The address that was asked for last while its answer is awaited, else the present one: quick choices are all kept. */
function asked() {
  const here = new URLSearchParams(location.search);
  const found = new URLSearchParams(awaited()?.search ?? location.search);
  if (here.has("view")) found.set("view", here.get("view"));
  return found;
}

/** The parameters of that address with a change: a value, a list of values, or null to take one away; in a list an empty
 * value stands for what is not stated (`?source=`). */
function parameters(change) {
  const found = asked();
  for (const [name, value] of Object.entries(change)) {
    found.delete(name);
    for (const each of Array.isArray(value) ? value : [value === "" ? null : value]) if (each !== null && each !== undefined) found.append(name, each);
  }
  return found;
}

/** Asks Python for another sight: all of its parameters, so that what the browser wrote into the address is kept. */
function goer(component) {
  return (change) => {
    const wanted = parameters(change);
    if (wanted.toString() === asked().toString()) return; // one is there already, or on the way
    const way = [...(awaited()?.way ?? [sightOf(location.search)]), sightOf(wanted)];
    window.atlasAsked = { search: wanted.toString(), way, at: Date.now() };
    component.setTriggerValue("go", Object.fromEntries([...new Set(wanted.keys())].map((name) => [name, wanted.getAll(name)])));
    busy(true);
  };
}

/** Draws again when one goes back before an answer came: Python then has nothing new to send, but what was chosen shows. */
function drawAgainOnBack(memory, again) {
  if (!memory.again)
    window.addEventListener("popstate", () => {
      window.atlasAsked = null;
      memory.again();
    });
  memory.again = again;
}

/** A line at the top of the page while one waits; it shows itself only after a while (base.css). */
function busy(on) {
  document.querySelector(".stApp")?.classList.toggle("atlas-busy", on);
  clearTimeout(window.atlasWait);
  if (on) window.atlasWait = setTimeout(() => busy(false), LONGEST_WAIT_MS);
}

/** A link that goes without a reload: a plain click is answered by `go`, any other click is the browser's. */
function link(change, go, attributes, ...children) {
  const point = (event) => event.currentTarget.setAttribute("href", `?${parameters(change)}`);
  const follow = (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(change);
  };
  return h("a", { href: `?${parameters(change)}`, click: follow, pointerenter: point, focus: point, ...attributes }, ...children);
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
    .replace(/[\u0660-\u0669]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[-\s]+/g, " ")
    .trim();
}

/** A text with the phrases in it that were searched for, each a list of folded words, underlined. */
function searched(text, phrases) {
  const words = [...text.matchAll(/[\p{L}\p{M}\p{N}\u0640]+/gu)].map((found) => ({ from: found.index, to: found.index + found[0].length, key: fold(found[0]) }));
  const parts = [];
  let done = 0;
  for (let at = 0; phrases.length && at < words.length; at += 1) {
    const phrase = phrases.find((one) => one.every((word, n) => words[at + n]?.key === word));
    if (!phrase) continue;
    const { from } = words[at];
    at += phrase.length - 1;
    parts.push(text.slice(done, from), h("em", {}, text.slice(from, words[at].to)));
    done = words[at].to;
  }
  return [...parts, text.slice(done)];
}

/** The bars of a timeline, as Python sent them. */
function barsOf({ bars }) {
  return bars.map(([since, until, here, all, span]) => ({ since, until, here, all, span }));
}

/** Bars of mentions over time: the place's own in front of those of all, each to its own height; with `scale` only its
 * own, to that height. Time runs with the script, as the text does. */
function chart(bars, direction, height, scale) {
  const most = Math.max(1, ...bars.map((bar) => bar.all));
  const mine = scale || Math.max(1, ...bars.map((bar) => bar.here));
  const own = scale || bars.some((bar) => bar.here);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const part = (className, at, share) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const tall = share ? Math.max(1.5, share * height) : 0;
    const left = direction === "rtl" ? bars.length - 1 - at : at;
    const box = { class: className, x: left + 0.08, y: height - tall, width: 0.84, height: tall };
    for (const [key, value] of Object.entries(box)) bar.setAttribute(key, value);
    return bar;
  };
  for (const [key, value] of Object.entries({ viewBox: `0 0 ${Math.max(1, bars.length)} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" })) svg.setAttribute(key, value);
  bars.forEach((bar, at) => {
    if (!scale) svg.append(part(own ? "all behind" : "all", at, bar.all / most));
    if (own) svg.append(part("here", at, (0.9 * bar.here) / mine));
  });
  return svg;
}

/** Puts a text into the clipboard; a page that is not on this machine has only the old way. False = the browser refused. */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const held = document.activeElement;
    const area = h("textarea", { "aria-hidden": "true", style: "position:fixed;inset-inline-start:-999px" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    held?.focus({ preventScroll: true });
    return done;
  }
}
