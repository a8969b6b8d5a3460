// CSV from the table that stands behind a chart, PNG from its canvas; both made in the browser.
import * as echarts from "echarts/core";

function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** A cell as CSV. A text that a spreadsheet would run as a formula gets an apostrophe. */
function cell(element) {
  const raw = element.dataset.value ?? element.textContent.trim();
  const safe = element.dataset.value === undefined && /^[=+\-@\t\r]/.test(raw) ? `'${raw}` : raw;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csv(table) {
  const rows = [...table.rows].map((row) => [...row.cells].map(cell).join(","));
  // The mark at the start tells spreadsheets that this is UTF-8.
  return new Blob(["\ufeff", rows.join("\r\n"), "\r\n"], { type: "text/csv;charset=utf-8" });
}

async function png(plot) {
  const background = getComputedStyle(document.documentElement).getPropertyValue("--xg-surface").trim();
  const url = echarts.getInstanceByDom(plot).getDataURL({ pixelRatio: 2, backgroundColor: background });
  const bytes = Uint8Array.from(atob(url.split(",")[1]), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-download]");
  if (!button) return;
  const chart = button.closest(".x-chart");
  const name = chart.dataset.name;
  if (button.dataset.download === "csv") save(`${name}.csv`, csv(chart.querySelector("table")));
  const plot = chart.querySelector("[data-chart]");
  if (button.dataset.download === "png" && echarts.getInstanceByDom(plot)) save(`${name}.png`, await png(plot));
});
