"use strict";
// Choosing among candidates, and saving what a person chose against the screening.

const $ = (id) => document.getElementById(id);
const main = $("photos");
const CloseCall = 0.01;

/** The photos of the page; what is chosen is read from the radio buttons, nothing is kept twice. */
const photos = [...main.querySelectorAll(".photo")].map((box, place) => ({
  box, place, id: box.dataset.id, automatic: box.dataset.automatic,
  best: Number(box.dataset.best), margin: Number(box.dataset.margin), verdict: box.querySelector(".verdict"),
}));
const radiosOf = (photo) => [...photo.box.querySelectorAll("input[type=radio]")];
const chosenOf = (photo) => radiosOf(photo).find((radio) => radio.checked).value;
const isChanged = (photo) => chosenOf(photo) !== photo.automatic;

let savedText = JSON.stringify(choices());
let current = null;

/** What a choices file holds: only where a person and the screening differ. */
function choices() {
  return photos.filter(isChanged).map((photo) => ({ id: photo.id, candidate: chosenOf(photo) || null }));
}

const isSaved = () => JSON.stringify(choices()) === savedText;

function describe(photo) {
  const chosen = chosenOf(photo);
  photo.box.classList.toggle("rejected", chosen === "");
  const words = chosen === "" ? "rejected" : chosen;
  photo.verdict.textContent = isChanged(photo)
    ? `${words}, chosen by you; the screening says ${photo.automatic || "rejected"}` : `${words}, by the screening`;
}

function describeAll() {
  const changed = photos.filter(isChanged).length, rejected = photos.filter((photo) => chosenOf(photo) === "").length;
  $("state").textContent = `${photos.length - rejected} ground truths, ${rejected} rejected, ${changed} changed by you` +
    (isSaved() ? "" : "; not saved yet");
}

const Filters = {
  all: () => true,
  chosen: (photo) => chosenOf(photo) !== "",
  rejected: (photo) => chosenOf(photo) === "",
  changed: isChanged,
  close: (photo) => photo.margin < CloseCall,
};
const Orders = {
  name: (a, b) => a.place - b.place,
  close: (a, b) => a.margin - b.margin || a.place - b.place,
  worst: (a, b) => a.best - b.best || a.place - b.place,
};
const inOrder = () => [...photos].sort(Orders[$("order").value]);
const shown = () => inOrder().filter((photo) => !photo.box.hidden);

/** A photo that changes while it is worked on stays in view: filters look again only when asked. */
function arrange() {
  const passes = Filters[$("show").value];
  for (const photo of inOrder()) {
    photo.box.hidden = !passes(photo);
    main.append(photo.box);
  }
}

function makeCurrent(photo) {
  if (current) current.box.classList.remove("current");
  current = photo;
  if (current) current.box.classList.add("current");
}

/** The photo that keys act on: the one with the focus, else the first in view. */
function currentPhoto() {
  if (current && !current.box.hidden) return current;
  const top = $("bar").getBoundingClientRect().bottom;
  return shown().find((photo) => photo.box.getBoundingClientRect().bottom > top + 40) || null;
}

function goTo(photo) {
  if (!photo) return;
  makeCurrent(photo);
  photo.box.scrollIntoView({ block: "start" });
  radiosOf(photo).find((radio) => radio.checked).focus({ preventScroll: true });
}

function step(by) {
  const list = shown(), at = list.indexOf(currentPhoto());
  goTo(list[Math.min(Math.max(at + by, 0), list.length - 1)]);
}

function choose(photo, value) {
  const radio = photo && radiosOf(photo).find((other) => other.value === value);
  if (!radio) return;
  radio.checked = true;
  radio.focus({ preventScroll: true });
  changed(photo);
}

function changed(photo) {
  makeCurrent(photo);
  describe(photo);
  describeAll();
}

/** The photo in place of its candidates: flicker shows what a smoother took away. */
function showPhoto(photo, isOn) {
  if (!photo || photo.box.classList.contains("showing-photo") === isOn) return;
  photo.box.classList.toggle("showing-photo", isOn);
  const original = photo.box.querySelector("figure img").src;
  for (const image of photo.box.querySelectorAll(".candidate img")) {
    if (isOn) image.dataset.own = image.src;
    image.src = isOn ? original : image.dataset.own;
  }
}

function save() {
  const text = JSON.stringify({ csgis: "gt-choices", run: main.dataset.run, choices: choices() }, null, 2) + "\n";
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = main.dataset.page === "1" ? "choices.json" : `choices-${main.dataset.page}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
  savedText = JSON.stringify(choices());
  describeAll();
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  const key = event.key.toLowerCase(), photo = currentPhoto();
  if (/^[1-9]$/.test(key)) choose(photo, photo && radiosOf(photo).at(-1) !== radiosOf(photo)[key - 1]
    ? radiosOf(photo)[key - 1]?.value : undefined);
  else if (key === "0") choose(photo, "");
  else if (key === "a") choose(photo, photo?.automatic);
  else if (key === "n") step(1);
  else if (key === "p") step(-1);
  else if (key === "o") showPhoto(photo, true);
  else if (key === "s") save();
  else return;
  event.preventDefault();
}

$("bar").hidden = false;
for (const photo of photos) {
  describe(photo);
  photo.box.addEventListener("change", () => changed(photo));
  photo.box.addEventListener("focusin", () => makeCurrent(photo));
}
describeAll();
$("show").addEventListener("change", arrange);
$("order").addEventListener("change", arrange);
$("save").addEventListener("click", save);
document.addEventListener("keydown", onKey);
document.addEventListener("keyup", (event) => event.key.toLowerCase() === "o" && showPhoto(currentPhoto(), false));
window.addEventListener("blur", () => photos.forEach((photo) => showPhoto(photo, false)));
window.addEventListener("beforeunload", (event) => isSaved() || event.preventDefault());
