// Every stage of the gallery in light and dark: no fault, no violation, nothing cut off. `npm run pictures` makes a
// picture of each besides, into build/pictures.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { contrastViolations, open, picture, violations, violationsOfOverlay } from "./browser.mjs";
import { cutOff, sticksOut } from "./seen.mjs";

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
  "contents-tree", "conflict-select", "select-none", "answer-hint", "activity-filter", "to-history", "retry-button", "try-again-button", "details-button",
  "send-new-version", "leave-out", "remove-partial", "verify-button", "verification-progress", "send-as-new",
  "quota-save", "wait-save", "leftover", "remove-leftover", "quit-now", "quit-later",
  "first-run", "self-test", "measure", "receipt-save", "test-again", "chart", "time-line", "chunk-map", "paths", "repair", "file-list", "shortcut-list", "language-setting", "quit-button", "history-list", "alarm", "alarm-block",
  "visibility-everyone", "pair-nearby", "rule-editor", "device-menu", "pair-button", "pair-code", "pair-secret", "pair-place", "pair-join", "words-same", "words-differ", "pair-close", "linked", "autostart",
  "key-place", "key-path", "key-restart", "keyring-problem", "move-key", "export-key", "export-passphrase", "export-again", "export-file", "export-yes", "import-key", "import-file", "import-passphrase", "import-agreed", "import-yes", "rotate-key",
  "start-problem", "way-quit", "way-other_port", "way-open_folder",
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
        assert.deepEqual(await page.evaluate(cutOff), [], `${size.width} x ${size.height}`);
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
const WORDY = ["send-ready", "activity-narrowed", "activity-cleared", "activity-removal", "activity-troubles", "devices-rule", "history-log", "settings-limits", "pair-show", "pair-choose", "pair-linked", "devices-linked", "alarm-both", "first-place", "activity-files", "keys", "settings-key-taken", "key-export", "key-refused", "inbox-names", "activity-chart", "history-receipt", "first-faults", "problem-port", "pair-differ", "send-drop", "start-newer", "start-damaged", "problem-other-port"];

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

it("cuts off no word of the longer language in the smallest windows", async () => {
  for (const name of STAGES) {
    const size = name.startsWith("inbox") ? INBOX_SIZES[0] : SIZES[0];
    const { page, close } = await browser.stage(name, { language: "de", ...size });
    assert.deepEqual(await page.evaluate(sticksOut), [], name);
    assert.deepEqual(await page.evaluate(cutOff), [], name);
    await close();
  }
});

it("sees what is cut off", async () => {
  const { page, close } = await browser.stage("send-first");
  await page.evaluate(() => {
    const line = "white-space: nowrap; width: 40px;";
    const texts = { cut: "overflow: hidden", told: "overflow: hidden; text-overflow: ellipsis", scrolled: "overflow: auto" };
    const low = `<p style="height: 20px; overflow: hidden">low<br>second<br>third</p>`;
    document.body.innerHTML = Object.entries(texts).map(([name, style]) => `<p style="${line} ${style}">${name} and much more</p>`).join("") + low;
  });
  assert.deepEqual(await page.evaluate(cutOff), ["“cut and much more” by ", "“second” by ", "“third” by "]);
  await close();
});

it("stays usable at 4K", async () => {
  for (const name of ["activity-busy", "send-ready"]) {
    const { page, faults, close } = await browser.stage(name, FOURK);
    assert.deepEqual(await page.evaluate(sticksOut), []);
    await picture(page, `${name}-light-3840`);
    assert.deepEqual(faults, []);
    await close();
  }
});

/** Stages that have every kind of control between them, for what a person asks of the system. */
const VARIED = ["activity-chart", "send-ready", "devices-rule", "settings-limits", "history-log", "alarm-both", "pair-show", "inbox-choosing"];

const edge = (page) => page.locator("button[class*=plain]:enabled").first().evaluate((button) => getComputedStyle(button).borderTopColor);

it("keeps its contrast, and strengthens its edges, where more of it is asked for", async () => {
  for (const theme of ["light", "dark"]) {
    const usual = await browser.stage("settings-limits", { theme });
    const soft = await edge(usual.page);
    await usual.close();
    for (const name of VARIED) {
      const { page, faults, close } = await browser.stage(name, { theme, media: { contrast: "more" } });
      assert.deepEqual(await contrastViolations(page), [], `${name} in ${theme}`);
      if (name === "settings-limits") assert.notEqual(await edge(page), soft);
      await picture(page, `${name}-${theme}-contrast`);
      assert.deepEqual(faults, []);
      await close();
    }
  }
});

/** Buttons and fields whose edge is lost, and marks that are painted in nothing but the ground: forced colours take every
 * background away. */
const lost = () => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const hasEdge = (box) => {
    const { borderTopStyle, borderTopColor } = getComputedStyle(box);
    return borderTopStyle === "solid" && borderTopColor !== ground;
  };
  const bare = [...document.querySelectorAll("[class*=button], [class*=input], [class*=trigger]")]
    .filter((control) => control.matches("button:not([data-row]), input") && control.getClientRects().length > 0)
    // A field with its picture has the edge around both.
    .filter((control) => !hasEdge(control) && !(control.matches("input") && hasEdge(control.parentElement)));
  const marks = [...document.querySelectorAll("[class*=turn], [data-online] > [class*=icon], [class*=online]")].map((mark) =>
    getComputedStyle(mark, mark.className.includes("online") ? null : mark.className.includes("turn") ? "::before" : "::after"),
  );
  return [...bare.map(({ className }) => className), ...marks.filter(({ backgroundColor }) => backgroundColor === ground).map(({ width }) => `a mark of ${width}`)];
};

it("loses no control and no mark in forced colours", async () => {
  for (const theme of ["light", "dark"]) {
    for (const name of [...VARIED, "activity-busy", "devices-some", "send-devices"]) {
      const { page, faults, close } = await browser.stage(name, { forced: true, theme });
      assert.deepEqual(await page.evaluate(lost), [], `${name} in ${theme}`);
      assert.deepEqual(await contrastViolations(page), [], `${name} in ${theme}`);
      await picture(page, `${name}-${theme}-forced`);
      assert.deepEqual(faults, []);
      await close();
    }
  }
});

/** Elements that move by themselves, or that a change would move. */
const restless = () =>
  [...document.querySelectorAll("*")].filter((element) =>
    ["", "::before", "::after"].some((part) => {
      const { animationName, transitionDuration } = getComputedStyle(element, part);
      return animationName !== "none" || transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
    }),
  ).length;

it("moves nothing where less motion is asked for", async () => {
  for (const name of ["pair-connecting", "activity-chart", "settings-limits", "devices-rule", "history-receipt"]) {
    const usual = await browser.stage(name, { media: { reducedMotion: "no-preference" } });
    assert.notEqual(await usual.page.evaluate(restless), 0, `${name} has nothing that moves: the test shows nothing`);
    await usual.close();
    const { page, close } = await browser.stage(name, { media: { reducedMotion: "reduce" } });
    assert.equal(await page.evaluate(restless), 0, name);
    await close();
  }
});
