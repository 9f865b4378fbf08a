// The menus at the pointer, as they are drawn: accessible, in the window, opened and left by keys.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { open, picture, violationsOfOverlay } from "./browser.mjs";

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** Where a menu is asked for: a stage, the row, and what of it can have the focus. */
const PLACES = [
  ["send-devices", "device-tile", "device-tile"],
  ["send-ready", "selection-item", "remove-item"],
  ["activity-busy", "transfer-row", "more-button"],
  ["activity-files", "file-row", null],
  ["devices-nearby", "device-row", "device-menu"],
  ["devices-nearby", "nearby-row", "pair-nearby"],
  ["history", "history-row", null],
  ["inbox-offers", "offer-card", "accept-button"],
  ["inbox-offers", "arrived-item", "open-button"],
];

const inWindow = (menu) => menu.evaluate((sheet) => {
  const { left, top, right, bottom } = sheet.getBoundingClientRect();
  return left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
});

for (const [stage, row, focusable] of PLACES) {
  it(`opens on ${row} of ${stage} by both ways, and gives the focus back`, async () => {
    const { page, faults, close } = await browser.stage(stage, { width: 720, height: 480 });
    const menu = page.getByRole("menu");
    // The offer of an unknown device is the last one; the first transfer of the list may be an offer, whose menu has one item.
    const where = page.getByTestId(row).nth(row === "transfer-row" ? 1 : 0);
    await where.scrollIntoViewIfNeeded();
    await where.click({ button: "right", position: { x: 40, y: 10 } });
    await menu.waitFor();
    assert.ok(await inWindow(menu), "cut off");
    assert.deepEqual(await violationsOfOverlay(page), []);
    await picture(page, `menu-${row}-light-720`);
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });

    const focus = focusable === null ? where.locator("xpath=ancestor-or-self::button") : focusable === row ? where : where.getByTestId(focusable);
    await focus.focus();
    for (const keys of ["ContextMenu", "Shift+F10"]) {
      await page.keyboard.press(keys);
      await menu.waitFor();
      assert.equal(await menu.count(), 1, keys);
      assert.ok(await inWindow(menu), `${keys}: cut off`);
      await page.waitForFunction(() => document.activeElement.closest("[role=menu]") !== null);
      await page.keyboard.press("ArrowDown");
      await page.waitForFunction(() => document.activeElement.getAttribute("role")?.startsWith("menuitem"));
      await page.keyboard.press("Escape");
      await menu.waitFor({ state: "hidden" });
      assert.ok(await focus.evaluate((element) => element === document.activeElement), `${keys}: the focus is lost`);
    }
    assert.deepEqual(faults, []);
    await close();
  });
}

it("has its contrast in the dark", async () => {
  const { page, close } = await browser.stage("inbox-offers", { theme: "dark" });
  await page.getByTestId("offer-card").nth(1).click({ button: "right", position: { x: 40, y: 10 } });
  await page.getByRole("menu").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await picture(page, "menu-offer-card-dark-1280");
  await close();
});

it("leaves no place where the browser's own menu opens, but fields", async () => {
  let fields = 0;
  for (const stage of ["settings", "activity-empty", "inbox-empty", "start-port", "history-receipt"]) {
    const { page, close } = await browser.stage(stage);
    const prevented = (selector) =>
      page.evaluate(
        (wanted) =>
          [...document.querySelectorAll(wanted)].map(
            (element) => !element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true })),
          ),
        selector,
      );
    const elsewhere = await prevented("main, h1, h2, p, button, dd, input[type=checkbox]");
    assert.ok(elsewhere.length > 0 && elsewhere.every((one) => one), stage);
    const typed = await prevented("input:not([type=checkbox]), textarea");
    assert.ok(typed.every((one) => !one), stage);
    fields += typed.length;
    await close();
  }
  assert.ok(fields > 0, "no field was looked at");
});
