// Charts, fetched only by pages that show one; the numbers stand below each as a table.
//
//   {{ chart|json_script:"trend" }} <div data-chart="trend" aria-label="…"></div>
//   {"kind": "bar" | "rows" | "line" | "stack" | "funnel", "unit": "件", "categories": ["1月", …], "links": ["/…", …],
//    "series": [{"name": "办结", "values": [12, null, …], "tone": "done", "target": false}], "unfinished": "本月未完"}
//   With `unfinished` the last category is not over yet: lines are lighter on the way there, and it is named so.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { make, text } from "./parts/page";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

interface Series { name: string; values: (number | null)[]; tone?: string; target?: boolean }
interface Chart { kind: "bar" | "rows" | "line" | "stack" | "funnel"; unit?: string; categories: string[]; series: Series[]; links?: (string | null)[]; unfinished?: string }

/** Pixels between the margins of an A4 sheet. */
const PAPER = 680;
const COLOURS = ["#0b4a8f", "#5b8fc7", "#2f9e8f", "#8a6fb3", "#b08a2e", "#5b6675"];
const TONES: Record<string, string> = { late: "#b42318", soon: "#c96a12", act: "#0b4a8f", done: "#1a7f45", wait: "#7b8694" };

/** The name of a category, with a word where it is not over yet. */
function named(chart: Chart, index: number): string {
  const name = chart.categories[index] ?? "";
  return chart.unfinished && index === chart.categories.length - 1 ? `${name} (${chart.unfinished})` : name;
}

function axes(chart: Chart, colour: string): object {
  const label = {
    color: colour, formatter: (_name: string, index: number) => chart.categories[index] ?? "",
    interval: chart.kind === "rows" && chart.categories.length <= 10 ? 0 : "auto",
  };
  const category = { type: "category", data: chart.categories.map((_name, index) => named(chart, index)), axisLabel: label, axisTick: { show: false } };
  // The unit stands inside the plot's width, whatever its length: above the axis from its line on, or below it in the middle.
  const unit = chart.kind === "rows" ? { nameLocation: "center", nameGap: 24 } : { nameLocation: "end" };
  const value = {
    type: "value", name: chart.unit ?? "", ...unit, nameTextStyle: { color: colour, align: chart.kind === "rows" ? "center" : "left" }, axisLabel: { color: colour },
    minInterval: chart.series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value))) ? 1 : 0,
    splitLine: { lineStyle: { opacity: 0.35 } },
  };
  if (chart.kind === "funnel") return { xAxis: { type: "value", show: false, max: "dataMax" }, yAxis: { ...category, inverse: true, axisLine: { show: false } } };
  return chart.kind === "rows" ? { xAxis: value, yAxis: { ...category, inverse: true } } : { xAxis: category, yAxis: value };
}

/** How many reach each step, and which share of the first step that is. */
function steps(chart: Chart, colour: string): object[] {
  const values = chart.series[0]?.values ?? [];
  const first = values[0] || 0;
  const label = ({ dataIndex }: { dataIndex: number }) => {
    const value = values[dataIndex] ?? 0;
    return `${value} ${chart.unit ?? ""}${first && dataIndex ? ` · ${((100 * value) / first).toFixed(1)}%` : ""}`;
  };
  return [{
    type: "bar", name: chart.series[0]?.name, data: values, color: COLOURS[0], barCategoryGap: "28%",
    itemStyle: { borderRadius: 3 }, label: { show: true, position: "right", color: colour, formatter: label },
  }];
}

/** The colour of a line, lighter between the last two values where the last category is not over yet. */
function strokeOf(chart: Chart, one: Series, colour: string): object | undefined {
  const last = one.values.length - 1;
  const first = one.values.findIndex((value) => value !== null);
  if (!chart.unfinished || one.target || one.values[last] == null || first >= last) return undefined;
  const whole = (last - 1 - first) / (last - first);
  const stops: [number, string][] = [[0, colour], [whole, colour], [whole, `${colour}59`], [1, `${colour}59`]];
  return { type: "linear", x: 0, y: 0, x2: 1, y2: 0, colorStops: stops.map(([offset, color]) => ({ offset, color })) };
}

/** Values as points; the one that may still grow is drawn lighter. */
function points(chart: Chart, one: Series): unknown[] {
  if (!chart.unfinished || one.target) return one.values;
  return one.values.map((value, index) => (index === one.values.length - 1 ? { value, itemStyle: { opacity: 0.5 } } : value));
}

function seriesOf(chart: Chart, colour: string): object[] {
  if (chart.kind === "funnel") return steps(chart, colour);
  return chart.series.map((one, index) => {
    const line = chart.kind === "line" || one.target;
    const own = TONES[one.tone ?? ""] ?? COLOURS[index % COLOURS.length]!;
    return {
      type: line ? "line" : "bar", name: one.name, data: points(chart, one), barMaxWidth: 26, color: own,
      stack: chart.kind === "stack" && !one.target ? "all" : undefined,
      symbolSize: one.target ? 0 : 6, lineStyle: one.target ? { type: "dashed", width: 1.5 } : { width: 2.4, color: strokeOf(chart, one, own) },
      itemStyle: line ? undefined : { borderRadius: chart.kind === "rows" ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    };
  });
}

function options(chart: Chart, holder: HTMLElement): echarts.EChartsCoreOption {
  const { color, fontFamily } = getComputedStyle(holder);
  const many = chart.kind !== "funnel" && chart.series.length > 1;
  const hasUnit = chart.unit && (chart.kind === "bar" || chart.kind === "line" || chart.kind === "stack");
  const right = chart.kind === "funnel" ? 116 : 24;
  return {
    color: COLOURS, animationDuration: 300, aria: { enabled: true, decal: { show: false } }, textStyle: { fontFamily },
    // Drawn on the canvas: the HTML tooltip writes style attributes, which the page's policy refuses.
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" }, renderMode: "richText", confine: true },
    legend: many ? { top: 0, textStyle: { color }, data: chart.series.filter(({ target }) => !target).map(({ name }) => name) } : undefined,
    grid: { left: 8, right, bottom: chart.kind === "rows" && chart.unit ? 24 : 4, top: many ? 40 : hasUnit ? 28 : 8, containLabel: true },
    ...axes(chart, color),
    series: seriesOf(chart, color),
  };
}

function table(chart: Chart): HTMLElement {
  const safe = (index: number) => (chart.links?.[index]?.startsWith("/") ? chart.links[index]! : "");
  const head = make("tr", {}, make("th", { scope: "col" }, ""), ...chart.series.map((one) => make("th", { scope: "col" }, one.name + (chart.unit ? ` (${chart.unit})` : ""))));
  const rows = chart.categories.map((_name, index) => make("tr", {},
    make("th", { scope: "row" }, safe(index) ? make("a", { href: safe(index) }, named(chart, index)) : named(chart, index)),
    ...chart.series.map((one) => make("td", { class: "num" }, one.values[index] == null ? "—" : String(one.values[index])))));
  return make("details", { class: "chart-table" }, make("summary", {}, text("as_table")),
    make("div", { class: "table-responsive" }, make("table", { class: "table table-sm" }, make("thead", {}, head), make("tbody", {}, ...rows))));
}

/** Draw the chart an element names with `data-chart`, and put its table behind it. */
export function use(holder: HTMLElement): void {
  const source = document.getElementById(holder.dataset.chart ?? "");
  const chart = JSON.parse(source?.textContent || "null") as Chart | null;
  if (!chart || !chart.categories.length) {
    holder.classList.add("lazy-failed");
    holder.textContent = text("no_numbers");
    return;
  }
  const drawing = echarts.init(holder);
  const draw = () => drawing.setOption(options(chart, holder));
  draw();
  drawing.on("click", ({ dataIndex }) => {
    const link = chart.links?.[dataIndex as number];
    if (link?.startsWith("/")) location.assign(link);
  });
  let printing = false;
  new ResizeObserver(() => { if (!printing) drawing.resize(); }).observe(holder);
  // A printed page is laid out after the canvas was drawn: it is drawn at the paper's width, at once and without a movement.
  addEventListener("beforeprint", () => {
    printing = true;
    drawing.setOption({ animation: false });
    drawing.resize({ width: PAPER, height: Math.min(holder.clientHeight, PAPER * 0.5), silent: true });
    drawing.getZr().flush();
  });
  addEventListener("afterprint", () => { printing = false; drawing.resize(); });
  holder.after(table(chart));
  holder.dataset.chartReady = "yes";
}
