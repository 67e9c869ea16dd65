/* Light or dark as the address asks, laid over what the system prefers.
 *
 * Streamlit knows the system's preference alone: it asks for it at the start, when it changes, and after printing. So it
 * gets the reader's answer in its place, and is made to ask again. The map's frame and our own style follow `data-theme`. */

window.atlasTheme ??= (() => {
  const DARK = "(prefers-color-scheme: dark)";
  const system = window.matchMedia.bind(window);
  let chosen = null; // "light", "dark", null = as the system
  window.matchMedia = (query) => {
    const list = system(query);
    if (chosen && query === DARK) Object.defineProperty(list, "matches", { value: chosen === "dark" });
    return list;
  };
  const tell = () => {
    document.documentElement.dataset.theme = window.matchMedia(DARK).matches ? "dark" : "light";
    window.dispatchEvent(new Event("atlas-theme"));
  };
  system(DARK).addEventListener("change", tell);
  tell();
  return (theme) => {
    if (theme === chosen) return;
    chosen = theme;
    tell();
    window.dispatchEvent(new Event("afterprint"));
  };
})();
