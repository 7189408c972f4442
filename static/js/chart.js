// Draws the charts of a page as SVG in the colours of the theme; the table twin stays underneath.
const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "roundRect", "pin"];
const LIGHT = "rgba(255, 255, 255, .45)";
// The first series is plain; each other has a pattern of its own, for eyes that see no hue.
const DECALS = [
  { symbol: "none" },
  { color: LIGHT, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4 },
  { color: LIGHT, symbol: "circle", dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: 0.7 },
  { color: LIGHT, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: Math.PI / 4 },
  { color: LIGHT, symbol: "rect", dashArrayX: [1, 0], dashArrayY: [3, 5] },
  { color: LIGHT, symbol: "rect", dashArrayX: [[1, 0]], dashArrayY: [1, 3], rotation: Math.PI / 2 },
];
const plots = [];
const LINE = 18; // px of a line of names
const narrow = () => innerWidth < 640;

function palette() {
  return [1, 2, 3, 4, 5, 6].map((n) => token(`--tb-c${n}`));
}

function seriesOf(data, line, at) {
  const kind = line.kind || (data.kind === "line" ? "line" : "bar");
  const base = { name: line.name, type: kind, data: line.values };
  if (line.target)
    return { ...base, type: "line", symbol: "none", lineStyle: { type: "dashed", width: 1.5 } };
  if (kind === "line")
    return { ...base, symbol: SYMBOLS[at % 6], symbolSize: 7, lineStyle: { width: 2 } };
  const stacked = data.kind === "stack";
  return {
    ...base,
    barMaxWidth: 22,
    stack: stacked ? "all" : undefined,
    itemStyle: { borderRadius: stacked ? 0 : data.kind === "bar" ? [3, 3, 0, 0] : [0, 3, 3, 0] },
    label: { show: data.series.length === 1, position: data.kind === "bar" ? "top" : "right", color: token("--bs-secondary-color") },
  };
}

/** Names of lying charts break into lines; they are never cut. */
function nameWidth(lying) {
  return lying ? { width: narrow() ? 112 : 220, overflow: "break", lineHeight: LINE } : { overflow: "truncate" };
}

/** On a phone each name of the legend has a line of its own, above the plot. */
function legendHeight(data) {
  return narrow() ? data.series.length * 22 + 16 : 44;
}

function options(data) {
  const lying = data.kind === "row" || data.kind === "stack";
  const many = data.series.length > 1;
  const muted = token("--bs-secondary-color");
  const names = {
    type: "category",
    data: data.categories,
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: token("--bs-border-color") } },
    axisLabel: { color: token("--bs-body-color"), interval: lying ? 0 : "auto", ...nameWidth(lying) },
  };
  // Bars that carry their own figures need no scale beside them.
  const told = data.series.length === 1 && data.kind !== "line";
  const figures = {
    type: "value",
    splitLine: { show: !told, lineStyle: { color: token("--tb-hairline") } },
    axisLabel: { show: !told, color: muted },
  };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    color: palette(),
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13 },
    aria: { enabled: true, decal: { show: data.series.length > 1, decals: DECALS } },
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: data.kind === "line" ? "line" : "shadow" } },
    legend: { show: many, top: 0, left: 0, orient: narrow() ? "vertical" : "horizontal", itemGap: narrow() ? 6 : 20, textStyle: { color: token("--bs-body-color") } },
    grid: { left: 4, right: lying ? 48 : 12, top: many ? legendHeight(data) : 20, bottom: 4, containLabel: true },
    xAxis: lying ? figures : names,
    yAxis: lying ? names : figures,
    series: data.series.map((line, at) => seriesOf(data, line, at)),
  };
}

/** How wide a name is, in letters: a Chinese character is as wide as two. */
function widthOf(name) {
  return [...name].reduce((sum, sign) => sum + (sign > "\u2e7f" ? 2 : 1), 0);
}

/** Lying charts are as tall as their names need; standing ones as tall as a hand. */
function heightOf(data) {
  const legend = data.series.length > 1 ? legendHeight(data) : 0;
  if (data.kind !== "row" && data.kind !== "stack") return narrow() ? 220 + legend : 320;
  const longest = Math.max(0, ...data.categories.map(widthOf));
  const lines = Math.min(3, Math.ceil((longest * 7) / nameWidth(true).width));
  const row = Math.max(data.kind === "row" ? 20 * data.series.length + 16 : 36, lines * LINE + 8);
  return data.categories.length * row + (legend ? legend + 40 : 28);
}

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.tbChart).textContent);
  const plot = window.echarts.init(box, null, { renderer: "svg", height: heightOf(data) });
  plot.setOption(options(data));
  plot.on("click", (event) => {
    const url = data.urls[event.dataIndex];
    if (url) location.href = url;
  });
  plots.push({ plot, data });
}

document.querySelectorAll("[data-tb-chart]").forEach(draw);
addEventListener("resize", () => plots.forEach(({ plot, data }) => {
  plot.resize({ height: heightOf(data) });
  plot.setOption(options(data), true);
}));
new MutationObserver(() => plots.forEach(({ plot, data }) => plot.setOption(options(data), true))).observe(
  document.documentElement,
  { attributes: true, attributeFilter: ["data-bs-theme", "data-tb-size"] },
);
