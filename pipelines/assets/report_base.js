"use strict";
// Shared by all parts: the data of the page, and words, colours and elements made from it.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const Infinite = { inf: Infinity, "-inf": -Infinity };

/** A stored value as a number; null where there is none. */
const numberOf = (value) => (typeof value === "string" ? Infinite[value] : value);

/** A value in the figures of its metric. */
const figure = (value, metric) => (Number.isFinite(value) ? value.toFixed(metric.digits) : value > 0 ? "inf" : "-inf");

/** An element with attributes and children; text is always text. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function option(value, text = value) {
  return element("option", { value }, text);
}

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

// Eight hues that people with colour-blindness tell apart (Okabe and Ito), then the same with other marks.
const Hues = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6fdf", "#8c5a2b"];
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

const cssColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What is drawn on canvases is drawn again when the scheme changes.
const redraws = [];
function drawn(draw) {
  redraws.push(draw);
  draw();
}
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraws.forEach((draw) => draw()));
