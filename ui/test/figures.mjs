// Frame times of the gallery with fifty transfers that move: eight batches a second, as the engine sends them, while
// somebody looks, scrolls ten thousand rows of history, a hundred thousand files, a hundred thousand chosen paths.
// `npm run figures` prints a table; nothing is asserted. Frames are what the page is given (requestAnimationFrame); the
// page's own work is on its main thread's clock, so that it says something on a busy machine too.

import { open } from "./chromium/browser.mjs";

const SECONDS = Number(process.argv[2] ?? 10);
/** How far a frame scrolls: a strong turn of the wheel is about as fast. */
const PIXELS_A_FRAME = 90;
const FILES = 100_000;
const ENDED = 10_000;

const gallery = await open();
const rows = [];
for (const [name, prepare, list, drawn] of [
  ["50 rows move", async () => {}, null, "transfer-row"],
  ["50 rows move, two of them opened", openTwo, null, "transfer-row"],
  ["50 rows move, the page is scrolled", async () => {}, "[data-testid=transfer-row]", "transfer-row"],
  ["10,000 rows of history, scrolled", history, "[data-testid=history-list]", "history-row"],
  ["100,000 files of a transfer, scrolled", files, "[data-testid=file-list]", "file-row"],
  ["100,000 chosen paths, scrolled", paths, "[data-testid=selection-item]", "selection-item"],
]) {
  const { page, faults, close } = await gallery.stage("activity-fifty", { moving: true, media: { reducedMotion: "no-preference" } });
  await prepare(page);
  await page.waitForTimeout(1500);
  rows.push({ name, ...(await measured(page, list)), rows: await page.getByTestId(drawn).count() });
  if (faults.length > 0) throw new Error(faults.join("\n"));
  await close();
}
await gallery.close();

console.log(`Chromium without a graphics card, 1280 x 800, ${SECONDS} s each; milliseconds.\n`);
console.log("| | frames | median | 95 % | longest | over 33 ms | batches a second | the page's work a frame | rows drawn |");
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const { name, frames, batches, work, rows: drawn } of rows) {
  const at = (part) => frames[Math.min(frames.length - 1, Math.floor(frames.length * part))].toFixed(1);
  const late = frames.filter((one) => one > 33.4).length;
  console.log(`| ${name} | ${frames.length} | ${at(0.5)} | ${at(0.95)} | ${frames.at(-1).toFixed(0)} | ${late} | ${(batches / SECONDS).toFixed(1)} | ${(work / frames.length).toFixed(1)} | ${drawn} |`);
}

async function openTwo(page) {
  for (const at of [0, 1]) await page.getByTestId("details-button").nth(at).click();
}

async function history(page) {
  await page.evaluate(async (count) => {
    const [one] = await globalThis.fake.call("transfers", {});
    const ended = { ...one, state: "completed", rate: 0, durable_bytes: one.bytes };
    const transfers = Array.from({ length: count }, (_, n) => ({ ...ended, id: `h${n}`, title: `reel ${n}`, finished_ms: Date.now() - n * 60_000 }));
    globalThis.fake.push({ transfers });
  }, ENDED);
  await page.getByTestId("nav-history").click();
  await page.getByTestId("history-row").first().waitFor();
}

async function files(page) {
  await page.evaluate(async (count) => {
    const [one] = await globalThis.fake.call("transfers", {});
    globalThis.fake.push({ transfers: [{ ...one, files: count }] });
  }, FILES);
  await page.getByTestId("details-button").first().click();
  await page.getByTestId("files-toggle").click();
  await page.getByTestId("file-row").first().waitFor();
}

async function paths(page) {
  await page.evaluate((count) => {
    globalThis.fake.shell({ kind: "paths", paths: Array.from({ length: count }, (_, n) => `/home/ada/Pictures/IMG_${n}.jpg`) });
  }, FILES);
  await page.getByTestId("selection-item").first().waitFor();
}

/** Frames, batches and work of the page while it is looked at, and scrolled if a list is named. */
async function measured(page, list) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const task = async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
  const begun = await task();
  const { frames, batches } = await page.evaluate(
    async ([seconds, inside, pixels]) => {
      const scrolls = (element) => element !== null && (/auto|scroll/.test(getComputedStyle(element).overflowY) ? element : scrolls(element.parentElement));
      const scroller = inside === null ? null : scrolls(document.querySelector(inside));
      // The first is the snapshot.
      let told = -1;
      const stop = globalThis.fake.subscribe(() => (told += 1));
      const times = [];
      let way = 1;
      const first = await new Promise(requestAnimationFrame);
      for (let last = first; last - first < seconds * 1000; ) {
        if (scroller !== null) {
          const before = scroller.scrollTop;
          scroller.scrollTop += way * pixels;
          if (scroller.scrollTop === before) way = -way;
        }
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last);
        last = now;
      }
      stop();
      return { frames: times.toSorted((a, b) => a - b), batches: told };
    },
    [SECONDS, list, PIXELS_A_FRAME],
  );
  return { frames, batches, work: (await task()) - begun };
}
