// The journeys of somebody without a mouse.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { open, violations, violationsOfOverlay } from "./browser.mjs";
import { asked, focused, tabTo } from "./keys.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

it("chooses, addresses and sends by keyboard alone", async () => {
  const { page, faults, close } = await browser.stage("send-devices");
  await tabTo(page, "choose-files");
  await page.keyboard.press("Enter");
  await page.getByTestId("selection-item").first().waitFor();
  await tabTo(page, "device-tile");
  await page.keyboard.press("Space");
  await tabTo(page, "priority-");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, "send-button");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(ring, "solid", "the focus is not visible");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Activity" }).waitFor();
  const send = (await asked(page)).find(({ name }) => name === "send");
  assert.equal(send.args.paths.length, 2);
  assert.equal(send.args.targets.length, 1);
  assert.equal(send.args.priority, "high");
  assert.deepEqual(faults, []);
  await close();
});

it("changes a priority and cancels by keyboard, and gets the focus back", async () => {
  const { page, close } = await browser.stage("activity-busy");
  await tabTo(page, "more-button");
  await page.keyboard.press("Enter");
  await page.getByRole("menu").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await page.getByRole("menuitemradio", { name: "High" }).press("Enter");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  assert.equal((await asked(page)).at(-1).args.priority, "high");
  assert.equal(await focused(page), "more-button");

  await tabTo(page, "cancel-button");
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  assert.equal(await focused(page), "cancel-button");
  await close();
});

it("answers an offer by keyboard", async () => {
  const { page, close } = await browser.stage("inbox-offers");
  await tabTo(page, "preview-toggle");
  await page.keyboard.press("Enter");
  assert.deepEqual(await violations(page), []);
  await tabTo(page, "accept-button");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => globalThis.fake.asked.length > 0);
  assert.equal((await asked(page))[0].name, "accept");
  await close();
});

it("leaves a file of an offer out by keyboard", async () => {
  const { page, close } = await browser.stage("inbox-asking");
  await tabTo(page, "preview-toggle");
  await page.keyboard.press("Enter");
  await tabTo(page, "select-none");
  await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  await page.keyboard.press("Space");
  assert.deepEqual(await violations(page), []);
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-checked")), "false");
  await tabTo(page, "accept-button");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => globalThis.fake.asked.length > 0);
  assert.deepEqual((await asked(page))[0].args.only, ["Summer house", "plan of the garden.pdf"]);
  await close();
});

it("keeps running when Enter is pressed at the question before the end", async () => {
  const { page, close } = await browser.stage("quit-asked");
  await page.getByRole("alertdialog").waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  assert.deepEqual((await asked(page)).at(-1), { name: "quit", args: { now: false } });
  await close();
});

it("compares words and is paired by keyboard, and gets the focus back", async () => {
  const { page, faults, close } = await browser.stage("devices-some");
  await tabTo(page, "pair-button");
  await page.keyboard.press("Enter");
  await page.getByTestId("pair-code").waitFor();
  assert.equal(await focused(page), "pair-show");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(page), "pair-compare");
  await page.keyboard.press("Enter");
  await tabTo(page, "pair-wait");
  await page.keyboard.press("Enter");
  await page.getByTestId("pair-waiting").waitFor();
  const device = { device_id: "AAAA-BBBB", name: "Attic", role: "trusted", known: true };
  await page.evaluate(async (peer) => {
    const { current } = await globalThis.fake.call("pairing", {});
    globalThis.fake.push({ pairing: { ...current, revision: current.revision + 1, state: "comparing", words: ["a", "b", "c", "d"], device: peer } });
  }, device);
  await tabTo(page, "words-same");
  await page.keyboard.press("Enter");
  await page.evaluate(async () => {
    const { current } = await globalThis.fake.call("pairing", {});
    globalThis.fake.push({ pairing: { ...current, revision: current.revision + 1, state: "paired" } });
  });
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-testid") === "pair-close");
  await page.keyboard.press("Enter");
  await page.getByTestId("pair-dialog").waitFor({ state: "hidden" });
  assert.equal(await focused(page), "pair-button");
  assert.deepEqual(faults, []);
  await close();
});

it("keeps the place of somebody who removes by keyboard", async () => {
  const { page, faults, close } = await browser.stage("send-ready");
  const label = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const labels = await page.getByTestId("remove-item").evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")));
  assert.ok(labels.length > 1);
  await tabTo(page, "remove-item");
  assert.equal(await label(), labels[0]);
  for (const next of labels.slice(1)) {
    await page.keyboard.press("Enter");
    await page.waitForFunction((name) => document.activeElement.getAttribute("aria-label") === name, next);
  }
  await page.keyboard.press("Enter");
  await page.getByTestId("remove-item").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement.closest("main") !== null);
  assert.deepEqual(await violations(page), []);
  await tabTo(page, "choose-files");
  assert.deepEqual(faults, []);
  await close();
});

it("goes from three hundred chosen paths to the devices in a few presses", async () => {
  const { page, faults, close } = await browser.stage("send-devices");
  await page.evaluate(() => {
    globalThis.fake.shell({ kind: "paths", paths: Array.from({ length: 300 }, (_, n) => `/home/ada/Pictures/IMG_${n}.jpg`) });
  });
  await page.getByTestId("selection-item").first().waitFor();
  const label = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  const at = (name) => page.waitForFunction((wanted) => document.activeElement.getAttribute("aria-label") === wanted, name);
  await tabTo(page, "remove-item");
  assert.equal(await label(), "Remove IMG_0.jpg");
  await page.keyboard.press("End");
  await at("Remove IMG_299.jpg");
  await page.keyboard.press("PageUp");
  await at("Remove IMG_289.jpg");
  // Its row is in sight, not only drawn.
  assert.ok(await page.evaluate(() => {
    const { top, bottom } = document.activeElement.getBoundingClientRect();
    const list = document.activeElement.closest("ul").parentElement.getBoundingClientRect();
    return top >= list.top && bottom <= list.bottom;
  }));
  await page.keyboard.press("Delete");
  await at("Remove IMG_290.jpg");
  assert.deepEqual(await violations(page), []);
  let presses = 0;
  while (!(await focused(page)).startsWith("device-tile")) {
    await page.keyboard.press("Tab");
    presses += 1;
    assert.ok(presses <= 5, "the devices are far away");
  }
  while ((await focused(page)) !== "remove-item") await page.keyboard.press("Shift+Tab");
  assert.equal(await label(), "Remove IMG_290.jpg");
  await page.keyboard.press("Home");
  await at("Remove IMG_0.jpg");
  // Without the row that was the stop, the list has one all the same.
  await page.getByTestId("target-input").focus();
  await page.getByTestId("selection-item").first().hover();
  await page.mouse.wheel(0, 4000);
  await page.getByRole("button", { name: "Remove IMG_0.jpg" }).waitFor({ state: "detached" });
  for (let n = 0; n < 5 && (await focused(page)) !== "remove-item"; n += 1) await page.keyboard.press("Shift+Tab");
  assert.equal(await focused(page), "remove-item");
  assert.deepEqual(faults, []);
  await close();
});

it("keeps the place in a long list when a row's menu removes it", async () => {
  const { page, faults, close } = await browser.stage("history");
  await page.getByTestId("history-row").first().locator("xpath=ancestor::button").focus();
  await page.keyboard.press("ArrowDown");
  const place = () => page.evaluate(() => document.activeElement.closest("[role=listitem]")?.getAttribute("aria-posinset"));
  const text = () => page.evaluate(() => document.activeElement.textContent);
  const [gone, third] = [await text(), await page.getByTestId("history-row").nth(2).textContent()];
  await page.keyboard.press("Shift+F10");
  await page.getByTestId("remove-item").press("Enter");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  await page.waitForFunction((name) => document.activeElement.textContent === name, third);
  assert.equal(await place(), "2");
  assert.notEqual(await text(), gone);
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => document.activeElement.closest("[role=listitem]")?.getAttribute("aria-posinset") === "1");
  assert.deepEqual(faults, []);
  await close();
});
