/* The exported map: places as symbols and as a list, the excerpts of one. All text is set as text, never as markup. */
"use strict";

(() => {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const outlines = read("outlines");
  const places = read("places");
  const view = read("view"); // the corners that the map opens on
  const arabic = (navigator.language || "").toLowerCase().startsWith("ar");
  const words = arabic
    ? { search: "ابحث عن مكان", back: "كل الأماكن", places: "الأماكن", mentions: "الإشارات", articles: "المقالات", more: "ولم تُدرج {n} أخرى في هذا الملف", untitled: "بلا عنوان", sure: "الثقة" }
    : { search: "Find a place", back: "All places", places: "Places", mentions: "Mentions", articles: "Articles", more: "{n} more are not in this file", untitled: "Untitled", sure: "confidence" };
  document.documentElement.lang = arabic ? "ar" : "en";
  document.documentElement.dir = arabic ? "rtl" : "ltr";

  /** An element with attributes and children; strings become text nodes. */
  function h(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  const names = (place) => (arabic ? [place.name_ar, place.name] : [place.name, place.name_ar]).filter(Boolean);
  const title = (place) => names(place)[0] || place.id;
  const counted = (place) => `${words.mentions}: ${place.mentions} · ${words.articles}: ${place.articles}`;

  /* ---- the map ---- */

  const map = L.map("map", { minZoom: 2, maxZoom: 14, center: [31, 38], zoom: 5 });
  map.attributionControl.setPrefix(false).addAttribution("Natural Earth · GeoNames · Leaflet");
  const shapes = new Map(outlines.features.filter((each) => each.id).map((each) => [each.id, each]));
  L.geoJSON(outlines, {
    interactive: false,
    renderer: L.canvas({ padding: 0.6 }),
    style: { fillColor: "#f3f0e9", fillOpacity: 1, color: "#c9c2b4", weight: 0.8 },
  }).addTo(map);

  const most = Math.max(1, ...places.map((place) => place.mentions));
  const radius = (place) => Math.max(5, Math.min(20, (20 * Math.sqrt(place.mentions)) / Math.sqrt(most)));

  const Diamond = L.CircleMarker.extend({
    _updatePath() {
      const { x, y } = this._point;
      const r = this._radius;
      this._renderer._setPath(this, `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`);
    },
  });
  const ring = L.circleMarker([0, 0], { radius: 24, color: "#22252b", weight: 2, fill: false, interactive: false });

  function symbol(place) {
    const at = [place.lat, place.lon];
    const outline = place.outline && shapes.get(place.outline);
    if (outline) {
      return L.geoJSON(outline, { style: { color: "#2f6e9e", weight: 1.2, fillColor: "#2f6e9e", fillOpacity: 0.08 + (0.25 * place.mentions) / most } });
    }
    if (place.position === "area") {
      return new Diamond(at, { radius: radius(place) + 1, color: "#fff", weight: 1.5, fillColor: "#2f6e9e", fillOpacity: 0.6 });
    }
    return L.circleMarker(at, { radius: radius(place), color: "#fff", weight: 1.5, fillColor: "#b5462f", fillOpacity: 0.8 });
  }

  for (const place of [...places].sort((a, b) => b.mentions - a.mentions)) {
    const caption = document.createElement("span");
    caption.textContent = `${names(place).join(" · ")}: ${counted(place)}`;
    symbol(place).bindTooltip(caption, { sticky: true }).on("click", () => choose(place)).addTo(map);
  }
  if (view) map.fitBounds(view, { animate: false, maxZoom: 8, padding: [24, 24] });

  /* ---- the panel ---- */

  const panel = document.querySelector("main");

  function list() {
    history.replaceState(null, "", "#");
    ring.remove();
    const input = h("input", { type: "search", placeholder: words.search, "aria-label": words.search });
    const rows = h("ol");
    const draw = () => {
      const asked = input.value.trim().toLowerCase();
      const found = places.filter((place) => names(place).some((name) => name.toLowerCase().includes(asked)));
      rows.replaceChildren(...found.map((place) =>
        h("li", {}, h("button", { type: "button", onclick: () => choose(place) },
          h("span", { dir: "auto" }, title(place)),
          h("span", { dir: "auto", class: "other" }, names(place)[1] || ""),
          h("span", { class: "count" }, String(place.mentions))))));
    };
    input.addEventListener("input", draw);
    draw();
    panel.replaceChildren(input, rows);
  }

  function choose(place) {
    history.replaceState(null, "", `#${encodeURIComponent(place.id)}`);
    const where = `${place.code} ${place.country} · ${place.lat.toFixed(4)}, ${place.lon.toFixed(4)} · ${place.id}`;
    panel.replaceChildren(
      h("button", { type: "button", class: "back", onclick: list }, `‹ ${words.back}`),
      h("h2", { dir: "auto" }, names(place).join(" · ")),
      h("p", { class: "facts" }, h("bdi", {}, counted(place)), " · ", h("bdi", { dir: "ltr" }, where)),
      place.note ? h("p", { class: "note", dir: "auto" }, place.note) : "",
      ...place.excerpts.map(excerpt),
      place.more ? h("p", { class: "note" }, words.more.replace("{n}", place.more)) : "",
    );
    panel.scrollTop = 0;
    ring.setLatLng([place.lat, place.lon]).addTo(map);
    if (!map.getBounds().contains([place.lat, place.lon])) map.panTo([place.lat, place.lon]);
  }

  function excerpt(each) {
    const about = [each.author, each.source, each.published, `${words.sure} ${each.confidence.toFixed(2)}`];
    return h("article", {},
      h("p", { dir: "auto" }, each.left, h("mark", {}, each.surface), each.right),
      h("p", { class: "about" }, headline(each), ...about.filter(Boolean).flatMap((part) => [" · ", h("bdi", {}, part)])));
  }

  /** The article's title; a link only if its address is one of the web. */
  function headline(each) {
    const text = each.title || words.untitled;
    if (/^https?:\/\//i.test(each.url || "")) return h("a", { href: each.url, rel: "noopener noreferrer", target: "_blank", dir: "auto" }, text);
    return h("bdi", {}, each.path ? `${text} (${each.path})` : text);
  }

  const line = document.querySelector("header p");
  line.textContent = `${words.places}: ${places.length}`;
  const asked = places.find((place) => place.id === decodeURIComponent(location.hash.slice(1)));
  if (asked) choose(asked);
  else list();
  document.body.dataset.ready = "true";
})();
