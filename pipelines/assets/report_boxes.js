// Box plots, one box a method.

function quantile(sorted, share) {
  const at = share * (sorted.length - 1), low = Math.floor(at);
  return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
}

function boxOf(values) {
  const sorted = finite(values).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const [q1, median, q3] = [0.25, 0.5, 0.75].map((share) => quantile(sorted, share));
  const inside = sorted.filter((value) => value >= q1 - 1.5 * (q3 - q1) && value <= q3 + 1.5 * (q3 - q1));
  return { q1, median, q3, low: inside[0], high: inside[inside.length - 1], count: sorted.length,
    outliers: sorted.filter((value) => !inside.includes(value)) };
}

/** Round steps for about `count` ticks. */
function ticksBetween(low, high, count = 6) {
  const raw = (high - low || 1) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s >= raw);
  const ticks = [];
  for (let i = Math.ceil(low / step); i * step <= high + step * 1e-9; ++i) ticks.push(Number((i * step).toPrecision(12)));
  return ticks;
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function drawBox(box, colour, at, y, name, metric) {
  const half = 8, group = svg("g", {}, svg("title", {}, `${name}: median ${figure(box.median, metric)}, quartiles ` +
    `${figure(box.q1, metric)} and ${figure(box.q3, metric)}, ${box.count} images`));
  group.append(
    svg("line", { class: "whisker", x1: at(box.low), x2: at(box.q1), y1: y, y2: y }),
    svg("line", { class: "whisker", x1: at(box.q3), x2: at(box.high), y1: y, y2: y }),
    svg("rect", { class: "box", x: at(box.q1), y: y - half, width: Math.max(1, at(box.q3) - at(box.q1)), height: 2 * half,
      fill: colour, stroke: colour }),
    svg("line", { class: "median", x1: at(box.median), x2: at(box.median), y1: y - half, y2: y + half }),
    ...box.outliers.slice(0, 200).map((value) => svg("circle", { cx: at(value), cy: y, r: 2, fill: colour })));
  return group;
}

function drawBoxes() {
  const metric = data.metrics[$("metric").value];
  const boxes = data.methods.map((method, m) => boxOf(data.values[$("metric").value][m]));
  const known = boxes.filter(Boolean);
  if (known.length === 0) return $("boxes").replaceChildren();
  const low = Math.min(...known.map((b) => Math.min(b.low, ...b.outliers)));
  const high = Math.max(...known.map((b) => Math.max(b.high, ...b.outliers)));
  const width = Math.max(320, Math.min(640, $("boxes").clientWidth || 640)), row = 28, top = 8;
  const longest = Math.max(...data.methods.map((method) => method.name.length));
  const left = Math.min(width * 0.38, 12 + longest * 6.8), right = 14;
  const height = top + data.methods.length * row + 40;
  const at = (value) => left + ((value - low) / (high - low || 1)) * (width - left - right);
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `Spread of ${metric.name}` });
  for (const tick of ticksBetween(low, high, width < 480 ? 4 : 7)) {
    picture.append(svg("line", { class: "grid", x1: at(tick), x2: at(tick), y1: top, y2: height - 38 }),
      svg("text", { class: "tick", x: at(tick), y: height - 24, "text-anchor": "middle" }, String(tick)));
  }
  const under = { class: "tick", x: (left + width) / 2, y: height - 6, "text-anchor": "middle" };
  picture.append(svg("text", under, betterWord(metric)));
  data.methods.forEach((method, m) => {
    const y = top + row * (m + 0.5), fits = Math.floor(left / 6.6);
    const name = method.name.length > fits ? method.name.slice(0, fits - 1) + "\u2026" : method.name;
    const place = { x: left - 8, y: y + 4, "text-anchor": "end" };
    picture.append(svg("text", place, name, svg("title", {}, method.name)));
    if (boxes[m]) picture.append(drawBox(boxes[m], colourOf(method.family), at, y, method.name, metric));
  });
  $("boxes").replaceChildren(picture);
}

fillMetrics($("metric"));
if (usedMetrics.length) {
  $("charts").hidden = false;
  $("metric").addEventListener("change", () => { drawTimes(); drawBoxes(); });
  drawn(drawTimes);
  drawn(drawBoxes);
  window.addEventListener("resize", drawBoxes);
  startSweeps();
}
