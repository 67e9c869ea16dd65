/* The head of the page: what this is, the other language, and what could not be read. */

export default function (component) {
  const { data, parentElement: root, setTriggerValue } = component;
  const { words } = data;
  document.documentElement.lang = data.lang;
  const head = root.querySelector(".masthead");
  head.lang = data.lang;
  head.dir = data.dir;
  const open = head.querySelector("details")?.open;
  head.replaceChildren(
    h("h1", {}, words.title),
    h("p", { class: "line" }, data.line),
    data.set_aside.length ? setAside(words, data.set_aside, open) : "",
    languageSwitch(words, data.other_lang, (target) => setTriggerValue("go", target)),
  );
}

/** The same sight in the other language, wherever the reader has gone since this was drawn. */
function languageSwitch(words, lang, go) {
  const here = () => Object.fromEntries(new URLSearchParams(location.search));
  const point = (event) => event.currentTarget.setAttribute("href", address(here(), { lang }));
  return link(here(), { lang }, go, { class: "switch", lang, pointerenter: point, focus: point }, words.switch);
}

function setAside(words, files, open) {
  return h(
    "details",
    { open },
    h("summary", {}, words.set_aside),
    h("ul", {}, files.map((file) => h("li", {}, h("code", { dir: "auto" }, file.path), h("span", { dir: "auto" }, file.reason), h("span", { dir: "auto" }, file.remedy)))),
  );
}
