/* Mentions over time, in bars. Dragging over them, or two handles moved by keys, chooses a stretch: the date filter. */

const HEIGHT = 60;
const TICK_PX = 105; // room of the longest date under a bar

export default function (component) {
  const { data, parentElement: root } = component;
  const { words } = data;
  const bars = barsOf(data);
  const numbers = new Intl.NumberFormat(data.lang, { numberingSystem: data.digits });
  const sayBar = ({ span, here, all }) =>
    data.name ? `${span}: ${data.name} ${numbers.format(here)}${data.comma}${words.others} ${numbers.format(all - here)}` : `${span}: ${numbers.format(all)}`;
  const box = root.querySelector(".timeline");
  const send = goer(component);
  const rightToLeft = data.dir === "rtl";
  box.lang = data.lang;
  box.dir = data.dir;
  box.setAttribute("aria-label", data.title);
  const choose = (first, last) => send({ since: bars[first].since, until: bars[last].until, page: null });
  const whole = data.narrowed ? h("button", { type: "button", class: "whole", click: () => send({ since: null, until: null, page: null }) }, words.whole_time) : "";
  const legend = data.name
    ? [h("span", { class: "key" }, h("span", { class: "swatch own" }), name("span", data.name), h("span", { class: "swatch" }), h("span", {}, words.others)), h("span", { class: "quiet" }, words.own_scale)]
    : h("span", { class: "key" }, words.timeline);
  const heading = h("p", { class: "top" }, legend, bars.length ? h("span", { class: "quiet" }, data.by) : "", data.undated ? h("span", { class: "quiet" }, data.undated) : "", whole);
  if (!bars.length) {
    box.replaceChildren(heading, data.empty ? "" : h("p", { class: "quiet" }, words.no_dates));
    return;
  }

  let from = 0;
  let to = bars.length - 1;
  const said = h("p", { class: "said quiet", role: "status" });
  const range = h("div", { class: "range", hidden: true });
  const plot = h("div", { class: "plot", title: "" }, chart(bars, data.dir, HEIGHT), range);
  const handles = ["since", "until"].map((which) =>
    h("button", {
      type: "button",
      class: `handle ${which}`,
      role: "slider",
      "aria-label": words[`handle_${which}`],
      "aria-valuemin": 0,
      "aria-valuemax": bars.length - 1,
      keydown: (event) => press(event, which),
      focus: () => show(true),
    }),
  );
  plot.append(...handles);

  function show(always) {
    const share = (n) => `${(100 * n) / bars.length}%`;
    range.hidden = !always && from === 0 && to === bars.length - 1;
    range.style.insetInlineStart = share(from);
    range.style.width = share(to - from + 1);
    handles[0].style.insetInlineStart = share(from);
    handles[1].style.insetInlineStart = share(to + 1);
    [from, to].forEach((at, n) => {
      handles[n].setAttribute("aria-valuenow", at);
      handles[n].setAttribute("aria-valuetext", sayBar(bars[at]));
    });
  }

  function press(event, which) {
    const onwards = rightToLeft ? "ArrowLeft" : "ArrowRight";
    const back = rightToLeft ? "ArrowRight" : "ArrowLeft";
    const big = Math.max(1, Math.round(bars.length / 10));
    const steps = { [onwards]: 1, ArrowUp: 1, [back]: -1, ArrowDown: -1, PageUp: big, PageDown: -big, Home: -bars.length, End: bars.length };
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(from, to);
    }
    if (!(event.key in steps)) return;
    event.preventDefault();
    if (which === "since") from = Math.min(to, Math.max(0, from + steps[event.key]));
    else to = Math.max(from, Math.min(bars.length - 1, to + steps[event.key]));
    said.textContent = sayBar(bars[which === "since" ? from : to]);
    show(true);
  }

  const at = (event) => {
    const { left, width } = plot.getBoundingClientRect();
    const n = Math.floor(((event.clientX - left) / width) * bars.length);
    return Math.max(0, Math.min(bars.length - 1, rightToLeft ? bars.length - 1 - n : n));
  };
  let began = null;
  plot.addEventListener("pointerdown", (event) => {
    if (event.button || event.target.closest(".handle")) return;
    began = at(event);
    plot.setPointerCapture(event.pointerId);
  });
  plot.addEventListener("pointermove", (event) => {
    const here = at(event);
    said.textContent = sayBar(bars[here]);
    if (began === null) return;
    [from, to] = [Math.min(began, here), Math.max(began, here)];
    show(true);
  });
  plot.addEventListener("pointerup", (event) => {
    if (began === null) return;
    const here = at(event);
    const [first, last] = [Math.min(began, here), Math.max(began, here)];
    began = null;
    choose(first, last);
  });
  plot.addEventListener("pointercancel", () => {
    began = null;
    from = 0;
    to = bars.length - 1;
    show(false);
  });
  plot.addEventListener("pointerleave", () => began === null && (said.textContent = words.timeline_hint));

  said.textContent = words.timeline_hint;
  const fits = (mark) => (1 - parseFloat(mark.style.insetInlineStart) / 100) * box.clientWidth > TICK_PX || !box.clientWidth;
  const marked = Object.entries(data.ticks).map(([n, text]) => tick(text, Number(n), bars.length));
  const sparse = Math.max(1, Math.ceil((marked.length * TICK_PX) / Math.max(1, box.clientWidth)));
  const ticks = h("div", { class: "ticks", "aria-hidden": "true" }, marked.filter((_, n) => n % sparse === 0).filter(fits));
  box.replaceChildren(heading, plot, ticks, said);
  show(false);
}

function tick(text, n, of) {
  const mark = h("span", {}, text);
  mark.style.insetInlineStart = `${(100 * n) / of}%`;
  return mark;
}
