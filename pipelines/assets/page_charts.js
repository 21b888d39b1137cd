// Charts by Chart.js, in the colours of the page.

function axis(title, extra = {}) {
  const soft = cssColour("--soft");
  return { title: { display: true, text: title, color: soft }, ticks: { color: soft }, grid: { color: cssColour("--grid") },
    ...extra };
}

/** Draws into a canvas, replacing what was there. */
function chart(canvas, config) {
  Chart.getChart(canvas)?.destroy();
  config.options = { animation: false, maintainAspectRatio: false, ...config.options };
  return new Chart(canvas, config);
}
