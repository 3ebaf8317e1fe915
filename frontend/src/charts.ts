// Charts, fetched only by pages that show one; the numbers stand below each as a table.
//
//   {{ chart|json_script:"trend" }} <div data-chart="trend" aria-label="…"></div>
//   {"kind": "bar" | "rows" | "line" | "stack" | "funnel", "unit": "件", "categories": ["1月", …], "links": ["/…", …],
//    "series": [{"name": "办结", "values": [12, null, …], "tone": "done", "target": false}]}
import { BarChart, FunnelChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { make, text } from "./parts/page";

echarts.use([BarChart, FunnelChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

interface Series { name: string; values: (number | null)[]; tone?: string; target?: boolean }
interface Chart { kind: "bar" | "rows" | "line" | "stack" | "funnel"; unit?: string; categories: string[]; series: Series[]; links?: (string | null)[] }

const COLOURS = ["#0b4a8f", "#5b8fc7", "#2f9e8f", "#8a6fb3", "#b08a2e", "#5b6675"];
const TONES: Record<string, string> = { late: "#b42318", soon: "#c96a12", act: "#0b4a8f", done: "#1a7f45", wait: "#7b8694" };

/** The text colour of where the chart stands, so that the dark wall board needs nothing of its own. */
function ink(holder: HTMLElement): string {
  return getComputedStyle(holder).color;
}

function axes(chart: Chart, colour: string): object {
  const category = { type: "category", data: chart.categories, axisLabel: { color: colour }, axisTick: { show: false } };
  const value = { type: "value", name: chart.unit ?? "", nameTextStyle: { color: colour }, axisLabel: { color: colour }, splitLine: { lineStyle: { opacity: 0.35 } } };
  return chart.kind === "rows" ? { xAxis: value, yAxis: { ...category, inverse: true } } : { xAxis: category, yAxis: value };
}

function seriesOf(chart: Chart): object[] {
  if (chart.kind === "funnel") {
    const values = chart.series[0]?.values ?? [];
    return [{
      type: "funnel", sort: "none", gap: 3, top: 8, bottom: 8, left: "4%", width: "92%", minSize: "18%",
      label: { position: "inside", formatter: `{b}  {c} ${chart.unit ?? ""}` },
      data: chart.categories.map((name, index) => ({ name, value: values[index] ?? 0 })),
    }];
  }
  return chart.series.map((one, index) => {
    const line = chart.kind === "line" || one.target;
    const colour = TONES[one.tone ?? ""] ?? COLOURS[index % COLOURS.length];
    return {
      type: line ? "line" : "bar", name: one.name, data: one.values, color: colour, barMaxWidth: 26,
      stack: chart.kind === "stack" && !one.target ? "all" : undefined,
      symbolSize: one.target ? 0 : 6, lineStyle: one.target ? { type: "dashed", width: 1.5 } : { width: 2.4 },
      itemStyle: line ? undefined : { borderRadius: chart.kind === "rows" ? [0, 3, 3, 0] : [3, 3, 0, 0] },
    };
  });
}

function options(chart: Chart, colour: string): echarts.EChartsCoreOption {
  const many = chart.kind !== "funnel" && chart.series.length > 1;
  return {
    color: COLOURS, animationDuration: 300, aria: { enabled: true, decal: { show: false } },
    textStyle: { fontFamily: "inherit" },
    // Drawn on the canvas: the HTML tooltip writes style attributes, which the page's policy refuses.
    tooltip: { trigger: chart.kind === "funnel" ? "item" : "axis", renderMode: "richText", confine: true },
    legend: many ? { top: 0, textStyle: { color: colour } } : undefined,
    ...(chart.kind === "funnel" ? {} : { grid: { left: 8, right: 16, bottom: 4, top: many ? 36 : chart.unit ? 28 : 10, containLabel: true }, ...axes(chart, colour) }),
    series: seriesOf(chart),
  };
}

function table(chart: Chart): HTMLElement {
  const safe = (index: number) => (chart.links?.[index]?.startsWith("/") ? chart.links[index]! : "");
  const head = make("tr", {}, make("th", { scope: "col" }, ""), ...chart.series.map((one) => make("th", { scope: "col" }, one.name + (chart.unit ? ` (${chart.unit})` : ""))));
  const rows = chart.categories.map((name, index) => make("tr", {},
    make("th", { scope: "row" }, safe(index) ? make("a", { href: safe(index) }, name) : name),
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
  holder.setAttribute("role", "img");
  const drawing = echarts.init(holder);
  const draw = () => drawing.setOption(options(chart, ink(holder)));
  draw();
  drawing.on("click", ({ dataIndex }) => {
    const link = chart.links?.[dataIndex as number];
    if (link?.startsWith("/")) location.assign(link);
  });
  new ResizeObserver(() => drawing.resize()).observe(holder);
  holder.after(table(chart));
  holder.dataset.chartReady = "yes";
}
