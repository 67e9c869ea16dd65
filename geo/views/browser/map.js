/* What the map's frame adds to Leaflet: the offline base map, the symbols, captions, labels, and what a click answers.
 *
 * Python sends plain GeoJSON, a point per place, whose properties say how to draw it:
 *   place_id            what a click answers
 *   symbol              "outline" (a country), "area" (its extent is not drawn), "place" (a town or a spot)
 *   radius_px           of areas and places; of selections that mark one of these
 *   radius_km           of areas: the circle of equal area, drawn while the area is selected
 *   outline, shade      of countries: ISO code in the base map; 0 to 1, how strong the fill is
 *   title, other, note  the caption: name, name in the other script, count; text, never markup
 *   weight              number of mentions: who is labelled first where labels would overlap
 *   selected            true for the one feature of the selection layer
 * Everything a name could touch is set through textContent.
 */
"use strict";

// Before Leaflet measures it: as tall as the frame, not as the number of pixels that streamlit-folium was given.
document.getElementById("map_div").style.cssText = "width: 100%; height: 100vh";

window.atlas = (() => {
  const outlines = new Map();
  let arrived = null; // a promise: the outlines are there
  let placed = false; // the first view has been set
  let revealed = null; // the place last brought into view
  let moreHere = ""; // said of a circle that stands for others
  const SMALL_PX = 16; // an outline smaller than this gets a handle, so that it can be seen and clicked
  const HANDLE_PX = 7;
  const MOST_LABELS = 60;
  const LEADERS = 8; // so many of the most mentioned are named in any case

  /* ---- base map ---- */

  function basemap(map, url, credit) {
    const layout = { land: 200, outlines: 410, areas: 420, places: 430, selection: 440, labels: 640 };
    for (const [name, level] of Object.entries(layout)) map.createPane(`atlas-${name}`).style.zIndex = level;
    for (const name of ["selection", "labels"]) map.getPane(`atlas-${name}`).style.pointerEvents = "none";
    map.attributionControl.setPrefix(false).addAttribution(credit);
    arrived = fetch(url)
      .then((answer) => answer.json())
      .then((collection) => {
        for (const feature of collection.features) if (feature.id) outlines.set(feature.id, feature.geometry);
        L.geoJSON(collection, {
          interactive: false,
          pane: "atlas-land",
          renderer: L.canvas({ pane: "atlas-land", padding: 0.6 }),
          style: { fillColor: "#f3f0e9", fillOpacity: 1, color: "#c9c2b4", weight: 0.8 },
        }).addTo(map);
        map.getContainer().dataset.ready = "true";
      })
      .catch(() => {
        map.getContainer().dataset.ready = "without outlines";
      });
    map.on("zoomend moveend layeradd layerremove", () => redraw(map));
  }

  /** Shows `bounds` when the map opens; never again, so that no click moves the view. `hint` has `{n}`. */
  function open(map, bounds, hint) {
    moreHere = hint;
    if (placed || !bounds) return;
    if (!map.getSize().x || !map.getSize().y) {
      map.once("resize", () => open(map, bounds, hint));
      return;
    }
    placed = true;
    map.fitBounds(bounds, { animate: false, maxZoom: 6, padding: [24, 24] });
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

  function symbol(feature, latlng) {
    const { symbol: kind, selected, outline, shade, radius_px: radius, radius_km: reach } = feature.properties;
    if (selected) return mark(feature.properties, latlng);
    if (kind === "outline") {
      const options = { className: "atlas-outline", pane: "atlas-outlines", weight: 1, fillOpacity: 0.1 + 0.28 * shade };
      return new Outline(latlng, outline, options);
    }
    if (kind === "area") return new Diamond(latlng, { className: "atlas-area", pane: "atlas-areas", radius, weight: 1.5, reach });
    return L.circleMarker(latlng, { className: "atlas-place", pane: "atlas-places", radius, weight: 1.5 });
  }

  /** The selected place: a dark ring; around an area also the circle of its size; a country's border. */
  function mark({ symbol: kind, outline, radius_px: radius, radius_km: reach }, latlng) {
    const style = { interactive: false, pane: "atlas-selection", className: "atlas-selected", fill: false, weight: 2.5 };
    if (kind === "outline") return new Outline(latlng, outline, style);
    const halo = { ...style, className: "atlas-halo", weight: 5.5 };
    const Shape = kind === "area" ? Diamond : L.CircleMarker;
    const gap = kind === "area" ? 6 : 4;
    const parts = [new Shape(latlng, { ...halo, radius: radius + gap }), new Shape(latlng, { ...style, radius: radius + gap })];
    if (reach) parts.unshift(L.circle(latlng, { ...style, className: "atlas-extent", radius: reach * 1000, fill: true, weight: 1.5 }));
    return L.featureGroup(parts, { interactive: false });
  }

  /** What streamlit-folium reports when `layer` is clicked: an id, no geometry; the time tells two clicks apart. */
  function answer(feature, layer) {
    const { place_id } = feature.properties;
    layer.toGeoJSON = () => ({ type: "Feature", geometry: null, properties: { place_id, clicked_at: Date.now() } });
    if (feature.properties.selected) setTimeout(() => reveal(layer, feature));
  }

  /** Pans, without zooming, to a place that has just been selected and is out of sight. */
  function reveal(layer, { properties, geometry }) {
    const map = window.map;
    if (!map || revealed === properties.place_id) return;
    revealed = properties.place_id;
    const [lng, lat] = geometry.coordinates;
    arrived.then(() => {
      const bounds = properties.symbol === "outline" && layer.getBounds ? layer.getBounds() : null;
      const inSight = bounds && bounds.isValid() ? map.getBounds().intersects(bounds) : map.getBounds().contains([lat, lng]);
      if (!inSight) map.panTo([lat, lng]);
    });
  }

  /* ---- words on the map ---- */

  function line(className, text) {
    const element = document.createElement("div");
    element.className = className;
    element.dir = "auto";
    element.textContent = text;
    return element;
  }

  function caption(layer) {
    const { title, other, note } = layer.feature.properties;
    const box = document.createElement("div");
    box.append(line("atlas-title", title));
    if (other) box.append(line("atlas-other", other));
    box.append(line("atlas-note", note));
    if (layer.covers) box.append(line("atlas-note", moreHere.replace("{n}", layer.covers)));
    return box;
  }

  const LABEL_FONT = "14px 'Noto Naskh Arabic', Amiri, 'Geeza Pro', 'Segoe UI', 'Noto Sans', 'Helvetica Neue', Arial, sans-serif";
  const LABEL_PX = 20;
  const ruler = document.createElement("canvas").getContext("2d");
  const CELL_PX = 24; // half of the largest circle's width: what covers a point is in its cell or next to it
  const NEIGHBOURS = [-1, 0, 1].flatMap((dx) => [-1, 0, 1].map((dy) => [dx, dy]));
  let waiting = false;

  function redraw(map) {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const layers = [];
      map.eachLayer((layer) => layer.feature?.properties?.title && layers.push(layer));
      layers.sort((a, b) => b.feature.properties.weight - a.feature.properties.weight);
      label(map, uncovered(map, layers).filter((layer) => !layer.feature.properties.selected));
    });
  }

  /** Hides the circles that sit in the heart of a larger one, which then stands for them; zooming in sets them apart. */
  function uncovered(map, layers) {
    const selected = layers.find((layer) => layer.feature.properties.selected)?.feature.properties.place_id;
    const shown = new Map(); // cell of the screen -> the circles whose centre is in it
    const cell = ({ x, y }, dx, dy) => `${Math.floor(x / CELL_PX) + dx} ${Math.floor(y / CELL_PX) + dy}`;
    return layers.filter((layer) => {
      const { symbol: kind, place_id } = layer.feature.properties;
      if (kind !== "place" || layer.feature.properties.selected) return true;
      const { point } = where(map, layer.feature);
      const near = NEIGHBOURS.flatMap(([dx, dy]) => shown.get(cell(point, dx, dy)) || []);
      const over = place_id === selected ? null : near.find((other) => other.point.distanceTo(point) < 0.5 * other.layer.getRadius());
      layer.covers = 0;
      if (over) over.layer.covers += 1;
      else shown.set(cell(point, 0, 0), [...(shown.get(cell(point, 0, 0)) || []), { layer, point }]);
      layer.getElement()?.classList.toggle("atlas-covered", Boolean(over));
      return !over;
    });
  }

  /** Names the most mentioned places in view, none on top of another name or of another place's symbol. */
  function label(map, layers) {
    const named = layers.map((layer) => layer.feature);
    const labelled = [];
    const symbols = named.filter(({ properties }) => properties.radius_px).slice(0, 400).map((feature) => symbolBox(map, feature));
    const view = map.getPixelBounds();
    const labels = [];
    for (const feature of named) {
      if (labels.length >= MOST_LABELS) break;
      const { point, radius } = where(map, feature);
      if (!view.contains(point)) continue;
      const blocked = (spot, boxes) => boxes.some((box) => box.of !== feature && overlap(spot, box));
      const choice = spots(point, radius, widthOf(feature.properties.title)).filter((spot) => !blocked(spot, labelled));
      const free = choice.find((spot) => !blocked(spot, symbols));
      const spot = free || (labels.length < LEADERS ? choice[0] : null); // over a small neighbour rather than nowhere
      if (!spot) continue;
      labelled.push(spot);
      labels.push(labelAt(map, spot, feature.properties));
    }
    map.getPane("atlas-labels").replaceChildren(...labels);
  }

  function where(map, { geometry, properties }) {
    const [lng, lat] = geometry.coordinates;
    return { point: map.project([lat, lng]), radius: properties.radius_px || 0 };
  }

  function symbolBox(map, feature) {
    const { point, radius } = where(map, feature);
    const half = 0.8 * radius; // a circle does not fill the corners of its box
    return { x: point.x - half, y: point.y - half, w: 2 * half, h: 2 * half, of: feature };
  }

  function widthOf(text) {
    ruler.font = LABEL_FONT;
    return Math.ceil(ruler.measureText(text).width) + 6;
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

  function labelAt(map, { x, y, w }, { symbol: kind, title }) {
    const element = line(`atlas-label atlas-label-${kind}`, title);
    element.style.width = `${w}px`;
    element.style.font = LABEL_FONT;
    L.DomUtil.setPosition(element, L.point(x, y).subtract(map.getPixelOrigin()).round());
    return element;
  }

  return { answer, basemap, caption, open, symbol };
})();
