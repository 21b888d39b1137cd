// Shared by the parts of the report: words, colours and marks of metrics and methods.

const Infinite = { inf: Infinity, "-inf": -Infinity };

/** A stored value as a number; null where there is none. */
const numberOf = (value) => (typeof value === "string" ? Infinite[value] : value);

/** A value in the figures of its metric. */
const figure = (value, metric) => (Number.isFinite(value) ? value.toFixed(metric.digits) : value > 0 ? "inf" : "-inf");

/** The metrics with at least one value. */
const usedMetrics = data.metrics.map((metric, index) => ({ ...metric, index })).filter(
  (metric) => data.values[metric.index].some((images) => images.some((value) => value !== null)));

const betterWord = (metric) =>
  `${metric.name}${metric.unit ? ", " + metric.unit : ""} (${metric.higher ? "higher" : "lower"} is better)`;

function fillMetrics(select) {
  select.append(...usedMetrics.map((metric) => option(metric.index, betterWord(metric))));
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const finite = (values) => values.map(numberOf).filter((value) => value !== null && Number.isFinite(value));

// Families beyond the eight hues get the same with other marks.
const Marks = ["circle", "rect", "triangle", "rectRot", "star"];
const families = [...new Set(data.methods.map((method) => method.family).concat(data.sweeps.map((point) => point.family)))];
const controls = ["none", "gaussian"];
const colouredFamilies = families.filter((family) => !controls.includes(family));

function colourOf(family) {
  const place = colouredFamilies.indexOf(family);
  return place < 0 ? "#888888" : Hues[place % Hues.length];
}

function markOf(family) {
  const place = colouredFamilies.indexOf(family);
  return place < 0 ? "cross" : Marks[Math.floor(place / Hues.length) % Marks.length];
}
