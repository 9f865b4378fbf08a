// What is shipped: built, served under the product's content security policy, on the real host with a stand-in for
// Tauri's bridge. It proves the names and shapes of what the windows ask of the shell.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { ARGS, EXECUTABLE } from "./browser.mjs";

const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; connect-src ipc: http://ipc.localhost";
const ID = "0123456789abcdef0123456789abcdef";

let outDir;
let server;
let browser;
before(async () => {
  outDir = mkdtempSync(join(tmpdir(), "chunkstream-ui-"));
  await build({ logLevel: "error", build: { outDir, emptyOutDir: true } });
  server = await preview({
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, headers: { "Content-Security-Policy": POLICY } },
  });
  browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(outDir, { recursive: true, force: true });
});

/** Stands in for Tauri's bridge: notes what is invoked, answers, and can speak through channels. */
function bridge(id) {
  const callbacks = new Map();
  const invoked = [];
  const told = new Map();
  const say = (command, message) => {
    const { channel, index } = told.get(command);
    told.set(command, { channel, index: index + 1 });
    callbacks.get(channel)({ index, message });
  };
  const emit = (event, payload) => {
    const { args } = invoked.find(({ command, args: asked }) => command === "plugin:event|listen" && asked.event === event);
    callbacks.get(args.handler)({ event, id: 1, payload });
  };
  const totals = { down_rate: 0, up_rate: 0, active: 0, queued: 0, needs_you: 0 };
  const identity = { name: "Attic", device_id: "AAAA", ticket: "csp1", listen: "x", inbox_folder: "/in" };
  const settings = { conflict: "rename", inbox_quota: null, outbox_hours: null, outbox_order: "together" };
  const measured = { files: 3, folders: 1, bytes: 700, complete: true, unreadable: [], unreadable_count: 0 };
  const answers = {
    subscribe: () => setTimeout(() => say("subscribe", { transfers: [], removed: [], devices: [], identity, settings, totals })),
    take_pending: () => [{ kind: "paths", paths: ["/tmp/with the program.txt"] }],
    "plugin:dialog|open": ({ options }) => (options.directory ? ["/tmp/folder"] : ["/tmp/one.txt"]),
    call: ({ name }) => (name === "send" ? { transfers: [id], taken_up: [] } : name === "measure" ? measured : {}),
  };
  Object.assign(globalThis, {
    invoked,
    say,
    emit,
    __TAURI_INTERNALS__: {
      metadata: { currentWindow: { label: "main" }, currentWebview: { label: "main", windowLabel: "main" } },
      transformCallback: (callback) => {
        callbacks.set(callbacks.size + 1, callback);
        return callbacks.size;
      },
      unregisterCallback: (key) => callbacks.delete(key),
      callback: (key, payload) => callbacks.get(key)(payload),
      invoke: async (command, args) => {
        const plain = JSON.parse(JSON.stringify(args ?? {}));
        invoked.push({ command, args: plain });
        const channel = /^__CHANNEL__:(\d+)$/.exec(plain.channel ?? "");
        if (channel !== null) told.set(command, { channel: Number(channel[1]), index: 0 });
        return answers[command]?.(plain) ?? null;
      },
    },
  });
}

async function page(path) {
  const opened = await browser.newPage();
  const faults = [];
  opened.on("pageerror", (error) => faults.push(String(error)));
  opened.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await opened.addInitScript(bridge, ID);
  await opened.goto(`${server.resolvedUrls.local[0]}${path}`);
  return { opened, faults };
}

it("ships three pages, without the gallery and the scripted engine", () => {
  const names = readdirSync(outDir, { recursive: true }).map(String);
  assert.deepEqual(names.filter((name) => name.endsWith(".html")).toSorted(), ["inbox.html", "index.html", "problem.html"]);
  for (const name of names.filter((other) => other.endsWith(".js"))) {
    assert.doesNotMatch(readFileSync(join(outDir, name), "utf8"), /Wedding 2026|Grandmother/, name);
  }
});

it("asks the shell for what the boundary names, under the policy", async () => {
  const { opened, faults } = await page("index.html");
  await opened.getByTestId("own-ticket").waitFor();
  await opened.getByTestId("selection-item").waitFor();
  await opened.getByTestId("choose-files").click();
  await opened.getByTestId("choose-folder").click();
  await opened.getByTestId("target-input").fill("AAAA-BBBB-CCCC-DDDD@10.0.0.2:47700");
  await opened.getByTestId("send-button").click();
  await opened.getByRole("heading", { level: 1, name: "Activity" }).waitFor();

  const invoked = await opened.evaluate(() => globalThis.invoked);
  const commands = new Set(invoked.map(({ command }) => command));
  for (const command of ["subscribe", "subscribe_shell", "take_pending", "plugin:event|listen"]) {
    assert.ok(commands.has(command), `${command} was not invoked`);
  }
  assert.deepEqual(invoked.find(({ command, args }) => command === "call" && args.name === "send").args, {
    name: "send",
    args: {
      paths: ["/tmp/with the program.txt", "/tmp/one.txt", "/tmp/folder"],
      targets: ["AAAA-BBBB-CCCC-DDDD@10.0.0.2:47700"],
      priority: "normal",
    },
  });
  await opened.evaluate(() => globalThis.say("subscribe_shell", { kind: "show", screen: "devices", transfer: null }));
  await opened.getByRole("heading", { level: 1, name: "Devices" }).waitFor();
  assert.deepEqual(faults, []);
});

it("answers the shell that asks before the end", async () => {
  const { opened, faults } = await page("index.html");
  await opened.getByTestId("own-ticket").waitFor();
  await opened.evaluate(() => globalThis.emit("quit-asked", 2));
  await opened.getByRole("alertdialog").getByText("2 transfers are under way.").waitFor();
  await opened.keyboard.press("Enter");
  await opened.getByRole("alertdialog").waitFor({ state: "hidden" });
  const quit = await opened.evaluate(() => globalThis.invoked.filter(({ command }) => command === "quit"));
  assert.deepEqual(quit, [{ command: "quit", args: { now: false } }]);
  assert.deepEqual(faults, []);
});

it("opens the inbox window under the policy", async () => {
  const { opened, faults } = await page("inbox.html");
  await opened.getByText("Your inbox is empty").waitFor();
  assert.deepEqual(faults, []);
});
