"use strict";
// Shared by all pages: the data, elements, colours, and what is drawn on canvases.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);

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

// Eight hues that people with colour-blindness tell apart (Okabe and Ito).
const Hues = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a6fdf", "#8c5a2b"];

const cssColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What is drawn on canvases is drawn again when the scheme changes.
const redraws = [];
function drawn(draw) {
  redraws.push(draw);
  draw();
}
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraws.forEach((draw) => draw()));
