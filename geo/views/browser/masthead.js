/* The head of the page: what this is, the other language, the digits, and what could not be read. */

export default function (component) {
  const { data, parentElement: root } = component;
  const { words } = data;
  const go = goer(component);
  busy(false);
  document.documentElement.lang = data.lang;
  const head = root.querySelector(".masthead");
  head.lang = data.lang;
  head.dir = data.dir;
  const open = head.querySelector("details")?.open;
  head.replaceChildren(
    h("h1", {}, words.title),
    h("p", { class: "line" }, data.line),
    data.set_aside.length ? setAside(data.files, data.set_aside, open) : "",
    h("span", { class: "digits", role: "group", "aria-label": words.digits }, digits(go, "123", null, !data.arabic_digits), digits(go, "١٢٣", "arab", data.arabic_digits)),
    link({ lang: data.other_lang }, go, { class: "switch", lang: data.other_lang }, words.switch),
  );
}

function digits(go, text, value, on) {
  return h("button", { type: "button", "aria-pressed": String(Boolean(on)), click: () => go({ digits: value }) }, text);
}

function setAside(summary, files, open) {
  return h(
    "details",
    { open },
    h("summary", {}, summary),
    h("ul", {}, files.map((file) => h("li", {}, h("code", { dir: "auto" }, file.path), h("span", { dir: "auto" }, file.reason), h("span", { dir: "auto" }, file.remedy)))),
  );
}
