// What a person does with the contact sheet of `csgis gt`. CSGIS_PAGES holds the run, CSGIS_SCREENSHOTS may name a folder.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import test, { after, before } from "node:test";

const require = createRequire(process.env.NODE_PATH + "/");
const { chromium } = require("playwright-core");
const folder = process.env.CSGIS_PAGES;
const photoIds = JSON.parse(process.env.CSGIS_PHOTOS);
let browser;

before(async () => {
  // Chromium's own sandbox does not work as root, which CI is.
  browser = await chromium.launch({ executablePath: process.env.CSGIS_CHROMIUM, args: ["--no-sandbox"] });
});
after(() => browser.close());

/** Opens the sheet, hands it to the test, and holds it to silence: no message, no error, no request but for itself. */
async function visit(options, use) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true, ...options });
  const page = await context.newPage();
  const noise = [];
  page.on("console", (message) => noise.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.stack}`));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().endsWith("/contact.html")) noise.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => { noise.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(`file://${folder}/contact.html`);
  await use(page);
  if (process.env.CSGIS_SCREENSHOTS) {
    fs.mkdirSync(process.env.CSGIS_SCREENSHOTS, { recursive: true });
    const title = `gt-sheet-${options.viewport?.width ?? 1280}-${options.colorScheme ?? "light"}`;
    await page.screenshot({ path: `${process.env.CSGIS_SCREENSHOTS}/${title}.png`, fullPage: true });
  }
  assert.deepEqual(noise, []);
  await context.close();
}

const box = (page, place) => page.locator(".photo").nth(place);
const chosen = (page, place) => box(page, place).locator("input:checked").inputValue();
const automatic = (page, place) => box(page, place).getAttribute("data-automatic");
const names = (page, place) => box(page, place).locator("input").evaluateAll((radios) => radios.map((radio) => radio.value));
const other = async (page, place) => (await names(page, place)).find((name) => name !== "" && name !== automaticOf[place]);
let automaticOf;

async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  assert.equal(download.suggestedFilename(), "choices.json");
  return JSON.parse(fs.readFileSync(await download.path(), "utf8"));
}

test("pictures are there, and the screening's choices are marked", () => visit({}, async (page) => {
  assert.equal(await page.locator(".photo").count(), photoIds.length);
  automaticOf = await Promise.all(photoIds.map((_, i) => automatic(page, i)));
  for (let i = 0; i < photoIds.length; ++i) {
    assert.equal(await box(page, i).getAttribute("data-id"), photoIds[i]);
    assert.equal(await chosen(page, i), automaticOf[i]);
    await box(page, i).scrollIntoViewIfNeeded();
    await page.waitForFunction((at) => [...document.querySelectorAll(".photo")[at].querySelectorAll("img")].every(
      (image) => image.complete && image.naturalWidth > 0), i);
  }
  assert.equal(await box(page, 0).locator("img").count(), 4);
  assert.match(await page.textContent("#state"), /0 changed by you$/);
}));

test("clicks overrule, and what is saved is where a person differs", () => visit({}, async (page) => {
  const taken = await other(page, 0);
  await box(page, 0).locator(`.candidate:has(input[value="${taken}"]) img`).click();
  assert.equal(await chosen(page, 0), taken);
  assert.match(await box(page, 0).locator(".verdict").textContent(), new RegExp(`^${taken}, chosen by you; the screening says`));
  await box(page, 1).locator(".none label").click();
  assert.match(await page.textContent("#state"), /2 changed by you; not saved yet$/);
  const file = await saved(page, () => page.click("#save"));
  assert.deepEqual([file.csgis, file.choices], ["gt-choices",
    [{ id: photoIds[0], candidate: taken }, { id: photoIds[1], candidate: null }]]);
  assert.match(file.run, /^[0-9a-f]{64}$/);
  assert.match(await page.textContent("#state"), /2 changed by you$/);
  fs.writeFileSync(process.env.CSGIS_CHOICES_FILE, JSON.stringify(file));
}));

test("everything goes by keyboard", () => visit({}, async (page) => {
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  await page.keyboard.press("p");
  assert.equal(await box(page, 0).evaluate((photo) => photo.classList.contains("current")), true);
  const all = (await names(page, 0)).filter((name) => name !== "");
  for (const [i, name] of all.entries()) {
    await page.keyboard.press(String(i + 1));
    assert.equal(await chosen(page, 0), name);
  }
  await page.keyboard.press(String(all.length + 1));
  assert.equal(await chosen(page, 0), all.at(-1), "a number without a candidate does nothing");
  await page.keyboard.press("0");
  assert.equal(await chosen(page, 0), "");
  await page.keyboard.press("a");
  assert.equal(await chosen(page, 0), automaticOf[0]);
  await page.keyboard.press("n");
  const before = await chosen(page, 1);
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await chosen(page, 1), before, "arrow keys are those of radio buttons");
  const file = await saved(page, () => page.keyboard.press("s"));
  assert.deepEqual(file.choices.map((choice) => choice.id), [photoIds[1]]);
}));

test("O held shows the photo in place of its candidates", () => visit({}, async (page) => {
  const sources = () => box(page, 0).locator("img").evaluateAll((images) => images.map((image) => image.src));
  const own = await sources();
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  await page.keyboard.down("o");
  assert.deepEqual(new Set(await sources()), new Set([own[0]]));
  await page.keyboard.up("o");
  assert.deepEqual(await sources(), own);
}));

test("filters and order", () => visit({}, async (page) => {
  const visible = () => page.$$eval(".photo:not([hidden])", (boxes) => boxes.map((photo) => photo.dataset.id));
  await page.locator(".photo").last().locator(".none label").click();
  await page.selectOption("#show", "changed");
  assert.deepEqual(await visible(), [photoIds.at(-1)]);
  await page.selectOption("#show", "all");
  await page.selectOption("#order", "worst");
  const best = await page.$$eval(".photo", (boxes) => boxes.map((photo) => Number(photo.dataset.best)));
  assert.deepEqual(best, [...best].sort((a, b) => a - b));
  await page.selectOption("#order", "name");
  assert.deepEqual(await visible(), photoIds);
}));

test("names are text, never markup", () => visit({}, async (page) => {
  assert.equal(await page.locator("main i").count(), 0);
  const legends = await page.$$eval(".photo legend", (all) => all.map((legend) => legend.firstChild.textContent.trim()));
  assert.deepEqual(legends, photoIds.map((id) => `${id}.png`));
}));

for (const colorScheme of ["light", "dark"]) {
  const options = { viewport: { width: 390, height: 800 }, colorScheme };
  test(`390 pixels wide, ${colorScheme}: nothing sticks out`, () => visit(options, async (page) => {
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    const brightness = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    assert.equal(brightness[0] < 128, colorScheme === "dark");
  }));
}

test("without scripts pictures and choices are there", () => visit({ javaScriptEnabled: false }, async (page) => {
  assert.equal(await page.locator(".photo img").count(), 4 * photoIds.length);
  assert.ok(await page.locator("#bar").isHidden());
}));
