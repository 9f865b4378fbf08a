// What somebody without a mouse does, and sees of it.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { open } from "./browser.mjs";

export const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");

export const asked = (page) => page.evaluate(() => globalThis.fake.asked);

/** Waits until that control has the focus. */
export const hasFocus = (page, testId) => page.waitForFunction((wanted) => document.activeElement?.getAttribute("data-testid") === wanted, testId);

/** The transfer whose row or card has the focus. */
export const idOf = (page) => page.evaluate(() => document.activeElement.closest("[data-transfer-id]").dataset.transferId);

export async function press(page, ...keys) {
  for (const key of keys) await page.keyboard.press(key);
}

/** The last command of that name, once it is there. */
export async function told(page, name) {
  await page.waitForFunction((wanted) => globalThis.fake.asked.some((one) => one.name === wanted), name);
  return (await asked(page)).findLast((one) => one.name === name).args;
}

/** Presses Tab until that control has the focus; fails when it never does. */
export async function tabTo(page, testId, key = "Tab") {
  for (let presses = 0; presses < 150; presses += 1) {
    await page.keyboard.press(key);
    if ((await focused(page)).startsWith(testId)) return;
  }
  assert.fail(`${key} never reaches ${testId}`);
}

/** Fails where the focus has fallen back to the page: whoever works by keys would start again at its top. */
export async function staysWithin(page, selector) {
  await page.waitForFunction(() => document.activeElement !== document.body && document.activeElement?.isConnected === true);
  const within = await page.evaluate((wanted) => document.activeElement.closest(wanted) !== null, selector);
  assert.ok(within, `the focus is not within ${selector} but at ${await page.evaluate(() => document.activeElement.outerHTML.slice(0, 200))}`);
}

/** Chooses in a list that drops down, by the beginning of its name. */
export async function choose(page, name) {
  await page.keyboard.press("Enter");
  const option = page.getByRole("option", { name });
  await option.waitFor();
  const lit = page.locator("[role=option][data-highlighted]:visible");
  await lit.waitFor();
  await page.keyboard.press("Home");
  for (let presses = 0; presses < 30; presses += 1) {
    if (await option.evaluate((one) => one === document.activeElement || one.hasAttribute("data-highlighted"))) break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ state: "hidden" });
}

/** Walks on stages of the gallery, at whose ends nothing in the page has failed. */
export function journeys() {
  let browser;
  before(async () => {
    browser = await open();
  });
  after(() => browser?.close());
  return (name, stage, act, options) =>
    it(name, async () => {
      const { page, faults, close } = await browser.stage(stage, options);
      await act(page);
      assert.deepEqual(faults, []);
      await close();
    });
}
