// What a reader does with the report page. CSGIS_PAGES holds the pages, CSGIS_SCREENSHOTS may name a folder to look at.
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
    if (!request.url().startsWith("data:") && !request.url().endsWith("/report.html")) noise.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(`file://${pages}/${name}/report.html`);
  await use(page);
  if (process.env.CSGIS_SCREENSHOTS) {
    fs.mkdirSync(process.env.CSGIS_SCREENSHOTS, { recursive: true });
    const title = `${name}-${options.viewport?.width ?? 1280}-${options.colorScheme ?? "light"}`;
    await page.screenshot({ path: `${process.env.CSGIS_SCREENSHOTS}/${title}.png`, fullPage: true });
  }
  assert.deepEqual(noise, []);
  await context.close();
}

const column = (page, place) => page.$$eval(
  "#summary tbody tr", (rows, i) => rows.map((row) => Number(row.cells[i].dataset.value)), place);
const command = (page) => page.inputValue("#command");
const cropOf = async (page) => (await command(page)).match(/--crop (\d+),(\d+),(\d+),(\d+)$/).slice(1).map(Number);

async function openGallery(page) {
  await page.locator("#gallery").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelectorAll("#crops canvas").length > 0);
}

/** Waits until what follows the crop box shows it. */
const cropsShow = (page, width, height) => page.waitForFunction(([w, h]) => {
  const canvases = [...document.querySelectorAll("#crops canvas")];
  return canvases.length > 0 && canvases.every((canvas) => canvas.width === w && canvas.height === h);
}, [width, height]);

test("tables sort by mouse and keyboard, in both directions", () => visit("small", {}, async (page) => {
  const head = page.locator("#summary thead th").nth(1);
  const order = (values, sign) => [...values].sort((a, b) => sign * (a - b));
  const values = await column(page, 1);
  await head.locator("button").click();
  assert.deepEqual(await column(page, 1), order(values, -1));
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  await head.locator("button").focus();
  await page.keyboard.press("Enter");
  assert.deepEqual(await column(page, 1), order(values, 1));
  await page.locator("#summary thead th button").first().click();
  assert.equal(await head.getAttribute("aria-sort"), null);
  const names = await page.$$eval("#summary tbody th .method", (cells) => cells.map((cell) => cell.textContent));
  assert.deepEqual(names, ["l0", "none", "rtv <i>", "wls (tuned)"]);
  assert.equal(await page.locator("#summary td.best").count(), 5);
}));

test("names are text, never markup", () => visit("small", {}, async (page) => {
  await openGallery(page);
  assert.equal(await page.locator("main i, #gallery b b, option b").count(), 0);
  const names = await page.$$eval("#image option", (options) => options.map((option) => option.textContent));
  assert.equal(names.length, 5);
  for (const name of names) assert.match(name, /^it's <b>bold<\/b> & \$\(touch gone\) #\d$/);
}));

test("the slider moves by keyboard and by mouse", () => visit("small", {}, async (page) => {
  await openGallery(page);
  const clip = () => page.$eval("#stage-right", (canvas) => canvas.style.clipPath);
  await page.focus("#slider");
  await page.keyboard.press("Home");
  assert.match(await clip(), / 0%\)$/);
  await page.keyboard.press("End");
  assert.match(await clip(), / 100%\)$/);
  await page.locator("#stage").scrollIntoViewIfNeeded();
  const stage = await page.locator("#stage").boundingBox();
  await page.mouse.move(stage.x + stage.width - 4, stage.y + 20);
  await page.mouse.down();
  await page.mouse.move(stage.x + stage.width / 4, stage.y + 20);
  await page.mouse.up();
  assert.ok(Math.abs(Number(await page.inputValue("#slider")) - 250) < 12, await page.inputValue("#slider"));
  // Left of the line is the input, right of it the method: they differ, and choosing the same makes them equal.
  const same = () => {
    const [left, right] = ["stage-left", "stage-right"].map((id) => document.getElementById(id).toDataURL());
    return left === right;
  };
  assert.equal(await page.evaluate(same), false);
  await page.selectOption("#right", await page.inputValue("#left"));
  await page.waitForFunction(same);
}));

test("the crop box follows keys and mouse, and all crops follow it", () => visit("small", {}, async (page) => {
  await openGallery(page);
  await cropsShow(page, 30, 30);  // a quarter of 120
  assert.deepEqual(await cropOf(page), [65, 45, 30, 30]);
  await page.focus("#crop");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Shift+ArrowDown");
  assert.deepEqual(await cropOf(page), [69, 41, 30, 34]);
  await cropsShow(page, 30, 34);
  for (let i = 0; i < 40; ++i) await page.keyboard.press("ArrowLeft");
  assert.deepEqual(await cropOf(page), [0, 41, 30, 34]);
  const stage = await page.locator("#stage").boundingBox(), pixel = stage.width / 160;
  await page.mouse.move(stage.x + 100 * pixel, stage.y + 60 * pixel);
  await page.mouse.down();
  await page.mouse.move(stage.x + 140 * pixel, stage.y + 110 * pixel, { steps: 5 });
  await page.mouse.up();
  const drawn = await cropOf(page);
  for (const [i, value] of [100, 60, 40, 50].entries()) assert.ok(Math.abs(drawn[i] - value) <= 1, String(drawn));
  // Input, GT and three methods; the unsmoothed one is the input again.
  assert.equal(await page.locator("#crops figure").count(), 5);
  await page.selectOption("#crop-show", "4");
  await page.waitForFunction(() => {
    const canvas = document.querySelectorAll("#crops canvas")[1];  // GT to itself
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.every((value, i) => value === (i % 4 === 3 ? 255 : 0));
  });
  fs.writeFileSync(process.env.CSGIS_COMMAND_FILE, await command(page));
}));

test("images come in the order asked for, and the heat map opens them", () => visit("small", {}, async (page) => {
  await openGallery(page);
  await page.selectOption("#image-order", { label: "worst of l0" });
  const { values, names } = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    return { values: data.values[0][1], names: data.images.map((image) => image.name) };
  });
  const shown = await page.$$eval("#image option", (options) => options.map((option) => option.value));
  const expected = names.slice(0, 5).sort((a, b) => values[names.indexOf(a)] - values[names.indexOf(b)]);
  assert.deepEqual(shown, expected);
  await page.click("#next");
  assert.equal(await page.inputValue("#image"), expected[1]);
  await page.selectOption("#heat-rows", "image");
  await page.locator("#heat tbody button").last().click();
  const opened = await page.locator("#heat tbody button").last().textContent();
  assert.equal(await page.inputValue("#image"), opened);
  assert.ok((await command(page)).includes("--figure 'it'\\''s <b>"));
}));

test("charts are drawn, and again in the other scheme", () => visit("small", {}, async (page) => {
  const pixels = (id) => page.$eval(id, (canvas) => canvas.toDataURL());
  const light = await pixels("#time-chart");
  assert.equal(await page.locator("#boxes rect.box").count(), 4);
  const box = await page.locator("#boxes rect.box").first().getAttribute("x");
  await page.selectOption("#metric", { index: 2 });
  assert.notEqual(await pixels("#time-chart"), light);
  assert.notEqual(await page.locator("#boxes rect.box").first().getAttribute("x"), box);
  const sweep = await pixels("#sweep-chart");
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction((before) => document.getElementById("sweep-chart").toDataURL() !== before, sweep);
}));

for (const colorScheme of ["light", "dark"]) {
  const options = { viewport: { width: 390, height: 800 }, colorScheme };
  test(`390 pixels wide, ${colorScheme}: nothing sticks out`, () => visit("small", options, async (page) => {
    await openGallery(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const brightness = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(brightness[0] < 128, colorScheme === "dark");
  }));
}

test("500 images x 10 methods: filter, more rows, pictures", () => visit("large", {}, async (page) => {
  const rows = () => page.locator("#heat tbody tr").count();
  assert.equal(await rows(), 25);
  await page.selectOption("#heat-rows", "image");
  assert.equal(await rows(), 100);
  await page.click("#heat-more");
  assert.equal(await rows(), 200);
  await page.fill("#heat-filter", "GT007__");
  assert.equal(await rows(), 20);
  assert.equal(await page.textContent("#heat-count"), "20 of 500 rows.");
  await page.fill("#heat-filter", "no such name");
  assert.equal(await rows(), 0);
  await page.fill("#heat-filter", "");
  await page.selectOption("#heat-order", "name");
  assert.equal(await page.locator("#heat tbody th").first().textContent(), "gt000__tx00");
  await openGallery(page);
  const count = await page.locator("#image option").count();
  assert.match(await page.textContent("#gallery > .remark"), new RegExp(`^${count} of 500 images`));
  for (let i = 0; i < 10; ++i) await page.click("#next");
  await page.waitForFunction(() => document.querySelectorAll("#crops canvas").length === 11);
}));

test("a page without pictures, times or records", () => visit("bare", {}, async (page) => {
  assert.ok(await page.locator("#gallery-body").isHidden());
  assert.equal(await page.locator("#summary tbody tr").count(), 1);
  assert.equal(await page.locator("#summary td.best").count(), 0);
}));

test("without scripts the tables are there", () => visit("small", { javaScriptEnabled: false }, async (page) => {
  assert.equal(await page.locator("#summary tbody tr").count(), 4);
  assert.ok(await page.locator("#summary").isVisible());
}));
