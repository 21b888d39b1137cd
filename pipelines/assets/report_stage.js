// The stage: two pictures over each other with a slider between, a scan line, and the crop box.

const stage = {
  entry: null, left: PartInput, right: FirstMethod,
  size: { height: 1, width: 1 },  // of the files
  crop: { x: 0, y: 0, w: 1, h: 1 },  // in pixels of the files
  changed: () => {},  // called when crop or scan line have moved
};

const limit = (value, low, high) => Math.min(Math.max(value, low), high);

/** Keeps the crop box inside the picture, at least four pixels a side. */
function setCrop(x, y, w, h) {
  const { height, width } = stage.size;
  w = limit(Math.round(w), Math.min(4, width), width);
  h = limit(Math.round(h), Math.min(4, height), height);
  stage.crop = { x: limit(Math.round(x), 0, width - w), y: limit(Math.round(y), 0, height - h), w, h };
  placeMarks();
  stage.changed();
}

const scanRow = () => limit(Math.round($("scan-row").value / 100 * (stage.size.height - 1)), 0, stage.size.height - 1);

function placeMarks() {
  const { height, width } = stage.size, { x, y, w, h } = stage.crop, box = $("crop").style;
  box.left = `${x / width * 100}%`;
  box.top = `${y / height * 100}%`;
  box.width = `${w / width * 100}%`;
  box.height = `${h / height * 100}%`;
  $("scan").style.top = `${(scanRow() + 0.5) / height * 100}%`;
  const share = $("slider").value / 10;
  $("split").style.left = `${share}%`;
  $("stage-right").style.clipPath = `inset(0 0 0 ${share}%)`;
}

/** Draws the two pictures; a gap is said in words. */
async function drawStage() {
  const entry = stage.entry;
  const parts = [stage.left, stage.right];
  const pictures = await Promise.all(parts.map((part) => pictureOf(entry.parts[part])));
  const known = (pictures[0] || pictures[1]) ?? await firstPicture(entry);
  if (entry !== stage.entry || !known) return;  // another image was chosen meanwhile
  stage.size = { height: known.height, width: known.width };
  $("stage").style.aspectRatio = `${known.width} / ${known.height}`;
  $("stage").parentElement.style.width = `min(100%, 60rem, ${75 * known.width / known.height}vh)`;
  ["stage-left", "stage-right"].forEach((id, i) => {
    const canvas = $(id), picture = pictures[i];
    canvas.width = known.canvas.width;
    canvas.height = known.canvas.height;
    const context = canvas.getContext("2d");
    if (picture) return context.drawImage(picture.canvas, 0, 0, canvas.width, canvas.height);
    context.fillStyle = cssColour("--grid");
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = cssColour("--soft");
    context.font = `${Math.round(canvas.height / 16)}px system-ui, sans-serif`;
    const { name, gap } = entry.parts[parts[i]];
    context.fillText(`${name}: ${gap}`, canvas.width * (0.05 + 0.5 * i), canvas.height / 2);
  });
}

async function firstPicture(entry) {
  return pictureOf(entry.parts.find((part) => part.id));
}

/** Where a pointer is, in pixels of the files. */
function pointAt(event) {
  const box = $("stage").getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width * stage.size.width,
    y: (event.clientY - box.top) / box.height * stage.size.height };
}

/** Calls move(event) while the pointer that went down is held. */
function follow(event, move) {
  event.preventDefault();
  const target = event.currentTarget;
  target.setPointerCapture(event.pointerId);
  target.addEventListener("pointermove", move);
  const end = () => target.removeEventListener("pointermove", move);
  target.addEventListener("pointerup", end, { once: true });
  target.addEventListener("pointercancel", end, { once: true });
}

function startStage() {
  $("slider").addEventListener("input", placeMarks);
  $("scan-row").addEventListener("input", () => { placeMarks(); stage.changed(); });
  $("split").addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    follow(event, (e) => { $("slider").value = pointAt(e).x / stage.size.width * 1000; placeMarks(); });
  });
  $("crop").addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    $("crop").focus();
    const from = pointAt(event), { x, y, w, h } = stage.crop;
    follow(event, (e) => { const p = pointAt(e); setCrop(x + p.x - from.x, y + p.y - from.y, w, h); });
  });
  $("stage").addEventListener("pointerdown", (event) => {  // elsewhere a new box is drawn
    const from = pointAt(event);
    follow(event, (e) => {
      const p = pointAt(e);
      setCrop(Math.min(from.x, p.x), Math.min(from.y, p.y), Math.abs(p.x - from.x), Math.abs(p.y - from.y));
    });
  });
  $("crop").addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const by = 4, [dx, dy] = step, { x, y, w, h } = stage.crop;
    event.shiftKey ? setCrop(x, y, w + by * dx, h + by * dy) : setCrop(x + by * dx, y + by * dy, w, h);
  });
}
