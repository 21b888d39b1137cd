// Pictures: JPEG in script blocks of the page, decoded when they are wanted and kept while they are recent.

const pictureEntries = new Map(data.pictures.map((entry) => [entry.image, entry]));
const picturesOf = (image) => pictureEntries.get(image);

const KeptPictures = 60;
const keptPictures = new Map();

/** Decodes a block: { canvas, height, width, scale }, height and width those of the file, scale of the page's pixels. */
function decodePart(part) {
  const image = new Image();
  image.src = "data:image/jpeg;base64," + $(part.id).textContent;
  return image.decode().then(() => {
    const canvas = element("canvas", { width: image.naturalWidth, height: image.naturalHeight });
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0);
    return { canvas, height: part.height, width: part.width, scale: image.naturalWidth / part.width };
  });
}

/** The picture of a part; null where there is a gap. */
async function pictureOf(part) {
  if (!part || !part.id) return null;
  if (!keptPictures.has(part.id)) {
    keptPictures.set(part.id, decodePart(part));
    if (keptPictures.size > KeptPictures) keptPictures.delete(keptPictures.keys().next().value);
  }
  return keptPictures.get(part.id);
}

/** Pixels of a rectangle in the file's coordinates, as the page has them. */
function pixelsOf(picture, { x, y, w, h }) {
  const s = picture.scale, { canvas } = picture;
  const left = Math.min(Math.round(x * s), canvas.width - 1), top = Math.min(Math.round(y * s), canvas.height - 1);
  const width = Math.max(1, Math.min(Math.round(w * s), canvas.width - left));
  const height = Math.max(1, Math.min(Math.round(h * s), canvas.height - top));
  return canvas.getContext("2d").getImageData(left, top, width, height);
}

const PartInput = 0, PartGt = 1, FirstMethod = 2;

const unsmoothed = data.methods.findIndex((method) => method.family === "none");

/** Parts that show something of their own: the unsmoothed method is the input again. */
const shownParts = (entry) => entry.parts.map((_, i) => i).filter(
  (i) => unsmoothed < 0 || i !== unsmoothed + FirstMethod || !entry.parts[PartInput].id);

/** The score of a part in the metric of the gallery, as words; that of the input is the unsmoothed method's. */
function scoreOf(entry, part) {
  const method = part === PartInput ? unsmoothed : part - FirstMethod;
  if (part === PartGt || method < 0) return "";
  const index = $("score").value, metric = data.metrics[index];
  const value = numberOf(data.values[index][method][data.images.findIndex((i) => i.name === entry.image)]);
  return value === null ? "" : `${metric.name} ${figure(value, metric)}`;
}
