// Every journey of somebody without a mouse: each control is reached by Tab and arrows, and the focus is never lost.

import assert from "node:assert/strict";
import { violations, violationsOfOverlay } from "./browser.mjs";
import { asked, choose, focused, hasFocus, idOf, journeys, press, staysWithin, tabTo, told } from "./keys.mjs";

const journey = journeys();

journey("takes another device, and back", "send-ready", async (page) => {
  await tabTo(page, "device-tile");
  const state = () => page.evaluate(() => document.activeElement.getAttribute("aria-checked") ?? document.activeElement.getAttribute("aria-pressed"));
  const first = await state();
  await press(page, "Space");
  assert.notEqual(await state(), first);
  await press(page, "Space");
  assert.equal(await state(), first);
  assert.equal(await focused(page), "device-tile");
});

journey("pauses, resumes and cancels with the question", "activity-busy", async (page) => {
  await tabTo(page, "pause-button");
  const id = await idOf(page);
  const row = `[data-transfer-id="${id}"]`;
  await press(page, "Enter");
  assert.equal((await told(page, "pause")).id, id);
  await page.locator(`${row} [data-testid=resume-button]`).waitFor();
  await staysWithin(page, row);
  await tabTo(page, "resume-button");
  assert.equal(await idOf(page), id);
  await press(page, "Space");
  assert.equal((await told(page, "resume")).id, id);
  await staysWithin(page, row);
  await tabTo(page, "cancel-button");
  assert.equal(await idOf(page), id);
  await press(page, "Enter");
  await page.getByRole("alertdialog").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await tabTo(page, "confirm-yes");
  await press(page, "Enter");
  assert.equal((await told(page, "cancel")).id, id);
  await page.getByRole("alertdialog").waitFor({ state: "hidden" });
  await staysWithin(page, "main");
});

journey("decides two alarms", "alarm-both", async (page) => {
  await tabTo(page, "alarm-keep");
  await press(page, "Enter");
  const { id } = await told(page, "acknowledge_alarm");
  await page.waitForFunction(() => document.querySelectorAll("[data-testid=alarm]").length === 1);
  await staysWithin(page, "main");
  await tabTo(page, "alarm-block");
  await press(page, "Enter");
  await told(page, "block");
  await page.getByTestId("alarm").waitFor({ state: "detached" });
  assert.notEqual((await told(page, "acknowledge_alarm")).id, id);
  await staysWithin(page, "main");
  assert.deepEqual(await violations(page), []);
});

journey("opens the alarm that is closed", "alarm-both", async (page) => {
  await tabTo(page, "alarm-open");
  while ((await page.evaluate(() => document.activeElement.getAttribute("aria-expanded"))) === "true") await tabTo(page, "alarm-open");
  await press(page, "Enter");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "true");
});

journey("takes the three steps of the first run", "send-first", async (page) => {
  await tabTo(page, "first-name");
  await press(page, "Control+a");
  await page.keyboard.type("Attic");
  await press(page, "Enter");
  await page.getByTestId("first-visibility-everyone").waitFor();
  await staysWithin(page, "[data-testid=first-run]");
  await tabTo(page, "first-visibility-");
  await press(page, "ArrowRight");
  assert.equal(await focused(page), "first-visibility-everyone");
  await page.waitForFunction(() => document.activeElement.getAttribute("aria-checked") === "true");
  await tabTo(page, "first-next");
  await press(page, "Enter");
  await page.getByTestId("first-folder").waitFor();
  await staysWithin(page, "[data-testid=first-run]");
  assert.deepEqual(await violations(page), []);
  await tabTo(page, "first-folder", "Shift+Tab");
  await tabTo(page, "first-next");
  await press(page, "Enter");
  await page.getByTestId("first-run").waitFor({ state: "detached" });
  await staysWithin(page, "main");
  assert.deepEqual((await asked(page)).map(({ args }) => args), [{ name: "Attic" }, { visibility: "everyone" }, { introduced: true }]);
});

journey("watches a folder, pauses it, and takes it away again", "settings", async (page) => {
  await page.evaluate(() => Object.assign(globalThis.fake, { chooseFolder: async () => "/home/ada/Scans" }));
  await tabTo(page, "watch-folder");
  await press(page, "Enter");
  await page.getByTestId("add-watched").waitFor();
  await tabTo(page, "watched-device");
  await choose(page, "Studio Mac");
  await hasFocus(page, "watched-device");
  await tabTo(page, "watched-existing");
  await press(page, "Space");
  await tabTo(page, "watched-start");
  await press(page, "Enter");
  const { path, existing } = await told(page, "watch_folder");
  assert.deepEqual({ path, existing }, { path: "/home/ada/Scans", existing: true });
  await page.getByTestId("watched-folder").waitFor();
  await staysWithin(page, "main");
  await tabTo(page, "watched-pause", "Shift+Tab");
  await press(page, "Enter");
  assert.equal((await told(page, "change_watched")).paused, true);
  assert.equal(await focused(page), "watched-pause");
  await tabTo(page, "watched-names", "Shift+Tab");
  await press(page, "Enter");
  await tabTo(page, "watched-ignore");
  await page.keyboard.type(", *.bak");
  await press(page, "Enter");
  await page.getByTestId("watched-ignore").waitFor({ state: "detached" });
  await staysWithin(page, "[data-testid=watched-folder]");
  assert.ok((await told(page, "change_watched")).ignore.includes("*.bak"));
  await tabTo(page, "watched-remove", "Shift+Tab");
  await press(page, "Enter");
  await page.getByRole("alertdialog").waitFor();
  await tabTo(page, "confirm-yes");
  await press(page, "Enter");
  await told(page, "unwatch_folder");
  await page.getByTestId("watched-folder").waitFor({ state: "detached" });
  await staysWithin(page, "main");
  assert.deepEqual(await violations(page), []);
});

journey("gives up a folder that was chosen to be watched", "settings", async (page) => {
  await page.evaluate(() => Object.assign(globalThis.fake, { chooseFolder: async () => "/home/ada/Scans" }));
  await tabTo(page, "watch-folder");
  await press(page, "Enter");
  await page.getByTestId("add-watched").waitFor();
  await tabTo(page, "watched-existing");
  await page.getByTestId("add-watched").getByRole("button", { name: "Cancel" }).focus();
  await press(page, "Enter");
  await page.getByTestId("add-watched").waitFor({ state: "detached" });
  await staysWithin(page, "main");
});

journey("sets a limit", "settings", async (page) => {
  await tabTo(page, "send-limit-on");
  await press(page, "Space");
  await tabTo(page, "send-limit-number");
  await press(page, "Control+a");
  await page.keyboard.type("1,5");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-invalid")), "true");
  assert.deepEqual(await violations(page), []);
  await press(page, "Backspace", "Backspace");
  await page.keyboard.type(".5");
  await tabTo(page, "send-limit-unit");
  await choose(page, "MB/s");
  await tabTo(page, "send-limit-save");
  await press(page, "Enter");
  assert.deepEqual(await told(page, "change_settings"), { send_limit: 1_500_000 });
  await staysWithin(page, "main");
  // Tab goes on from there, not from the top of the page.
  await press(page, "Tab");
  assert.match(await focused(page), /^send-limit-/);
});

journey("changes the language, and stays at it", "settings", async (page) => {
  await tabTo(page, "language-setting");
  await choose(page, "Deutsch");
  await page.getByRole("heading", { level: 1, name: "Einstellungen" }).waitFor();
  await hasFocus(page, "language-setting");
  await choose(page, "日本語");
  await page.getByRole("heading", { level: 1, name: "設定" }).waitFor();
  await hasFocus(page, "language-setting");
});

journey("opens a receipt, looks at its files, and comes back to its row", "history", async (page) => {
  await tabTo(page, "history-search");
  const row = () => page.evaluate(() => document.activeElement.closest("[role=listitem]")?.getAttribute("aria-posinset"));
  for (let presses = 0; presses < 20 && (await row()) === undefined; presses += 1) await press(page, "Tab");
  await press(page, "ArrowDown", "ArrowDown");
  const place = await row();
  assert.equal(place, "3");
  await press(page, "Enter");
  await page.getByTestId("receipt").waitFor();
  assert.equal(await focused(page), "receipt-save");
  assert.deepEqual(await violationsOfOverlay(page), []);
  await tabTo(page, "receipt-files-toggle");
  await press(page, "Enter", "Escape");
  await page.getByTestId("receipt").waitFor({ state: "hidden" });
  await page.waitForFunction((wanted) => document.activeElement.closest("[role=listitem]")?.getAttribute("aria-posinset") === wanted, place);
});

journey("searches the history from anywhere, filters it, and clears both", "history", async (page) => {
  const rows = () => page.locator("[data-testid=history-list] [role=listitem]").first().getAttribute("aria-setsize");
  const all = await rows();
  await press(page, "Control+1");
  await page.getByRole("heading", { level: 1, name: "Send" }).waitFor();
  await press(page, "Control+f");
  await hasFocus(page, "history-search");
  await page.keyboard.type("dailies");
  await page.waitForFunction((earlier) => document.querySelector("[data-testid=history-list] [role=listitem]")?.getAttribute("aria-setsize") !== earlier, all);
  const found = await rows();
  await tabTo(page, "history-shown");
  await choose(page, "Received");
  await hasFocus(page, "history-shown");
  await page.waitForFunction((earlier) => document.querySelector("[data-testid=history-list] [role=listitem]")?.getAttribute("aria-setsize") !== earlier, found);
  await tabTo(page, "history-search", "Shift+Tab");
  await page.keyboard.type(" and no such thing");
  await page.getByTestId("history-all").waitFor();
  await tabTo(page, "history-all");
  await press(page, "Enter");
  await page.getByTestId("history-list").waitFor();
  assert.equal(await rows(), all);
  await staysWithin(page, "main");
  await press(page, "Control+f");
  await page.keyboard.type("x");
  await press(page, "Escape");
  assert.equal(await page.evaluate(() => document.activeElement.value), "");
});

journey("goes to the security log, filters it, copies from it, and writes it to a file", "history-log", async (page) => {
  await tabTo(page, "history-log");
  await press(page, "ArrowLeft");
  await page.getByTestId("history-search").waitFor();
  await press(page, "ArrowRight");
  await page.getByTestId("log-list").waitFor();
  assert.equal(await focused(page), "history-log");
  await tabTo(page, "log-group");
  await choose(page, "Offers");
  await hasFocus(page, "log-group");
  await tabTo(page, "log-device");
  await choose(page, "Studio Mac");
  await tabTo(page, "log-export");
  await press(page, "Enter");
  const { only } = await told(page, "export_audit");
  assert.ok(only.kinds.includes("offer_sent") && only.device !== undefined);
  assert.equal(await focused(page), "log-export");
  await press(page, "Tab");
  const inList = () => page.evaluate(() => document.activeElement.closest("[data-testid=log-list]") !== null);
  for (let presses = 0; presses < 5 && !(await inList()); presses += 1) await press(page, "Tab");
  await press(page, "ArrowDown", "Shift+F10");
  await page.getByRole("menu").waitFor();
  assert.deepEqual(await violationsOfOverlay(page), []);
  await press(page, "ArrowDown", "Enter");
  await told(page, "copy_text");
  await page.getByRole("menu").waitFor({ state: "hidden" });
  assert.ok(await inList());
});
