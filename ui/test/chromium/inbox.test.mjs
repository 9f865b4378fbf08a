// The inbox without a mouse: each control is reached by Tab and arrows, and the focus is never lost.

import assert from "node:assert/strict";
import { violations, violationsOfOverlay } from "./browser.mjs";
import { asked, focused, hasFocus, idOf, journeys, press, staysWithin, tabTo, told } from "./keys.mjs";

const journey = journeys();

journey("goes to an offer by its key, and declines it", "inbox-offers", async (page) => {
  await press(page, "Control+ArrowDown", "Control+ArrowDown");
  assert.equal(await focused(page), "offer-card");
  const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(ring, "solid", "the focus is not visible");
  const id = await idOf(page);
  await tabTo(page, "decline-button");
  assert.equal(await idOf(page), id);
  await press(page, "Enter");
  assert.equal((await told(page, "decline")).id, id);
  await page.locator(`[data-testid=offer-card][data-transfer-id="${id}"]`).waitFor({ state: "detached" });
  await staysWithin(page, "main");
  assert.deepEqual(await violations(page), []);
});

journey("accepts into a folder, and keeps the focus where none is chosen", "inbox-offers", async (page) => {
  await page.evaluate(() => {
    const { fake } = globalThis;
    const usual = fake.chooseFolder;
    fake.chooseFolder = () => new Promise((answer) => Object.assign(globalThis, { answer }));
    globalThis.usual = () => Object.assign(fake, { chooseFolder: usual });
  });
  await tabTo(page, "accept-to-button");
  const id = await idOf(page);
  const elsewhere = async () => {
    await press(page, "Enter");
    await page.getByRole("menu").waitFor();
    assert.deepEqual(await violationsOfOverlay(page), []);
    await press(page, "End");
    await hasFocus(page, "other-folder-item");
    await press(page, "Enter");
  };
  await elsewhere();
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-disabled") === "true");
  // A second press while the system's dialog is open does nothing, and two frames pass.
  await page.getByRole("menu").waitFor({ state: "detached" });
  await press(page, "Enter");
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  assert.equal(await page.getByRole("menu").count(), 0);
  await page.evaluate(() => globalThis.answer(null));
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-disabled") === null);
  assert.equal(await focused(page), "accept-to-button");
  await page.evaluate(() => globalThis.usual());
  await elsewhere();
  assert.deepEqual(await told(page, "accept"), { id, into: "/home/ada/Projects" });
  await staysWithin(page, "main");
});

journey("lists the keys of the inbox, and closes the list", "inbox-offers", async (page) => {
  await tabTo(page, "accept-button");
  await press(page, "Shift+?");
  await page.getByTestId("shortcut-list").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await press(page, "Escape");
  await page.getByTestId("shortcut-list").waitFor({ state: "hidden" });
  await hasFocus(page, "accept-button");
  assert.deepEqual(await asked(page), []);
});

journey("goes on by its keys when a list has dropped down", "inbox-names", async (page) => {
  await tabTo(page, "conflict-select");
  await press(page, "Enter");
  await page.getByRole("listbox").waitFor();
  await press(page, "Escape");
  await page.getByRole("listbox").waitFor({ state: "hidden" });
  await hasFocus(page, "conflict-select");
  await press(page, "Shift+?");
  await page.getByTestId("shortcut-list").waitFor();
});
