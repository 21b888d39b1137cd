// What a reader does with the page of a training. CSGIS_PAGES holds the pages, CSGIS_SCREENSHOTS may name a folder.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import test, { after, before } from "node:test";

const require = createRequire(process.env.NODE_PATH + "/");
const { chromium } = require("playwright-core");
const pages = process.env.CSGIS_PAGES;
let browser;

before(async () => {
  // Chromium's own sandbox does not work as root, which CI is.
  browser = await chromium.launch({ executablePath: process.env.CSGIS_CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser.close());

/** Opens a page, hands it to the test, and holds it to silence: no message, no error, no request but for itself. */
async function visit(name, options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const noise = [];
  page.on("console", (message) => noise.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.stack}`));
  page.on("request", (request) => {
    if (!request.url().startsWith("data:") && !request.url().endsWith("/train.html")) noise.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${pages}/${name}/train.html`);
  await use(page);
  if (process.env.CSGIS_SCREENSHOTS) {
    fs.mkdirSync(process.env.CSGIS_SCREENSHOTS, { recursive: true });
    const title = `train-${name}-${options.viewport?.width ?? 1280}-${options.colorScheme ?? "light"}`;
    await page.screenshot({ path: `${process.env.CSGIS_SCREENSHOTS}/${title}.png`, fullPage: true });
  }
  assert.deepEqual(noise, []);
  await context.close();
}

/** Whether a canvas holds more than one colour. */
const isDrawn = (page, id) => page.$eval(`#${id}`, (canvas) => {
  // Read from a copy, as Chromium complains about canvases that are drawn on and read.
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const pixels = new Uint32Array(copy.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return pixels.some((pixel) => pixel !== pixels[0]);
});
const curves = (page, id) => page.evaluate((name) => {
  const made = Chart.getChart(document.getElementById(name));
  return made.data.datasets.map((set) => ({ label: set.label, points: set.data.map((point) => [point.x, point.y]) }));
}, id);
const lines = (name) => fs.readFileSync(`${pages}/${name}/metrics.jsonl`, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const values = (select) => select.locator("option").evaluateAll((options) => options.map((option) => option.value));

test("curves show the values of the records, part by part", () => visit("plain", {}, async (page) => {
  for (const id of ["loss-chart", "score-chart", "rate-chart"]) assert.ok(await isDrawn(page, id), id);
  const steps = lines("plain").filter((line) => !line.val), epochs = lines("plain").filter((line) => line.val);
  assert.ok((await values(page.locator("#loss"))).includes("L1"));
  await page.selectOption("#loss", "L1");
  const [training, validation] = await curves(page, "loss-chart");
  assert.deepEqual(training.points, steps.map((line) => [line.step, line.L1]));
  assert.deepEqual(validation.points, epochs.map((line) => [line.step, line.val.L1]));
  assert.deepEqual(await values(page.locator("#score")), ["ssim", "psnr"]);
  await page.selectOption("#scale", "logarithmic");
  assert.ok(await isDrawn(page, "loss-chart"));
  assert.equal(await page.locator("#hinge-figure").isVisible(), false);
}));

test("the samples of every epoch can be looked at", () => visit("plain", {}, async (page) => {
  const ruler = page.locator("#epoch"), picture = page.locator("#grid");
  assert.equal(await page.locator("#epoch-name").textContent(), "3");
  const last = await picture.getAttribute("src");
  await ruler.focus();
  await page.keyboard.press("Home");
  assert.equal(await page.locator("#epoch-name").textContent(), "0");
  assert.notEqual(await picture.getAttribute("src"), last);
  assert.equal(await picture.evaluate(async (image) => { await image.decode(); return image.naturalWidth; }), 4 * 32 + 6);
}));

test("the table has every epoch", () => visit("plain", {}, async (page) => {
  assert.equal(await page.locator("h1").textContent(), "Training of lite");
  assert.equal(await page.locator("#epochs tbody tr").count(), 4);
  const shown = await page.locator("#epochs tbody tr").evaluateAll((rows) => rows.map((row) => Number(row.cells[1].dataset.value)));
  assert.deepEqual(shown, lines("plain").filter((line) => line.val).map((line) => line.step));
}));

test("a contrast has its distances and hinges, and says that its features are random", () => visit("contrast", {}, async (page) => {
  assert.deepEqual(await values(page.locator("#hinge")), ["con", "gram"]);
  assert.ok(await isDrawn(page, "hinge-chart"));
  assert.match(await page.locator("#facts").textContent(), /random weights, no published setting/);
}));

test("dark scheme and a telephone", async () => {
  await visit("plain", { colorScheme: "dark" }, (page) => isDrawn(page, "loss-chart"));
  await visit("contrast", { viewport: { width: 390, height: 800 } }, async (page) => {
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  });
});

test("without scripts the tables are there", () => visit("plain", { javaScriptEnabled: false }, async (page) => {
  assert.ok(await page.locator("#epochs table").isVisible());
  assert.equal(await page.locator("#curves").isVisible(), false);
}));
