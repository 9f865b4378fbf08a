// Many rows: fifty transfers that move, ten thousand that have ended, a hundred thousand chosen files. What is asserted
// is what is drawn; what it costs is printed, as the page's own work on its thread's own clock.

import assert from "node:assert/strict";
import { after, before, it } from "node:test";
import { open } from "./browser.mjs";

/** Rows in sight at most, with those beyond the edges. */
const IN_SIGHT = 60;

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

/** Milliseconds that the page works while `act` runs. */
async function workOf(page, act) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const task = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const begun = await task();
  await act();
  return (await task()) - begun;
}

const UPDATES = 24;

it("draws of fifty transfers that move what moves, and no button anew", async () => {
  const { page, faults, close } = await browser.stage("activity-fifty");
  await page.evaluate(() => {
    globalThis.touched = 0;
    const watch = new MutationObserver((changes) => (globalThis.touched += changes.length));
    for (const button of document.querySelectorAll("[data-testid=pause-button]")) watch.observe(button.parentElement, { subtree: true, childList: true, attributes: true });
  });
  const work = await workOf(page, () =>
    page.evaluate(async (updates) => {
      const all = await globalThis.fake.call("transfers", {});
      for (let n = 1; n <= updates; n += 1) {
        const transfers = all.map((one) => ({ ...one, durable_bytes: one.durable_bytes + n * 4_000_000, rate: 2_000_000 + n * 1000 }));
        globalThis.fake.push({ transfers });
        for (const _ of [1, 2]) await new Promise((done) => requestAnimationFrame(done));
      }
    }, UPDATES),
  );
  console.log(`fifty transfers: ${(work / UPDATES).toFixed(1)} ms an update`);
  assert.equal(await page.getByTestId("transfer-row").count(), 50);
  assert.equal(await page.evaluate(() => globalThis.touched), 0);
  assert.deepEqual(faults, []);
  await close();
});

it("finds one of ten thousand that have ended, and draws only those in sight", async () => {
  const { page, close } = await browser.stage("history");
  await page.evaluate(async () => {
    const one = (await globalThis.fake.call("transfers", {})).find(({ state }) => state === "completed");
    const transfers = Array.from({ length: 10_000 }, (_, n) => ({ ...one, id: `h${n}`, title: `reel ${n}` }));
    globalThis.fake.push({ transfers });
  });
  const work = await workOf(page, async () => {
    await page.getByTestId("history-search").fill("reel 9877");
    await page.waitForFunction(() => document.querySelectorAll("[data-testid=history-row]").length === 1);
  });
  console.log(`a search in ten thousand: ${work.toFixed(0)} ms`);
  await page.getByTestId("history-search").fill("");
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=history-row]").length > 1);
  assert.ok((await page.getByTestId("history-row").count()) < IN_SIGHT);
  await close();
});

it("takes a hundred thousand chosen files", async () => {
  const { page, faults, close } = await browser.stage("send-devices");
  const work = await workOf(page, async () => {
    await page.evaluate(() => {
      const paths = Array.from({ length: 100_000 }, (_, n) => `/home/ada/Pictures/IMG_${n}.jpg`);
      globalThis.fake.shell({ kind: "paths", paths });
    });
    await page.getByTestId("selection-item").first().waitFor();
  });
  console.log(`a hundred thousand files: ${work.toFixed(0)} ms`);
  assert.ok((await page.getByTestId("selection-item").count()) < IN_SIGHT);
  assert.deepEqual(faults, []);
  await close();
});
