// Heat map: means of a metric by method and ground truth, texture or image.

const HeatStep = 100;
let heatShown = HeatStep;

/** Rows of the map: name, and the mean of each method over its images. */
function heatGroups(metricIndex, by) {
  const groups = new Map();
  data.images.forEach((image, i) => {
    const name = by === "image" ? image.name : image[by];
    if (!name) return;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(i);
  });
  return [...groups].map(([name, images]) => {
    const means = data.values[metricIndex].map((values) => {
      const known = finite(images.map((i) => values[i]));
      return known.length ? mean(known) : null;
    });
    const counted = means.filter((value, m) => value !== null && !controls.includes(data.methods[m].family));
    return { name, means, overall: mean(counted) };
  });
}

/** From poor (warm) to good (cool), dark or light enough for its ink. */
function heatColour(share) {
  const stops = [[178, 76, 40], [226, 160, 96], [236, 226, 196], [136, 190, 190], [30, 110, 140]];
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
  const colour = stops[low].map((value, i) => Math.round(value + (at - low) * (stops[low + 1][i] - value)));
  const bright = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2];
  return { paper: `rgb(${colour.join(",")})`, ink: bright > 140 ? "#14171b" : "#ffffff" };
}

function heatRow(group, metric, low, high, by) {
  const clickable = by === "image" && picturesOf(group.name);
  const head = element("th", { scope: "row" });
  if (clickable) {
    const button = element("button", { type: "button" }, group.name);
    button.addEventListener("click", () => openImage(group.name));
    head.append(button);
  } else {
    head.append(group.name);
  }
  const row = element("tr", {}, head);
  for (const value of group.means) {
    const cell = element("td");
    if (value !== null) {
      const share = (value - low) / (high - low || 1);
      const { paper, ink } = heatColour(metric.higher ? share : 1 - share);
      cell.style.background = paper;
      cell.style.color = ink;
      cell.append(figure(value, metric));
    }
    row.append(cell);
  }
  return row;
}

function drawHeat() {
  const index = $("heat-metric").value, metric = data.metrics[index], by = $("heat-rows").value;
  const groups = heatGroups(index, by);
  const values = finite(groups.flatMap((group) => group.means)).sort((a, b) => a - b);
  // Colours span the middle 96 %, so that one odd value does not grey out the rest.
  const low = quantile(values, 0.02), high = quantile(values, 0.98);
  const words = $("heat-filter").value.trim().toLowerCase();
  const kept = groups.filter((group) => group.name.toLowerCase().includes(words));
  const sign = metric.higher ? 1 : -1;
  if ($("heat-order").value === "worst") {
    const badness = (group) => (Number.isFinite(group.overall) ? sign * group.overall : Infinity);
    kept.sort((a, b) => (badness(a) < badness(b) ? -1 : badness(a) > badness(b) ? 1 : 0));
  } else {
    kept.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  }
  const head = element("tr", {}, element("th", { scope: "col" }, $("heat-rows").selectedOptions[0].text),
    ...data.methods.map((method) => element("th", { scope: "col" }, method.name)));
  const rows = kept.slice(0, heatShown).map((group) => heatRow(group, metric, low, high, by));
  $("heat").replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)));
  $("heat-count").textContent = `${rows.length} of ${groups.length} rows.`;
  $("heat-more").hidden = kept.length <= heatShown;
}

function startHeat() {
  if (!usedMetrics.length) return;
  $("map").hidden = false;
  fillMetrics($("heat-metric"));
  for (const [by, known] of [["gt", "gt"], ["texture", "texture"]]) {
    const names = new Set(data.images.map((image) => image[known]).filter(Boolean));
    if (names.size === 0) $("heat-rows").querySelector(`[value="${by}"]`).remove();
  }
  const restart = () => { heatShown = HeatStep; drawHeat(); };
  for (const id of ["heat-metric", "heat-rows", "heat-order"]) $(id).addEventListener("change", restart);
  $("heat-filter").addEventListener("input", restart);
  $("heat-more").addEventListener("click", () => { heatShown += HeatStep; drawHeat(); });
  drawHeat();
}
