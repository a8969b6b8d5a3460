// A small declarative spec becomes ECharts options. Colours are read from the style sheet at each drawing.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--xg-${name}`).trim();
const WIDEST = 120; // pixels of a bar that carries names
const MINUS = "\u2212";

function digits({ decimals, least = decimals }) {
  const format = new Intl.NumberFormat("en", { minimumFractionDigits: least, maximumFractionDigits: decimals });
  return (value, signed = false) => {
    if (value === null || value === undefined) return "–";
    const sign = value < 0 ? MINUS : signed && value > 0 ? "+" : "";
    return sign + format.format(Math.abs(value));
  };
}

/** About how wide a label is: a Chinese character takes twice the room of a Latin one. */
const pixels = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 12 : 6.5), 0);

/** How wide a word is at least: Chinese can be broken after any two characters. */
const unbroken = (word) => (word > "\u2e7f" ? 24 : pixels(word));

/** A Chinese label too wide for its place is parted in the middle, so that no character stands alone. */
function parted(text, band) {
  const letters = [...text];
  if (text < "\u2e7f" || pixels(text) <= band) return text;
  const middle = Math.ceil(letters.length / 2);
  return `${letters.slice(0, middle).join("")}\n${letters.slice(middle).join("")}`;
}

function broken(spec, band) {
  if (spec.kind === "lines") return {};
  return { width: band, overflow: "break", lineHeight: 15, formatter: (text) => parted(text, band) };
}

function axes(spec, width) {
  const label = { color: css("ink-3"), fontSize: 12, fontFamily: css("font") };
  const write = digits({ decimals: spec.decimals, least: 0 });
  const band = Math.floor((width - 56) / Math.max(1, spec.labels.length));
  // Words may stand on two lines; only a word wider than its place is turned.
  const turned = spec.kind !== "lines" && spec.labels.some((text) => text.split(/\s+/).some((word) => unbroken(word) > band));
  return {
    xAxis: {
      type: "category",
      data: spec.labels,
      boundaryGap: spec.kind !== "lines",
      axisLine: { lineStyle: { color: css("line-2") } },
      axisTick: { show: false },
      axisLabel: {
        ...label,
        ...(turned ? { rotate: 40 } : broken(spec, band)),
        interval: spec.kind === "lines" ? "auto" : 0,
        hideOverlap: spec.kind === "lines",
      },
    },
    yAxis: {
      type: "value",
      min: spec.cut ?? undefined,
      axisLine: { show: false },
      axisLabel: { ...label, formatter: (value) => write(value) },
      splitLine: { lineStyle: { color: css("line") } },
      splitNumber: 4,
    },
  };
}

const STEP_COLOUR = { total: "c-rest", up: "c1", down: "c4", won: "c3" };

/** What stands on the steps: with fewer decimals where they would touch, unless nothing but zeros were left. */
function stepLabels({ labels, decimals, series: [{ values, tones }] }, write, width) {
  const band = (width - 56) / labels.length - 2;
  const texts = (places) => values.map((value, i) => digits({ decimals: places })(value, tones[i] !== "total"));
  let places = decimals;
  while (places > 0 && texts(places).some((text) => pixels(text) > band)) places -= 1;
  return texts(places).map((text, i) =>
    Number(values[i].toFixed(places)) === 0 ? write(values[i], tones[i] !== "total") : text,
  );
}

/** Each step floats on what came before; the hidden bar under it is the running sum. */
function waterfall(spec, write, width) {
  const [{ values, tones }] = spec.series;
  const texts = stepLabels(spec, write, width);
  const floor = [];
  const height = [];
  let running = 0;
  values.forEach((value, i) => {
    if (tones[i] === "total") {
      running = value;
      floor.push(0);
      height.push(value);
    } else {
      floor.push(value < 0 ? running + value : running);
      running += value;
      height.push(Math.abs(value));
    }
  });
  const bars = height.map((value, i) => ({ value, itemStyle: { color: css(STEP_COLOUR[tones[i]]), borderRadius: 3 } }));
  const label = {
    show: true,
    position: "top",
    color: css("ink"),
    fontSize: 12,
    formatter: ({ dataIndex }) => texts[dataIndex],
  };
  return [
    { type: "bar", stack: "steps", data: floor, silent: true, itemStyle: { color: "transparent" }, tooltip: { show: false } },
    { type: "bar", stack: "steps", name: spec.series[0].name, data: bars, barWidth: "58%", label },
  ];
}

const colour = (series, i) => css(series.tone === "rest" ? "c-rest" : series.tone === "target" ? "c-target" : `c${(i % 6) + 1}`);

const isStack = (spec) => spec.kind === "bars" && spec.stacked && spec.series.length > 1;

/** Pixels for a name on a bar of a stack. */
const roomOnBar = (spec, width) => Math.min(WIDEST, Math.floor(((width - 56) / spec.labels.length) * 0.8)) - 6;

/** Where bars are too narrow for names, the names stand above with their colours; `rows` is how many lines they take. */
function legend(spec, width) {
  if (!isStack(spec) || spec.series.every(({ name }) => pixels(name) <= roomOnBar(spec, width))) return { rows: 0 };
  let rows = 1;
  let used = 0;
  for (const { name } of spec.series) {
    const wide = pixels(name) + 30;
    if (used && used + wide > width) {
      rows += 1;
      used = 0;
    }
    used += wide;
  }
  const textStyle = { color: css("ink-2"), fontSize: 12, fontFamily: css("font") };
  const shown = { left: 0, top: 0, itemWidth: 10, itemHeight: 10, itemGap: 12, selectedMode: false, textStyle };
  return { rows, shown };
}

/** In a stack every part that has the room carries its name: colour is never the only sign. */
function stacked(spec, width) {
  const sums = spec.labels.map((_label, i) => spec.series.reduce((sum, series) => sum + (series.values[i] ?? 0), 0));
  const least = Math.max(...sums) * 0.09;
  const room = roomOnBar(spec, width);
  return spec.series.map((series, i) => ({
    type: "bar",
    name: series.name,
    stack: "all",
    barMaxWidth: WIDEST,
    itemStyle: { color: colour(series, i), borderRadius: 3 },
    label: { position: "inside", fontSize: 12, formatter: () => series.name },
    data: series.values.map((value) => ({ value, label: { show: value >= least && pixels(series.name) <= room } })),
  }));
}

function bars(spec, write, width) {
  if (isStack(spec)) return stacked(spec, width);
  const labels = spec.series.length === 1 && spec.labels.length <= 14;
  return spec.series.map((series, i) => ({
    type: "bar",
    name: series.name,
    data: series.values,
    stack: spec.stacked ? "all" : undefined,
    barMaxWidth: 42,
    itemStyle: { color: colour(series, i), borderRadius: 3 },
    label: { show: labels, position: "top", color: css("ink"), fontSize: 12, formatter: ({ value }) => write(value) },
  }));
}

/** The end of a line carries its name: a legend would make the eye travel. */
function lines(spec) {
  return spec.series.map((series, i) => ({
    type: "line",
    name: series.name,
    data: series.values,
    showSymbol: series.tone !== "target" && spec.labels.length <= 31,
    symbolSize: 5,
    connectNulls: false,
    lineStyle: { width: series.tone === "target" ? 1.5 : 2.5, type: series.tone === "target" ? "dashed" : "solid" },
    color: colour(series, i),
    endLabel: { show: spec.series.length > 1, formatter: series.name, color: css("ink-2"), fontSize: 12 },
  }));
}

const MAKERS = { waterfall, bars, lines };

/** ECharts options for a spec of ui/charts.py; `width` in CSS pixels decides about turned labels. */
export function options(spec, width) {
  const write = digits(spec);
  const named = spec.kind === "lines" && spec.series.length > 1;
  const names = legend(spec, width);
  const longest = Math.max(0, ...spec.series.map((series) => pixels(series.name)));
  return {
    animation: false,
    aria: { enabled: true },
    legend: names.shown,
    textStyle: { fontFamily: css("font"), color: css("ink-2"), fontSize: 12 },
    grid: { left: 4, right: named ? Math.min(120, 16 + longest) : 8, top: 26 + names.rows * 22, bottom: 2, containLabel: true },
    tooltip: {
      trigger: spec.kind === "waterfall" ? "item" : "axis",
      // Drawn on the canvas: an HTML tooltip would need style attributes, which the policy forbids.
      renderMode: "richText",
      backgroundColor: css("surface"),
      borderColor: css("line-2"),
      textStyle: { color: css("ink"), fontSize: 12 },
      valueFormatter: (value) => `${write(value)}${spec.unit ? ` ${spec.unit}` : ""}`,
    },
    ...axes(spec, width),
    series: MAKERS[spec.kind](spec, write, width),
  };
}
