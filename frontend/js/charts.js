// Draws every [data-chart] from the JSON block it names; again when theme, size or content changes.
import * as echarts from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
import { options } from "./chart-options.js";
import "./chart-downloads.js";

echarts.use([
  BarChart, LineChart, GridComponent, TooltipComponent, MarkLineComponent, LegendComponent, AriaComponent, CanvasRenderer,
]);

const specOf = (plot) => JSON.parse(document.getElementById(plot.dataset.chart).textContent);

function draw(plot) {
  if (!plot.offsetWidth) return;
  const spec = specOf(plot);
  let chart = echarts.getInstanceByDom(plot);
  if (!chart) {
    chart = echarts.init(plot, null, { renderer: "canvas" });
    chart.on("click", ({ dataIndex }) => {
      if (spec.links?.[dataIndex]) location.assign(spec.links[dataIndex]);
    });
    plot.classList.toggle("clicks", Boolean(spec.links?.length));
    new ResizeObserver(() => refit(plot, chart)).observe(plot);
  }
  chart.setOption(options(spec, plot.offsetWidth), true);
}

/** Another width decides anew how labels stand. */
function refit(plot, chart) {
  if (plot.offsetWidth === chart.getWidth() && plot.offsetHeight === chart.getHeight()) return;
  chart.resize();
  draw(plot);
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
document.addEventListener("htmx:afterSettle", drawAll);
document.addEventListener("x:shown", drawAll);
drawAll();
