// Every stage of the gallery in light and dark: no fault, no violation, nothing cut off. `npm run pictures` makes a
// picture of each besides, into build/pictures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { contrastViolations, open, picture, violations, violationsOfOverlay } from "./browser.mjs";

const SOURCES = ["stages.ts", "pairings.ts", "trust.ts", "histories.ts", "windows.ts"].map((name) => readFileSync(new URL(`../../src/gallery/${name}`, import.meta.url), "utf8"));
const STAGES = SOURCES.flatMap((source) => [...source.matchAll(/^ {2}"?([a-z-]+)"?: (?:\{|dialog)/gm)].map(([, name]) => name));
const SIZES = [
  { width: 720, height: 480 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
];
/** The inbox is a narrow window beside others. */
const INBOX_SIZES = [{ width: 380, height: 420 }, { width: 480, height: 720 }, ...SIZES];
const FOURK = { width: 3840, height: 2160 };

/** What the end-to-end tests of the program hold on to: none may go away unnoticed. */
const HOOKS = [
  "drop-area", "choose-files", "choose-folder", "selection-item", "target-input", "device-tile",
  "priority-normal", "priority-high", "priority-critical", "send-button", "own-ticket", "own-device-id",
  "transfer-row", "transfer-progress", "pause-button", "resume-button", "cancel-button",
  "offer-card", "accept-button", "accept-to-button", "decline-button",
  "arrived-item", "open-button", "show-button", "nav-send", "nav-activity", "nav-devices", "open-inbox",
  "contents-tree", "conflict-select", "select-none", "answer-hint", "retry-button", "try-again-button", "details-button",
  "send-new-version", "leave-out", "remove-partial", "verify-button", "verification-progress", "send-as-new",
  "quota-save", "wait-save", "leftover", "remove-leftover", "quit-now", "quit-later",
  "first-run", "self-test", "measure", "receipt-save", "test-again", "chart", "time-line", "chunk-map", "paths", "repair", "file-list", "shortcut-list", "language-setting", "history-list", "alarm", "alarm-block",
  "visibility-everyone", "pair-nearby", "rule-editor", "device-menu", "pair-button", "pair-code", "pair-secret", "pair-place", "pair-join", "words-same", "words-differ", "pair-close", "linked", "autostart",
  "key-place", "key-path", "key-restart", "keyring-problem", "move-key", "export-key", "export-passphrase", "export-again", "export-file", "export-yes", "import-key", "import-file", "import-passphrase", "import-agreed", "import-yes",
];
const seen = new Set();

let browser;
before(async () => {
  browser = await open();
});
after(() => browser?.close());

it("finds the stages", () => {
  assert.ok(STAGES.length >= 12, `only ${STAGES}`);
});

/** Names of elements that stick out of the window sideways. */
const sticksOut = () =>
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getClientRects().length > 0 && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.className.toString());

const hooks = () => [...document.querySelectorAll("[data-testid]")].map((element) => element.dataset.testid);

describe("in light and dark", () => {
  for (const name of STAGES) {
    it(`${name} is accessible and fits its window`, async () => {
      const { page, faults, close } = await browser.stage(name);
      const overlaid = (await page.locator("[role=alertdialog], [role=dialog]").count()) > 0;
      assert.deepEqual(await (overlaid ? violationsOfOverlay : violations)(page), []);
      for (const hook of await page.evaluate(hooks)) seen.add(hook);
      const sizes = name.startsWith("inbox") ? INBOX_SIZES : SIZES;
      for (const size of sizes) {
        await page.setViewportSize(size);
        assert.deepEqual(await page.evaluate(sticksOut), [], `${size.width} x ${size.height}`);
        await picture(page, `${name}-light-${size.width}`);
      }
      // Only colours change with the theme.
      await page.emulateMedia({ colorScheme: "dark" });
      assert.deepEqual(await contrastViolations(page), [], "in dark");
      for (const size of sizes) await picture(page, `${name}-dark-${size.width}`, size);
      assert.deepEqual(faults, []);
      await close();
    });
  }
});

it("carries every hook of the end-to-end tests", () => {
  assert.deepEqual(HOOKS.filter((hook) => !seen.has(hook)), []);
});

/** Stages with the longest words, at the smallest window. */
const WORDY = ["send-ready", "activity-troubles", "devices-rule", "history-log", "settings-limits", "pair-show", "pair-choose", "pair-linked", "devices-linked", "alarm-both", "first-place", "activity-files", "keys", "settings-key-taken", "key-export", "key-refused", "inbox-names"];

for (const language of ["de", "ja"]) {
  it(`fits its window in ${language}`, async () => {
    for (const name of WORDY) {
      const { page, faults, close } = await browser.stage(name, { language, width: 720, height: 480 });
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      assert.deepEqual(await page.evaluate(sticksOut), [], name);
      await picture(page, `${name}-${language}-720`);
      assert.deepEqual(faults, []);
      await close();
    }
  });
}

it("stays usable at 4K", async () => {
  for (const name of ["activity-busy", "send-ready"]) {
    const { page, faults, close } = await browser.stage(name, FOURK);
    assert.deepEqual(await page.evaluate(sticksOut), []);
    await picture(page, `${name}-light-3840`);
    assert.deepEqual(faults, []);
    await close();
  }
});

it("shows its controls and bars in forced colours", async () => {
  const { page, close } = await browser.stage("activity-busy", { forced: true });
  const border = await page.getByTestId("pause-button").first().evaluate((button) => getComputedStyle(button).borderTopStyle);
  assert.equal(border, "solid");
  await picture(page, "activity-busy-forced");
  await close();
});
