/* What the map's frame adds to Leaflet: the offline base map, the symbols, captions, labels, and what a click answers.
 *
 * Two hands draw on it. Python sends all places at once, as rows (`geo.maps.Row`), when the filters change. The page
 * around the frame keeps in `atlasScene` what belongs to a click, so that a click sends no places again:
 *   selected, second   rows of the place that is selected and of the one it is compared with
 *   lines              [[latitude, longitude, weight from 0 to 1], …]: places named together with the selected one
 *   candidates         what a name could mean: {lat, lon, label, name, place_id, now}
 *   picking, pin       whether the next click is to be told as a point; the point that was clicked
 * A click on a place is told to the page as the event `atlas-go`, one on a candidate as `atlas-candidate`, a point as
 * `atlas-pin`. Everything a name could touch is set through textContent.
 */
"use strict";

// Before Leaflet measures it: as tall as the frame, not as the number of pixels that streamlit-folium was given.
document.getElementById("map_div").style.cssText = "width: 100%; height: 100vh";

window.atlas = (() => {
  const ID = 0, TITLE = 1, OTHER = 2, LAT = 3, LON = 4, SYMBOL = 5, SIZE = 6, MENTIONS = 7, ARTICLES = 8, EXTRA = 9, UNSURE = 10;
  const PLACE = 0, AREA = 1, OUTLINE = 2;
  const NAMES = ["place", "area", "outline"];
  const outlines = new Map();
  const drawn = new Map(); // place_id -> {row, layer}
  const page = window.parent;
  let rows = [];
  let look = {};
  let reference = { countries: [], cities: [] };
  let arrived = null; // a promise: the outlines are there
  let home = null; // the first view, if the address asks for none
  let placed = false; // the first view has been set
  let led = false; // the address is moving the map, not a hand
  let revealed = null; // the place last brought into view
  let marks = null; // the layers of the scene
  let land = null;
  const SMALL_PX = 16; // an outline smaller than this gets a handle, so that it can be seen and clicked
  const HANDLE_PX = 7;
  const MOST_LABELS = 60;
  const MOST_FAINT = 40;
  const CLUSTER_PX = 11; // least radius of a symbol with a number in it
  const BADGE_PX = 24;
  const NEAR_ZOOM = 7; // a province and its towns
  const LEADERS = 8; // so many of the most mentioned, and the selected one, are named in any case

  /* ---- base map ---- */

  function basemap(map, [url, names, credit]) {
    const layout = { land: 200, outlines: 410, lines: 415, areas: 420, places: 430, selection: 440, numbers: 435, faint: 630, labels: 640, candidates: 645 };
    for (const [name, level] of Object.entries(layout)) map.createPane(`atlas-${name}`).style.zIndex = level;
    for (const name of ["selection", "lines", "numbers", "faint", "labels"]) map.getPane(`atlas-${name}`).style.pointerEvents = "none";
    map.attributionControl.setPrefix(false).addAttribution(credit);
    marks = L.layerGroup().addTo(map);
    arrived = fetch(url)
      .then((answer) => answer.json())
      .then((collection) => {
        for (const feature of collection.features) if (feature.id) outlines.set(feature.id, feature.geometry);
        land = L.geoJSON(collection, { interactive: false, pane: "atlas-land", renderer: L.canvas({ pane: "atlas-land", padding: 0.6 }), style: landStyle }).addTo(map);
        map.getContainer().dataset.ready = "true";
      })
      .catch(() => {
        map.getContainer().dataset.ready = "without outlines";
      });
    fetch(names)
      .then((answer) => answer.json())
      .then((found) => {
        reference = found;
        redraw(map);
      })
      .catch(() => {});
    map.on("zoomend moveend resize", () => redraw(map));
    map.on("moveend", () => keepView(map));
    page.addEventListener("atlas-theme", dress);
    page.addEventListener("atlas-look", () => approach(map));
    page.addEventListener("atlas-scene", () => scene(map));
    map.on("zoomend", () => page.atlasScene?.candidates?.length && scene(map));
    map.on("click", (event) => page.atlasScene?.picking && drop(event));
    page.addEventListener("popstate", () => setTimeout(() => goToView(map)));
  }

  /** The theme of the page around the frame (`theme.js`). */
  function dress() {
    document.documentElement.dataset.theme = page.document.documentElement.dataset.theme;
    land?.setStyle(landStyle());
  }

  function landStyle() {
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    return { fillColor: colour("--land"), fillOpacity: 1, color: colour("--border"), weight: 0.8 };
  }

  /** All places anew. The view is set when the map opens and never again, so that no click and no filter moves it. */
  function show(map, places, words, bounds) {
    rows = places;
    look = words;
    home = bounds;
    map.getContainer().setAttribute("aria-label", words.map);
    document.documentElement.lang = words.lang;
    for (const [name, sign] of [["in", "zoom_in"], ["out", "zoom_out"]]) {
      const button = map.getContainer().querySelector(`.leaflet-control-zoom-${name}`);
      button.title = words[sign];
      button.setAttribute("aria-label", words[sign]);
    }
    legend(map);
    tiles(map);
    open(map);
    scene(map);
    redraw(map);
  }

  function open(map) {
    if (placed) return;
    if (!map.getSize().x || !map.getSize().y) {
      map.once("resize", () => open(map));
      return;
    }
    placed = goToView(map);
  }

  /** The view that the address asks for, else the first one; false if there is neither. */
  function goToView(map) {
    const asked = (new URLSearchParams(page.location.search).get("view") || "").split(",").map(Number);
    led = true;
    setTimeout(() => (led = false));
    if (asked.length === 3 && asked.every(Number.isFinite)) map.setView([asked[0], asked[1]], asked[2], { animate: false });
    else if (home) map.fitBounds(home, { animate: false, maxZoom: 6, padding: [24, 24] });
    else return false;
    return true;
  }

  /** What the reader looks at stands in the address: written there in place, without a step in the history. */
  function keepView(map) {
    if (!placed || !map.atlasMoved || led) return;
    const { lat, lng } = map.getCenter();
    const view = `${lat.toFixed(3)},${lng.toFixed(3)},${map.getZoom()}`;
    inAddress("view", view);
  }

  function inAddress(name, value) {
    const parameters = new URLSearchParams(page.location.search);
    if (parameters.get(name) === value) return;
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
    page.history.replaceState(page.history.state, "", `?${parameters}`);
  }

  /* ---- symbols ---- */

  function diamond({ x, y }, r) {
    return `M${x},${y - r}L${x + r},${y}L${x},${y + r}L${x - r},${y}Z`;
  }

  const Diamond = L.CircleMarker.extend({
    _updatePath() {
      this._renderer._setPath(this, diamond(this._point, this._radius));
    },
  });

  /** A country: empty until the base map has arrived; where it is tiny, a diamond stands on it. */
  const Outline = L.Polygon.extend({
    initialize(handle, code, options) {
      L.Polygon.prototype.initialize.call(this, [], options);
      this._handle = handle;
      arrived.then(() => {
        const geometry = outlines.get(code);
        if (geometry) this.setLatLngs(L.GeoJSON.coordsToLatLngs(geometry.coordinates, 2));
      });
    },
    _updatePath() {
      const path = L.SVG.pointsToPath(this._parts, true);
      const size = this._rawPxBounds && this._rawPxBounds.isValid() ? this._rawPxBounds.getSize() : L.point(0, 0);
      const small = Math.max(size.x, size.y) < SMALL_PX;
      const handle = small ? diamond(this._map.latLngToLayerPoint(this._handle), HANDLE_PX) : "";
      this._renderer._setPath(this, small ? handle : path);
    },
  });

  function at(row) {
    return L.latLng(row[LAT], row[LON]);
  }

  function symbol(row) {
    const size = row[SIZE];
    const unsure = row[UNSURE] ? " atlas-unsure" : "";
    if (row[SYMBOL] === OUTLINE) {
      const options = { className: `atlas-outline${unsure}`, pane: "atlas-outlines", weight: 1, fillOpacity: 0.1 + 0.38 * size };
      return new Outline(at(row), row[EXTRA], options);
    }
    if (row[SYMBOL] === AREA) return new Diamond(at(row), { className: `atlas-area${unsure}`, pane: "atlas-areas", radius: size, weight: 1.5 });
    return L.circleMarker(at(row), { className: `atlas-place${unsure}`, pane: "atlas-places", radius: size, weight: 1.5 });
  }

  function make(row) {
    const layer = symbol(row);
    layer.row = row;
    layer.bindTooltip(() => caption(layer), { sticky: true, direction: "top" });
    layer.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      if (page.atlasScene?.picking) return drop(event);
      page.dispatchEvent(new page.CustomEvent("atlas-go", { detail: row[ID] }));
    });
    return layer;
  }

  /* ---- the scene: what belongs to a click ---- */

  function scene(map) {
    if (!marks) return;
    const { selected, second, lines, candidates, picking, pin } = page.atlasScene || {};
    marks.clearLayers();
    map.getContainer().classList.toggle("atlas-picking", Boolean(picking));
    frame(map, candidates || []);
    if (pin) marks.addLayer(badge(pin[0], pin[1], "", "atlas-pin", ""));
    const spots = [];
    for (const one of candidates || []) {
      const point = map.latLngToLayerPoint([one.lat, one.lon]);
      const beside = spots.filter((other) => other.distanceTo(point) < BADGE_PX).length;
      spots.push(point);
      marks.addLayer(candidate(one, beside));
    }
    if (selected && lines) {
      for (const [lat, lng, weight] of lines) {
        const style = { className: "atlas-line", pane: "atlas-lines", interactive: false, weight: 1 + 4 * weight };
        marks.addLayer(L.polyline([at(selected), [lat, lng]], style));
      }
    }
    if (second) marks.addLayer(mark(second, "atlas-second"));
    if (selected) {
      marks.addLayer(mark(selected, "atlas-selected"));
      reveal(map, selected);
    }
    redraw(map);
  }

  /** The point under a click, as latitude and longitude. */
  function drop({ latlng }) {
    const { lat, lng } = latlng.wrap();
    page.dispatchEvent(new page.CustomEvent("atlas-pin", { detail: [lat, lng] }));
  }

  /** A round sign; of several that would cover one another each stands `beside` those before it. */
  function badge(lat, lon, label, className, title, beside = 0) {
    const half = BADGE_PX / 2;
    const icon = L.divIcon({ className, html: line("", label, "span"), iconSize: [BADGE_PX, BADGE_PX], iconAnchor: [half - beside * (BADGE_PX + 4), half] });
    return L.marker([lat, lon], { icon, keyboard: false, pane: "atlas-candidates", title });
  }

  function candidate({ lat, lon, label, name, place_id, now }, beside) {
    const marker = badge(lat, lon, label || "\u2713", now ? "atlas-candidate atlas-candidate-now" : "atlas-candidate", name, beside);
    if (now) marker.setZIndexOffset(1000);
    return marker.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      if (page.atlasScene?.picking) return drop(event);
      page.dispatchEvent(new page.CustomEvent("atlas-candidate", { detail: place_id }));
    });
  }

  let framed = null; // the candidates that were last brought into sight
  let earlier = null; // the view before that, for when they are gone

  /** All candidates into sight, and back to where one was when they are gone. */
  function frame(map, candidates) {
    const key = candidates.map(({ lat, lon }) => `${lat},${lon}`).join(" ");
    if (!placed || framed === key) return;
    framed = key;
    if (!candidates.length) {
      if (earlier) {
        led = true;
        setTimeout(() => (led = false));
        map.setView(...earlier, { animate: false });
      }
      earlier = null;
      return;
    }
    const bounds = L.latLngBounds(candidates.map(({ lat, lon }) => [lat, lon]));
    if (map.getBounds().pad(-0.05).contains(bounds)) return;
    earlier ??= [map.getCenter(), map.getZoom()];
    led = true;
    setTimeout(() => (led = false));
    map.fitBounds(bounds, { animate: false, maxZoom: Math.max(6, map.getZoom()), padding: [48, 48] });
  }

  /** A selected place: a dark ring; around an area also the circle of its size; a country's border. */
  function mark(row, className) {
    const style = { interactive: false, pane: "atlas-selection", className, fill: false, weight: 2.5 };
    if (row[SYMBOL] === OUTLINE) return new Outline(at(row), row[EXTRA], style);
    const area = row[SYMBOL] === AREA;
    const Shape = area ? Diamond : L.CircleMarker;
    const radius = row[SIZE] + (area ? 6 : 4);
    const parts = [new Shape(at(row), { ...style, className: "atlas-halo", weight: 5.5, radius }), new Shape(at(row), { ...style, radius })];
    if (area && row[EXTRA]) {
      parts.unshift(L.circle(at(row), { ...style, className: "atlas-extent", radius: row[EXTRA] * 1000, fill: true, weight: 1.5 }));
    }
    return L.featureGroup(parts, { interactive: false });
  }

  /** The bounds of a place that has an outline; null = it has none. */
  function extent(row) {
    const geometry = row[SYMBOL] === OUTLINE && outlines.get(row[EXTRA]);
    return geometry ? L.latLngBounds(L.GeoJSON.coordsToLatLngs(geometry.coordinates, 2).flat(2)) : null;
  }

  /** Goes to the selected place, near enough to tell it from its neighbours: the reader asked for it. */
  function approach(map) {
    const row = page.atlasScene?.selected;
    if (!row) return;
    map.atlasMoved = true;
    const bounds = extent(row);
    if (bounds) map.fitBounds(bounds, { maxZoom: NEAR_ZOOM });
    else map.setView(at(row), Math.max(map.getZoom(), row[SYMBOL] === PLACE ? NEAR_ZOOM : NEAR_ZOOM - 1));
  }

  /** Pans, without zooming, to a place that has just been selected and is out of sight. */
  function reveal(map, row) {
    if (revealed === row[ID]) return;
    revealed = row[ID];
    if (!placed) return;
    arrived.then(() => {
      const bounds = extent(row);
      const inSight = bounds ? map.getBounds().intersects(bounds) : map.getBounds().pad(-0.04).contains(at(row));
      if (!inSight) map.panTo(at(row));
    });
  }

  /* ---- words on the map ---- */

  function line(className, text, tag = "div") {
    const element = document.createElement(tag);
    element.className = className;
    element.dir = "auto";
    element.textContent = text;
    return element;
  }

  function number(n) {
    return new Intl.NumberFormat(look.lang, { numberingSystem: look.digits }).format(n);
  }

  function counted(what, n) {
    const forms = look.forms[what];
    return (forms[new Intl.PluralRules(look.lang).select(n)] || forms.other).replace("{n}", number(n));
  }

  function caption({ row, covers }) {
    const box = document.createElement("div");
    box.append(line("atlas-title", row[TITLE]));
    if (row[OTHER]) box.append(line("atlas-other", row[OTHER]));
    if (row[UNSURE]) box.append(line("atlas-note", look.unsure));
    const note = look.mentions_in.replace("{mentions}", counted("mentions", row[MENTIONS])).replace("{articles}", counted("articles", row[ARTICLES]));
    box.append(line("atlas-note", note));
    const same = (covers || []).filter((other) => other[LAT] === row[LAT] && other[LON] === row[LON]);
    if (same.length) box.append(line("atlas-note", look.same_point.replace("{names}", same.slice(0, 5).map((other) => other[TITLE]).join(look.comma) + (same.length > 5 ? " …" : ""))));
    if (covers && covers.length > same.length) box.append(line("atlas-note", look.more_here.replace("{n}", number(covers.length - same.length))));
    return box;
  }

  let legendControl = null;
  let legendOpen = null; // as the reader left it

  function legend(map) {
    if (legendControl) legendControl.remove();
    legendControl = L.control({ position: "bottomleft" });
    legendControl.onAdd = () => {
      const box = line("atlas-legend", "", "details");
      box.dir = look.dir;
      box.open = legendOpen ?? map.getSize().x > 600;
      box.addEventListener("toggle", () => (legendOpen = box.open));
      box.append(line("", look.legend, "summary"));
      const list = document.createElement("ul");
      for (const name of ["place", "area", "outline", "unsure", "cluster", "selected"]) {
        const item = line("", look[`legend_${name}`], "li");
        item.prepend(line(`atlas-sign atlas-sign-${name}`, name === "cluster" ? `+${number(3)}` : "", "span"));
        list.append(item);
      }
      box.append(list);
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    legendControl.addTo(map);
  }

  /* Online tiles: an extra that the reader switches on; until then nobody is asked. */
  let tileLayer = null;
  let tileControl = null;

  function tiles(map) {
    if (!look.tile_url) return;
    if (tileControl) tileControl.remove();
    tileControl = L.control({ position: "topright" });
    tileControl.onAdd = () => {
      const button = line("atlas-tiles", look.tiles, "button");
      button.title = look.tiles_note;
      button.setAttribute("aria-pressed", Boolean(tileLayer));
      L.DomEvent.disableClickPropagation(button);
      button.addEventListener("click", () => {
        online(map, !tileLayer);
        inAddress("tiles", tileLayer ? "1" : null);
        tiles(map);
      });
      return button;
    };
    if (!tileLayer && new URLSearchParams(page.location.search).get("tiles") === "1") online(map, true);
    tileControl.addTo(map);
  }

  function online(map, on) {
    if (tileLayer) tileLayer.remove();
    tileLayer = on ? L.tileLayer(look.tile_url, { pane: "atlas-land", attribution: look.tile_credit, referrerPolicy: "origin", maxZoom: 19 }).addTo(map) : null;
    if (land) land.setStyle({ fillOpacity: on ? 0 : 1 });
  }

  const LABEL_FONT = "14px 'Noto Naskh Arabic', Amiri, 'Geeza Pro', 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, sans-serif";
  const LABEL_PX = 20;
  const ruler = document.createElement("canvas").getContext("2d");
  const widths = new Map();
  const APART_PX = 22; // nearer than this two symbols, or the numbers in them, would overlap
  const CELL_PX = 29; // as far as a circle covers others: what covers a point is in its cell or next to it
  const NEIGHBOURS = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy]));
  let waiting = false;

  function redraw(map) {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!placed) return;
      const shown = uncovered(map);
      draw(map, shown);
      const taken = label(map, shown);
      faint(map, taken);
      numbers(map, shown);
      map.getContainer().dataset.shown = rows.length;
    });
  }

  /** What is in sight: of circles that would overlap the largest one, which then stands for the others. */
  function uncovered(map) {
    const selected = [page.atlasScene?.selected?.[ID], page.atlasScene?.second?.[ID]];
    const view = map.getPixelBounds();
    const margin = view.getSize().multiplyBy(0.2);
    const near = L.bounds(view.min.subtract(margin), view.max.add(margin));
    const cells = new Map(); // symbol and cell of the screen -> what stands there
    const cell = ({ row, point: { x, y } }, dx, dy) => `${row[SYMBOL]} ${Math.floor(x / CELL_PX) + dx} ${Math.floor(y / CELL_PX) + dy}`;
    const shown = [];
    for (const row of rows) {
      const point = map.project(at(row));
      const one = { row, point, radius: row[SYMBOL] === OUTLINE ? 0 : row[SIZE], covers: null };
      if (row[SYMBOL] === OUTLINE) shown.push(one);
      if (row[SYMBOL] === OUTLINE || !near.contains(point)) continue;
      if (!selected.includes(row[ID])) {
        const around = NEIGHBOURS.flatMap(([dx, dy]) => cells.get(cell(one, dx, dy)) || []);
        const over = around.find((other) => other.point.distanceTo(point) < Math.max(APART_PX, other.radius + 7));
        if (over) {
          (over.covers ??= []).push(row);
          over.radius = Math.max(over.radius, CLUSTER_PX);
          continue;
        }
        cells.set(cell(one, 0, 0), [...(cells.get(cell(one, 0, 0)) || []), one]);
      }
      shown.push(one);
    }
    return shown;
  }

  function draw(map, shown) {
    const wanted = new Map(shown.map((one) => [one.row[ID], one]));
    for (const [id, { row, layer }] of drawn) {
      if (wanted.get(id)?.row === row) continue;
      layer.remove();
      drawn.delete(id);
    }
    let added = false;
    for (const { row, covers, radius } of shown) {
      if (!drawn.has(row[ID])) {
        drawn.set(row[ID], { row, layer: make(row).addTo(map) });
        added = true;
      }
      const { layer } = drawn.get(row[ID]);
      layer.covers = covers;
      if (row[SYMBOL] !== OUTLINE && layer.getRadius() !== radius) layer.setRadius(radius);
    }
    if (added) for (const { row } of shown) if (row[SYMBOL] !== OUTLINE) drawn.get(row[ID]).layer.bringToFront(); // small ones on top
  }

  /** Names the most mentioned places in view, none on top of another name or of another place's symbol. */
  function label(map, shown) {
    const symbols = shown.filter(({ radius }) => radius).slice(0, 400).map(symbolBox);
    const view = map.getPixelBounds();
    const taken = [];
    const labels = [];
    const chosen = page.atlasScene?.selected?.[ID];
    for (const one of [...shown].sort((a, b) => (b.row[ID] === chosen) - (a.row[ID] === chosen))) {
      if (labels.length >= MOST_LABELS) break;
      if (!view.contains(one.point)) continue;
      const blocked = (spot, boxes) => boxes.some((box) => box.of !== one && overlap(spot, box));
      const choice = spots(one.point, one.radius, widthOf(one.row[TITLE])).filter((spot) => !blocked(spot, taken));
      const free = choice.find((spot) => !blocked(spot, symbols));
      const spot = free || (labels.length < LEADERS ? choice[0] : null); // over a small neighbour rather than nowhere
      if (!spot) continue;
      taken.push(spot);
      labels.push(labelAt(map, spot, `atlas-label atlas-label-${NAMES[one.row[SYMBOL]]}`, one.row[TITLE]));
    }
    map.getPane("atlas-labels").replaceChildren(...labels);
    return { boxes: [...taken, ...symbols], named: new Set(shown.flatMap(({ row }) => [row[TITLE], row[OTHER]])) };
  }

  /** Names of countries and cities that the articles do not name, where there is room: so that one knows where one looks. */
  function faint(map, { boxes, named }) {
    const view = map.getPixelBounds();
    const zoom = map.getZoom();
    const name = (row) => (look.lang === "ar" ? row[2] : row[3]);
    const elements = [];
    for (const [kind, list] of Object.entries(reference)) {
      for (const row of tileLayer ? [] : list) {
        if (elements.length >= MOST_FAINT) break;
        if (zoom < row[4] || named.has(row[2]) || named.has(row[3])) continue;
        const point = map.project([row[0], row[1]]);
        if (!view.contains(point)) continue;
        const city = kind === "cities";
        const spot = spots(point, city ? 2 : 0, widthOf(name(row)))[0];
        if (boxes.some((box) => overlap(spot, box))) continue;
        boxes.push(spot);
        elements.push(labelAt(map, spot, `atlas-label atlas-faint atlas-faint-${kind}`, name(row)));
      }
    }
    map.getPane("atlas-faint").replaceChildren(...elements);
  }

  /** How many places a symbol stands for besides its own, written in it. */
  function numbers(map, shown) {
    const view = map.getPixelBounds();
    const circles = shown.filter(({ row }) => row[SYMBOL] === PLACE);
    const hidden = ({ row, point }) => row[SYMBOL] === AREA && circles.some((over) => over.point.distanceTo(point) < over.radius + 6);
    const clusters = shown.filter((one) => one.covers && view.contains(one.point) && !hidden(one));
    const made = clusters.map(({ point, covers }) => {
      const element = line("atlas-number", `+${number(covers.length)}`);
      L.DomUtil.setPosition(element, point.subtract(map.getPixelOrigin()).round());
      return element;
    });
    map.getPane("atlas-numbers").replaceChildren(...made);
  }

  function symbolBox(one) {
    const half = 0.8 * one.radius; // a circle does not fill the corners of its box
    return { x: one.point.x - half, y: one.point.y - half, w: 2 * half, h: 2 * half, of: one };
  }

  function widthOf(text) {
    if (!widths.has(text)) {
      ruler.font = LABEL_FONT;
      widths.set(text, Math.ceil(ruler.measureText(text).width) + 6);
    }
    return widths.get(text);
  }

  /** Where a label may stand, best first: on a country; below, above, beside a symbol, or at its corners. */
  function spots({ x, y }, r, w) {
    const h = LABEL_PX;
    if (!r) return [{ x: x - w / 2, y: y - h / 2, w, h }];
    return [
      { x: x - w / 2, y: y + r + 2, w, h },
      { x: x - w / 2, y: y - r - h, w, h },
      { x: x + r + 3, y: y - h / 2, w, h },
      { x: x - r - 3 - w, y: y - h / 2, w, h },
      { x: x + 0.7 * r, y: y + 0.7 * r, w, h },
      { x: x + 0.7 * r, y: y - 0.7 * r - h, w, h },
      { x: x - 0.7 * r - w, y: y + 0.7 * r, w, h },
      { x: x - 0.7 * r - w, y: y - 0.7 * r - h, w, h },
    ];
  }

  function overlap(a, b) {
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  }

  function labelAt(map, { x, y, w }, className, title) {
    const element = line(className, title);
    element.style.width = `${w}px`;
    element.style.font = LABEL_FONT;
    L.DomUtil.setPosition(element, L.point(x, y).subtract(map.getPixelOrigin()).round());
    return element;
  }

  /** Where a place of either name stands in the frame, in pixels; null = it is not drawn by itself. For the tests. */
  function find(map, name) {
    for (const { row } of drawn.values()) {
      if (row[TITLE] !== name && row[OTHER] !== name) continue;
      const { x, y } = map.latLngToContainerPoint(at(row));
      return [x, y];
    }
    return null;
  }

  /** Names of the towns in view, most mentioned first. For the tests. */
  function names(map) {
    const here = [...drawn.values()].map(({ row }) => row).filter((row) => row[SYMBOL] === PLACE && map.getBounds().pad(-0.15).contains(at(row)));
    return here.sort((a, b) => b[MENTIONS] - a[MENTIONS]).map((row) => row[TITLE]);
  }

  dress();
  return { basemap, find, names, show };
})();

// A hand on the map, not the page, moves it: only then is the view worth keeping in the address.
for (const kind of ["pointerdown", "wheel", "keydown"]) {
  document.addEventListener(kind, () => window.map && (window.map.atlasMoved = true), { capture: true, passive: true });
}
