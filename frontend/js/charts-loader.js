// The chart library is half a megabyte: it comes only when a page shows a chart.
let asked = false;

function load() {
  if (asked || !document.querySelector("[data-chart]")) return;
  asked = true;
  const script = document.createElement("script");
  script.src = document.querySelector('meta[name="x-charts"]').content;
  document.head.append(script);
}

document.addEventListener("DOMContentLoaded", load);
document.addEventListener("htmx:afterSettle", load);
