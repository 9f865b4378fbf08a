// Chromium on the gallery, which is built for it: one file is read many times faster than two hundred. The port is a
// free one, the browser the system's.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = fileURLToPath(new URL("../../../build/pictures/", import.meta.url));
export const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Nothing waits for so long: it is for a machine that stands still meanwhile. */
const PATIENCE_MS = 10 * 60_000;

export async function open() {
  mkdirSync(PICTURES, { recursive: true });
  const outDir = mkdtempSync(join(tmpdir(), "chunkstream-gallery-"));
  const input = fileURLToPath(new URL("../../gallery.html", import.meta.url));
  await build({ logLevel: "error", build: { outDir, emptyOutDir: true, minify: false, rolldownOptions: { input } } });
  const server = await preview({ logLevel: "error", build: { outDir }, preview: { port: 0 } });
  const base = server.resolvedUrls.local[0];
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });

  /** A page with a stage of the gallery. A fault in the page fails the test. */
  const stage = async (name, { theme = "light", width = 1280, height = 800, forced = false, language = "en", moving = false, media = {} } = {}) => {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: "reduce",
      forcedColors: forced ? "active" : "none",
      ...media,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const faults = [];
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
    await page.goto(`${base}gallery.html?stage=${name}&language=${language}${moving ? "&moving" : ""}`);
    // By its tag: behind a dialog it has no role.
    await page.locator("h1").waitFor();
    return { page, faults, close: () => context.close() };
  };
  const close = async () => {
    await browser.close();
    await server.close();
    rmSync(outDir, { recursive: true, force: true });
  };
  return { stage, close };
}

/** Violations in words, none if there are none. */
export async function violations(page) {
  return inWords(page, {}, {});
}

/**
 * The same while a menu or a dialog is open. Left out are Base UI's focus guards (hidden, and left by the focus as
 * soon as it reaches them) and the rule that all content is in a landmark, which an overlay at the body's end is not.
 */
export async function violationsOfOverlay(page) {
  return inWords(page, { exclude: [["[data-base-ui-focus-guard]"]] }, { rules: { region: { enabled: false } } });
}

async function inWords(page, context, options) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const whole = Object.keys(context).length === 0;
  const { violations: found } = await page.evaluate(
    ([where, how]) => globalThis.axe.run(where ?? document, how),
    [whole ? null : { include: [["html"]], ...context }, options],
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`);
}

/** Only what a theme can change. */
export async function contrastViolations(page) {
  return inWords(page, {}, { runOnly: ["color-contrast"] });
}

/** Made when somebody wants to look at them: `npm run pictures`. */
export async function picture(page, name, size) {
  if (process.env.PICTURES === undefined) return;
  if (size !== undefined) await page.setViewportSize(size);
  await page.screenshot({ path: `${PICTURES}${name}.png` });
}
