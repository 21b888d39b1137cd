// Curves of a training, and its samples by epoch.

/** Points of one value over the steps of rows; rows without it are gaps. */
const curve = (rows, value) => rows.map((row) => ({ x: row.step, y: value(row) })).filter(
  (point) => typeof point.y === "number" && Number.isFinite(point.y));

const names = [...new Set(data.steps.flatMap((row) => Object.keys(row.values)).concat(
  data.epochs.flatMap((row) => Object.keys(row.val))))];
const scores = names.filter((name) => ["ssim", "psnr", "miou"].includes(name));
const hinges = ["con", "gram"].filter((name) => names.includes(`${name}_pos`));
const losses = names.filter((name) => !scores.includes(name) && !hinges.some(
  (hinge) => [`${hinge}_pos`, `${hinge}_neg`, `active_${hinge}`].includes(name)));

function line(label, points, colour, extra = {}) {
  return { label, data: points, borderColor: colour, backgroundColor: colour, borderWidth: 1.25, pointRadius: 0,
    pointHitRadius: 6, showLine: true, ...extra };
}
const marked = { borderWidth: 2.5, pointRadius: 3 };

function drawLines(id, datasets, y, more = {}, extra = {}) {
  const type = $("scale").value;
  chart($(id), {
    type: "scatter",
    data: { datasets: datasets.filter((set) => set.data.length > 0) },
    options: {
      plugins: {
        legend: { labels: { color: cssColour("--ink"), usePointStyle: true, boxWidth: 8, boxHeight: 8 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${Number(item.raw.y.toPrecision(5))} at step ${item.raw.x}` } },
      },
      scales: { x: axis("steps", { type, min: type === "logarithmic" ? 1 : 0 }), y: axis(y, extra), ...more },
    },
  });
}

function drawPart(id, name) {
  drawLines(id, [
    line("training", curve(data.steps, (row) => row.values[name]), Hues[5]),
    line("validation", curve(data.epochs, (row) => row.val[name]), Hues[1], marked),
  ], name);
}

function drawHinge() {
  const name = $("hinge").value;
  drawLines("hinge-chart", [
    line("to the ground truth", curve(data.steps, (row) => row.values[`${name}_pos`]), Hues[2]),
    line("to the negative", curve(data.steps, (row) => row.values[`${name}_neg`]), Hues[1]),
    line("active share", curve(data.steps, (row) => row.values[`active_${name}`]), Hues[3],
      { yAxisID: "share", borderDash: [4, 3] }),
  ], "distance", { share: axis("active share", { position: "right", min: 0, max: 1 }) });
}

function drawAll() {
  drawPart("loss-chart", $("loss").value);
  if (scores.length) drawPart("score-chart", $("score").value);
  if (hinges.length) drawHinge();
  drawLines("rate-chart", [line("learning rate", curve(data.steps, (row) => row.rate), Hues[0])], "rate", {},
    { beginAtZero: true });
}

function startCurves() {
  if (data.steps.length + data.epochs.length === 0) return;
  $("curves").hidden = false;
  $("score-figure").hidden = scores.length === 0;
  $("hinge-figure").hidden = hinges.length === 0;
  $("loss").append(...losses.map((name) => option(name)));
  $("score").append(...scores.map((name) => option(name)));
  $("hinge").append(...hinges.map((name) => option(name, name === "con" ? "colours" : "features")));
  for (const id of ["scale", "loss", "score", "hinge"]) $(id).addEventListener("change", drawAll);
  drawn(drawAll);
}

function startSamples() {
  if (data.pictures.length === 0) return;
  const ruler = $("epoch");
  const show = () => {
    const picture = data.pictures[Number(ruler.value)];
    $("epoch-name").textContent = picture.epoch;
    $("grid").alt = `validation samples of epoch ${picture.epoch}`;
    $("grid").src = `data:image/jpeg;base64,${picture.jpeg}`;
  };
  ruler.max = data.pictures.length - 1;
  ruler.value = ruler.max;
  ruler.addEventListener("input", show);
  $("samples-body").hidden = false;
  show();
}

startCurves();
startSamples();
