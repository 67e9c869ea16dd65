/* Put in front of each component's script: elements from data. Text is only ever a text node, an address only ever `?…`. */

/** h("a", {href, class}, child, …): strings become text nodes; null, undefined and false are left out. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The address of a sight: a query string, so that links can be copied and opened in another tab. */
function address(kept, target) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...kept, ...target })) {
    if (value !== null && value !== undefined) parameters.set(name, value);
  }
  return `?${parameters}`;
}

/** A link that goes without a reload: a plain click is answered by `go`, any other click is the browser's. */
function link(kept, target, go, attributes, ...children) {
  const follow = (event) => {
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(target);
  };
  return h("a", { href: address(kept, target), click: follow, ...attributes }, ...children);
}
