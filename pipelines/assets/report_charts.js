// Charts of points and lines, by Chart.js.

/** Names beside their points, instead of a legend; those that would lie on another are left out. */
const pointNames = {
  id: "pointNames",
  afterDatasetsDraw(chart) {
    const { ctx, chartArea } = chart;
    const taken = [];
    ctx.save();
    ctx.font = "12px system-ui, sans-serif";
    ctx.textBaseline = "middle";
    ctx.fillStyle = cssColour("--ink");
    chart.data.datasets.forEach((set, index) => {
      chart.getDatasetMeta(index).data.forEach((point, i) => {
        const text = set.data[i].label;
        if (!text) return;
        const width = ctx.measureText(text).width;
        const x = point.x + 9 + width > chartArea.right ? point.x - 9 - width : point.x + 9;
        const box = { left: x, right: x + width, top: point.y - 7, bottom: point.y + 7 };
        if (taken.some((o) => box.left < o.right && o.left < box.right && box.top < o.bottom && o.top < box.bottom)) return;
        taken.push(box);
        ctx.fillText(text, x, point.y);
      });
    });
    ctx.restore();
  },
};

/** Ticks of a logarithmic axis: 1, 2 and 5 of each power of ten. */
function plainSeconds(value) {
  const first = Number(value).toExponential()[0];
  return "125".includes(first) ? String(Number(value.toPrecision(3))) : "";
}

function drawTimes() {
  const metric = data.metrics[$("metric").value];
  const points = data.methods.flatMap((method, m) => {
    const values = finite(data.values[$("metric").value][m]);
    return method.seconds > 0 && values.length ? [{ method, x: method.seconds, y: mean(values) }] : [];
  });
  $("time-figure").hidden = points.length === 0;
  $("time-remark").textContent = `Time of one image of ${data.time_of}.`;
  if (points.length === 0) return;
  chart($("time-chart"), {
    type: "scatter",
    data: {
      datasets: points.map(({ method, x, y }) => ({
        label: method.name, data: [{ x, y, label: method.name }], pointStyle: markOf(method.family),
        backgroundColor: colourOf(method.family), borderColor: colourOf(method.family), radius: 6, hoverRadius: 8,
      })),
    },
    options: {
      layout: { padding: { right: 12 } },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: { label: (item) => `${item.dataset.label}: ${figure(item.raw.y, metric)}, ${item.raw.x} s` },
        },
      },
      scales: {
        x: axis("seconds (logarithmic)", {
          type: "logarithmic", min: 0.8 * Math.min(...points.map(({ x }) => x)), max: 1.25 * Math.max(...points.map(({ x }) => x)),
          ticks: { color: cssColour("--soft"), callback: plainSeconds, autoSkip: false, maxRotation: 0 },
        }),
        y: axis(betterWord(metric), { reverse: !metric.higher, grace: "8%" }),
      },
    },
    plugins: [pointNames],
  });
}

/** Those points that no other beats in both: none is better in one and at least as good in the other. */
function front(points, x, y) {
  const gain = (point, metric) => (metric.higher ? 1 : -1) * point.metrics[metric.name];
  return points.filter((p) => !points.some((q) => q !== p && gain(q, x) >= gain(p, x) && gain(q, y) >= gain(p, y) &&
    (gain(q, x) > gain(p, x) || gain(q, y) > gain(p, y)))).sort((a, b) => a.metrics[x.name] - b.metrics[x.name]);
}

function drawSweeps() {
  const x = data.metrics[$("sweep-x").value], y = data.metrics[$("sweep-y").value];
  const usable = data.sweeps.filter((p) => Number.isFinite(p.metrics[x.name]) && Number.isFinite(p.metrics[y.name]));
  const at = (p) => ({ x: p.metrics[x.name], y: p.metrics[y.name], text: p.text });
  const datasets = [...new Set(usable.map((p) => p.family))].flatMap((family) => {
    const points = usable.filter((p) => p.family === family), best = front(points, x, y);
    const look = { pointStyle: markOf(family), borderColor: colourOf(family), backgroundColor: colourOf(family) };
    return [
      { ...look, label: family, data: best.map(at), showLine: true, borderWidth: 2, radius: 4 },
      { ...look, label: "", data: points.filter((p) => !best.includes(p)).map(at), radius: 2, borderWidth: 1 },
    ];
  });
  chart($("sweep-chart"), {
    type: "scatter",
    data: { datasets },
    options: {
      plugins: {
        legend: {
          labels: { color: cssColour("--ink"), usePointStyle: true, boxWidth: 8, boxHeight: 8,
            filter: (item) => item.text !== "" },
        },
        tooltip: { callbacks: { label: (item) => `${item.raw.text}: ${figure(item.raw.x, x)}, ${figure(item.raw.y, y)}` } },
      },
      scales: { x: axis(betterWord(x), { reverse: !x.higher }), y: axis(betterWord(y), { reverse: !y.higher }) },
    },
  });
}

function startSweeps() {
  const known = data.metrics.map((metric, index) => ({ ...metric, index })).filter(
    (metric) => data.sweeps.some((point) => Number.isFinite(point.metrics[metric.name])));
  if (known.length < 2) return;
  const prefer = (select, names) => {
    select.append(...known.map((metric) => option(metric.index, metric.name)));
    const found = names.map((name) => known.find((metric) => metric.name === name)).find(Boolean);
    if (found) select.value = found.index;
    select.addEventListener("change", drawSweeps);
  };
  $("sweep-figure").hidden = false;
  prefer($("sweep-x"), ["residual-texture", known[0].name]);
  prefer($("sweep-y"), ["edge-gradient", "edge-f", known[1].name]);
  drawn(drawSweeps);
}
