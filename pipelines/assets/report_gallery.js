// Choosing what the gallery shows.

/** Names of the images in the page, in the order asked for. */
function orderedImages() {
  const names = data.pictures.map((entry) => entry.image), order = $("image-order").value;
  if (order === "worst") return names;
  if (order === "name") return names.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  const metric = data.metrics[$("score").value], values = data.values[$("score").value][Number(order)];
  const place = new Map(data.images.map((image, i) => [image.name, i]));
  const badness = (name) => {
    const value = numberOf(values[place.get(name)]);
    return value === null ? Infinity : metric.higher ? value : -value;
  };
  return names.sort((a, b) => (badness(a) < badness(b) ? -1 : badness(a) > badness(b) ? 1 : 0));
}

function fillImages() {
  const chosen = $("image").value;
  $("image").replaceChildren(...orderedImages().map((name) => option(name)));
  if (chosen && picturesOf(chosen)) $("image").value = chosen;
}

let redrawing = false;
/** Draws what follows box and line, once a frame however often they move. */
function redrawFollowers() {
  showCommand();
  if (redrawing) return;
  redrawing = true;
  requestAnimationFrame(() => {
    redrawing = false;
    drawCrops();
    drawProfile();
  });
}

async function showImage() {
  stage.entry = picturesOf($("image").value);
  stage.left = Number($("left").value);
  stage.right = Number($("right").value);
  const before = stage.size;
  await drawStage();
  const { height, width } = stage.size;
  if (before.height === height && before.width === width) {
    placeMarks();
    return redrawFollowers();
  }
  const side = Math.min(height, width) / 4;
  setCrop((width - side) / 2, (height - side) / 2, side, side);
}

function openImage(name) {
  $("image").value = name;
  showImage();
  $("gallery").scrollIntoView();
  $("image").focus({ preventScroll: true });
}

function step(by) {
  const select = $("image"), count = select.options.length;
  select.selectedIndex = (select.selectedIndex + by + count) % count;
  showImage();
}

/** The method shown first: the best by the first metric, of those that have a picture. */
function bestPart() {
  const parts = data.pictures[0].parts;
  const metric = data.metrics[$("score").value];
  const scores = data.values[$("score").value];
  const candidates = data.methods
    .map((method, m) => ({ part: m + FirstMethod, values: finite(scores[m]), control: controls.includes(method.family) }))
    .filter((c) => parts[c.part].id && c.values.length && !c.control);
  candidates.sort((a, b) => (metric.higher ? 1 : -1) * (mean(b.values) - mean(a.values)));
  return candidates.length ? candidates[0].part : Math.max(parts.findLastIndex((part) => part.id), 0);
}

function startGallery() {
  if (data.pictures.length === 0 || !usedMetrics.length) return;
  $("gallery-body").hidden = false;
  $("image-order").append(option("worst", "worst first"), option("name", "by name"),
    ...data.methods.map((method, m) => option(m, `worst of ${method.name}`)));
  fillMetrics($("score"));
  for (const id of ["left", "right"]) {
    $(id).append(...data.pictures[0].parts.map((part, i) => option(i, part.name)));
    $(id).addEventListener("change", showImage);
  }
  $("left").value = PartInput;
  $("right").value = bestPart();
  $("image-order").addEventListener("change", () => { fillImages(); $("image").selectedIndex = 0; showImage(); });
  $("image").addEventListener("change", showImage);
  $("previous").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("crop-show").addEventListener("change", drawCrops);
  $("score").addEventListener("change", () => { fillImages(); drawCrops(); });
  $("copy").addEventListener("click", () => { $("command").select(); document.execCommand("copy"); });
  stage.changed = redrawFollowers;
  startStage();
  fillImages();
  // Decoding waits until the gallery comes near.
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    redraws.push(() => { drawStage(); drawProfile(); });
    showImage();
  }, { rootMargin: "600px" }).observe($("gallery-body"));
}

startHeat();
startGallery();
