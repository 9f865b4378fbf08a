// What a person must be able to see and reach in the smallest window, where it lies.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { open, picture } from "./browser.mjs";

const SMALLEST = { width: 720, height: 480 };
const SIZES = [SMALLEST, { width: 1100, height: 720 }, { width: 2560, height: 1440 }];

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** Whether the hint about a drop lies in the status strip, on which nothing can be dropped, and is read to its end. */
const inStrip = () => {
  const hint = document.querySelector("[data-testid=drop-veil]");
  const { top, bottom } = hint.getBoundingClientRect();
  const strip = document.querySelector("[data-testid=status-strip]").getBoundingClientRect();
  return top >= strip.top && bottom <= strip.bottom && [...hint.children].every((part) => part.scrollWidth <= part.clientWidth + 1);
};

it("covers nothing with the hint about a drop, which a drop on a device changes", async () => {
  for (const theme of ["light", "dark"]) {
    const { page, faults, close } = await browser.stage("send-drop", { theme });
    const hint = page.getByTestId("drop-veil");
    for (const size of SIZES) {
      await page.setViewportSize(size);
      assert.ok(await page.evaluate(inStrip), `${size.width} x ${size.height}`);
      const tile = page.getByTestId("device-tile").first();
      const { x, y, width, height } = await tile.boundingBox();
      await page.evaluate((at) => globalThis.fake.dragOver(at), { x: x + width / 2, y: y + height / 2 });
      assert.match(await hint.textContent(), /^Drop to send to .+ at once$/);
      await page.evaluate(() => globalThis.fake.dragOver({ x: 1, y: 1 }));
      assert.equal(await hint.textContent(), "Drop to add to what you send");
      await picture(page, `send-drop-${theme}-${size.width}`);
    }
    assert.deepEqual(faults, []);
    await close();
  }
});

/** Whether that lies within the alarms and the window, to its end. */
const inSight = (locator) =>
  locator.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const within = element.closest("[role=alert]").getBoundingClientRect();
    return top >= within.top && bottom <= within.bottom && bottom <= innerHeight;
  });

it("shows that there is a second alarm, and all that can be done about the first", async () => {
  for (const language of ["en", "de", "ja"]) {
    const { page, faults, close } = await browser.stage("alarm-both", { ...SMALLEST, language });
    const cards = await page.getByTestId("alarm").all();
    assert.equal(cards.length, 2);
    for (const card of cards) assert.ok(await inSight(card), `a card is out of sight in ${language}`);
    for (const button of ["alarm-block", "alarm-pair", "alarm-keep"]) assert.ok(await inSight(cards[0].getByTestId(button)), button);
    await cards[1].getByTestId("alarm-open").click();
    for (const card of cards) assert.ok(await inSight(card), `a card is out of sight in ${language}`);
    assert.ok(await inSight(cards[1].getByTestId("alarm-keep")));
    await picture(page, `alarm-second-${language}-720`);
    assert.deepEqual(faults, []);
    await close();
  }
});
