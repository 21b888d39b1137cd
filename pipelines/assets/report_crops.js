// What follows the crop box and the scan line: the same crop of every part, its difference, and the profile.

/** The crop of a picture, or its absolute difference to the same crop of the ground truth, times a factor. */
function cropPixels(picture, truth, show) {
  const pixels = pixelsOf(picture, stage.crop);
  if (show === "image") return pixels;
  if (!truth) return null;
  const gt = pixelsOf(truth, stage.crop);
  if (gt.width !== pixels.width || gt.height !== pixels.height) return null;
  for (let i = 0; i < pixels.data.length; ++i) {
    if (i % 4 !== 3) pixels.data[i] = Math.min(255, Number(show) * Math.abs(pixels.data[i] - gt.data[i]));
  }
  return pixels;
}

async function drawCrops() {
  const { entry } = stage, { w, h } = stage.crop, show = $("crop-show").value;
  $("crop-size").textContent = `${w} x ${h} pixels`;
  const pictures = await Promise.all(entry.parts.map(pictureOf));
  if (entry !== stage.entry) return;
  const figures = shownParts(entry).map((i) => {
    const part = entry.parts[i];
    const score = scoreOf(entry, i);
    const caption = element("figcaption", {}, element("b", {}, part.name), score ? ` ${score}` : "");
    const pixels = pictures[i] && cropPixels(pictures[i], pictures[PartGt], show);
    if (!pixels) return element("figure", {}, element("div", { class: "gap" }, part.gap || "no GT"), caption);
    const { width, height } = pixels;
    const canvas = element("canvas", { width, height, role: "img", "aria-label": `${part.name}, crop` });
    canvas.getContext("2d").putImageData(pixels, 0, 0);
    return element("figure", {}, canvas, caption);
  });
  $("crops").replaceChildren(...figures);
}

/** BT.601 brightness along the scan line. */
function profileOf(picture) {
  const { data: v, width } = pixelsOf(picture, { x: 0, y: scanRow(), w: picture.width, h: 1 / picture.scale });
  return Array.from({ length: width }, (_, i) => ({
    x: i / picture.scale, y: 0.299 * v[4 * i] + 0.587 * v[4 * i + 1] + 0.114 * v[4 * i + 2] }));
}

async function drawProfile() {
  const { entry } = stage;
  const parts = [...new Set([PartGt, stage.left, stage.right])];
  const pictures = await Promise.all(parts.map((part) => pictureOf(entry.parts[part])));
  if (entry !== stage.entry) return;
  const looks = [{ borderColor: cssColour("--ink"), borderWidth: 2.5 }, { borderColor: "#d55e00", borderWidth: 1.25 },
    { borderColor: "#0072b2", borderWidth: 1.25 }];
  const datasets = parts.flatMap((part, i) => (pictures[i] ? [{
    ...looks[i], label: entry.parts[part].name, data: profileOf(pictures[i]), showLine: true, radius: 0 }] : []));
  chart($("profile-chart"), {
    type: "scatter",
    data: { datasets },
    options: {
      plugins: { legend: { labels: { color: cssColour("--ink"), boxHeight: 1 } }, tooltip: { enabled: false } },
      scales: {
        x: axis(`pixel of row ${scanRow()}`, { min: 0, max: stage.size.width - 1 }),
        y: axis("levels", { min: 0, max: 255 }),
      },
    },
  });
}

/** A word for a shell: in single quotes unless it is plain. */
function shellWord(text) {
  return /^[\w./-]+$/.test(text) && !text.startsWith("-") ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function showCommand() {
  const { x, y, w, h } = stage.crop;
  $("command").value = `csgis report --results results.json --out figure --figure ${shellWord(stage.entry.image)} ` +
    `--crop ${x},${y},${w},${h}`;
}
