/* The head of the page: what this is, the other language, the digits, the theme, and what could not be read. */

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
  const held = root.activeElement?.dataset.key;
  nameButtons(words);
  head.replaceChildren(
    h("h1", {}, words.title),
    h("p", { class: "line", title: data.adds ? null : words.bring_read_only }, data.line),
    data.set_aside.length ? setAside(data.files, data.set_aside, open) : "",
    h("span", { class: "digits", role: "group", "aria-label": words.digits }, digits(go, "123", null, !data.arabic_digits), digits(go, "١٢٣", "arab", data.arabic_digits)),
    themes(data, go),
    !data.adds ? "" : h("button", { type: "button", class: "button bring", "data-key": "bring", click: () => component.setTriggerValue("open", "bring") }, words.bring),
    link({ lang: data.other_lang }, go, { class: "switch", lang: data.other_lang, "data-key": "switch" }, words.switch),
  );
  if (held) head.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
}

/** Streamlit's own buttons in a dialog speak English only: these are the names that a screen reader says. */
function nameButtons(words) {
  const said = (name) => ({ Close: words.close, "Add files": words.bring_choose })[name] ?? name.replace(/^Remove (?=.)/, `${words.remove_file} `);
  window.atlasNames?.disconnect();
  window.atlasNames = new MutationObserver(() => {
    for (const button of document.querySelectorAll('[data-testid="stFileUploaderDropzone"] > span button:not([aria-label])')) button.ariaLabel = words.bring_choose;
    for (const button of document.querySelectorAll("section[role=dialog] button[aria-label]")) if (button.ariaLabel !== said(button.ariaLabel)) button.ariaLabel = said(button.ariaLabel);
  });
  window.atlasNames.observe(document.body, { childList: true, subtree: true });
}

function digits(go, text, value, on) {
  return h("button", { type: "button", "data-key": `digits ${value}`, "aria-pressed": String(Boolean(on)), click: () => go({ digits: value }) }, text);
}

/** Light, dark, or as the system; what is chosen shows at once and stands in the address. */
function themes({ words, theme, themes }, go) {
  const choose = (event) => {
    const chosen = event.target.value || null;
    window.atlasTheme(chosen);
    go({ theme: chosen });
  };
  const option = (value) => h("option", { value, selected: value === (theme || "") }, words[`theme_${value || "system"}`]);
  return h("select", { class: "theme", name: "theme", "data-key": "theme", "aria-label": words.theme, title: words.theme, change: choose }, ["", ...themes].map(option));
}

function setAside(summary, files, open) {
  return h(
    "details",
    { open },
    h("summary", {}, summary),
    h("ul", {}, files.map((file) => h("li", {}, h("code", { dir: "auto" }, file.path), h("span", { dir: "auto" }, file.reason), h("span", { dir: "auto" }, file.remedy)))),
  );
}
