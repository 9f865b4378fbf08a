import { act, cleanup, screen, within } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { busy, empty, transfer } from "../../src/gallery/scenes";
import { trusting } from "../../src/gallery/trust";
import { areaOf, lineOf, topOf } from "../../src/screens/activity/chart/path";
import type { SelfCheckResult } from "../../src/host/api";
import { FIRST_SETTINGS } from "../../src/host/fake";
import { useEngine } from "../../src/state/engine";
import { prefer, rememberPreferences, spoken, usePreferences } from "../../src/state/preferences";
import { MOST_SAMPLES, MOST_STORIES, STEP_MS, useStories } from "../../src/state/samples";
import { actOf, SHORTCUTS } from "../../src/state/shortcuts";
import { turnsOf } from "../../src/transfer/story";
import { mainWindow } from "./window";

afterEach(() => {
  prefer({ language: "system", theme: "system" });
  localStorage.clear();
});

describe("the first run", () => {
  it("asks three things, saves each, and does not come again", async () => {
    const { host, user } = mainWindow({ ...empty, folder: "/mnt/large" });
    const name = screen.getByTestId("first-name");
    await user.clear(name);
    expect(screen.getByTestId("first-next")).toHaveProperty("disabled", true);
    await user.type(name, "Attic{Enter}");
    await user.click(await screen.findByTestId("first-visibility-everyone"));
    await user.click(screen.getByTestId("first-next"));
    await user.click(screen.getByTestId("first-folder"));
    expect(await screen.findByText("Received files go to /mnt/large")).toBeDefined();
    await user.click(screen.getByTestId("first-next"));
    await vi.waitFor(() => expect(screen.queryByTestId("first-run")).toBeNull());
    expect(host.asked.map(({ args }) => args)).toEqual([{ name: "Attic" }, { visibility: "everyone" }, { inbox_folder: "/mnt/large" }, { introduced: true }]);
  });

  it("is for whoever has done nothing yet, and can be left out", async () => {
    const { user } = mainWindow(empty);
    await user.click(screen.getByTestId("first-skip"));
    await vi.waitFor(() => expect(screen.queryByTestId("first-run")).toBeNull());
    expect(useEngine.getState().settings?.introduced).toBe(true);
  });

  it("tells what of this device does not work, and what to do", async () => {
    const failure = { code: "udp_blocked", message: "for the log", detail: null } as const;
    const tested: SelfCheckResult[] = [
      { check: "port", about: "0.0.0.0:24880", failure: null },
      { check: "udp", about: null, failure },
    ];
    const { user } = mainWindow({ ...empty, tested });
    await user.click(screen.getByTestId("first-next"));
    await user.click(await screen.findByTestId("first-next"));
    const [port, udp] = await screen.findAllByTestId("self-check");
    expect(port?.textContent).toBe("Listening on 0.0.0.0:24880");
    expect(port?.dataset["ok"]).toBe("");
    expect(udp?.textContent).toContain("Allow ChunkStream Pro in the firewall");
    expect(udp?.dataset["ok"]).toBeUndefined();
  });

  it("does not greet somebody who has devices", () => {
    mainWindow(busy);
    expect(screen.queryByTestId("first-run")).toBeNull();
  });
});

describe("the preferences", () => {
  it("change the language of everything at once, and the theme", async () => {
    const { user } = mainWindow(trusting, "settings");
    await user.click(screen.getByTestId("theme-dark"));
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    await user.click(screen.getByTestId("language-setting"));
    await user.click(await screen.findByRole("option", { name: "Deutsch" }));
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Einstellungen");
    expect(document.documentElement.lang).toBe("de");
    expect(document.activeElement).toBe(screen.getByTestId("language-setting"));
  });

  it("leave the focus alone later where the language of the system was chosen", async () => {
    const { user } = mainWindow(trusting, "settings");
    await user.click(screen.getByTestId("language-setting"));
    await user.click(await screen.findByRole("option", { name: "English" }));
    await user.click(screen.getByTestId("nav-send"));
    await user.click(screen.getByTestId("nav-settings"));
    expect(document.activeElement).toBe(screen.getByTestId("nav-settings"));
  });

  it("are remembered, heard of from the other window, and never broken by what is stored", () => {
    localStorage.setItem("chunkstream.preferences", JSON.stringify({ language: "ja", theme: "pink", cleared_ms: "soon" }));
    rememberPreferences();
    expect(usePreferences.getState()).toEqual({ language: "ja", theme: "system", cleared_ms: 0 });
    const newValue = JSON.stringify({ language: "de", theme: "light", cleared_ms: 7 });
    dispatchEvent(new StorageEvent("storage", { key: "chunkstream.preferences", newValue }));
    expect(usePreferences.getState()).toEqual({ language: "de", theme: "light", cleared_ms: 7 });
    dispatchEvent(new StorageEvent("storage", { key: "chunkstream.preferences", newValue: "{" }));
    expect(usePreferences.getState()).toEqual({ language: "system", theme: "system", cleared_ms: 0 });
  });

  it("follow the system's languages in their order, English where none is spoken", () => {
    expect([["fr-FR", "ja-JP", "de"], ["de-AT"], ["fr"], []].map((tags) => spoken("system", tags))).toEqual(["ja", "de", "en", "en"]);
    expect(spoken("en", ["de"])).toBe("en");
  });
});

describe("the keys", () => {
  it("go to the screens, and open what they name", async () => {
    const { host, user } = mainWindow(busy);
    await user.keyboard("{Control>}3{/Control}");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("History");
    await user.keyboard("{Control>}i{/Control}");
    expect(host.asked.at(-1)?.name).toBe("show_inbox");
    await user.keyboard("{Control>}o{/Control}");
    expect(await screen.findAllByTestId("selection-item")).toHaveLength(2);
    await user.keyboard("?");
    const list = await screen.findByTestId("shortcut-list");
    expect(within(list).getAllByRole("definition")).toHaveLength(SHORTCUTS.length);
    // Behind a dialog nothing is done.
    await user.keyboard("{Control>}2{/Control}{Escape}");
    expect(screen.getByRole("heading", { level: 1, hidden: true }).textContent).toBe("Send");
  });

  it("are not taken from somebody who types", async () => {
    const { user } = mainWindow(busy);
    await user.type(screen.getByTestId("target-input"), "who?");
    expect(screen.queryByTestId("shortcut-list")).toBeNull();
    expect(screen.getByTestId("target-input")).toHaveProperty("value", "who?");
  });

  it("mean one thing each", () => {
    const press = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
    expect(actOf({ ...press, key: "?", shiftKey: true })).toBe("keys");
    expect(actOf({ ...press, key: "O", ctrlKey: true, shiftKey: true })).toBe("choose-folders");
    expect(actOf({ ...press, key: "1", metaKey: true })).toBe("go-send");
    expect(actOf({ ...press, key: "1" })).toBeNull();
    expect(actOf({ ...press, key: "o", ctrlKey: true, altKey: true })).toBeNull();
    expect(new Set(SHORTCUTS.map(({ key, mod, shift }) => `${key}${mod}${shift}`)).size).toBe(SHORTCUTS.length);
  });
});

describe("the menu of a row", () => {
  it("opens at the pointer, too", async () => {
    const { user } = mainWindow(busy, "activity");
    const row = screen.getAllByTestId("transfer-row").find(({ dataset }) => dataset["state"] === "active") as HTMLElement;
    await user.pointer({ keys: "[MouseRight]", target: row });
    expect(await screen.findByRole("menu")).toBeDefined();
  });
});

describe("what a transfer has shown", () => {
  const { record } = useStories.getState();
  const moving = transfer({ rate: 5, id: "1".repeat(32) });
  const losing = (lost: number) => ({ ...moving, stats: { ...moving.stats, packets_lost: lost } });
  const story = () => useStories.getState().of.get(moving.id);

  it("is sampled while it moves, at most so often and so long", () => {
    for (let n = 0; n < MOST_SAMPLES + 20; n += 1) record([moving], [], n * STEP_MS);
    expect(story()?.samples).toHaveLength(MOST_SAMPLES);
    record([moving], [], (MOST_SAMPLES + 19) * STEP_MS + 1);
    expect(story()?.samples).toHaveLength(MOST_SAMPLES);
    record([{ ...moving, state: "paused" }], [], 1e9);
    expect(story()?.samples.at(-1)).toMatchObject({ at: 1e9, rate: 0, rtt: moving.stats.rtt_ms });
    record([{ ...moving, state: "paused" }], [], 2e9);
    expect(story()?.samples.at(-1)?.at).toBe(1e9);
    record([], [moving.id], 1e9);
    expect(story()).toBeUndefined();
  });

  it("counts losses by the second, and from nought after a new connection", () => {
    record([losing(10)], [], 0);
    record([losing(60)], [], 500);
    record([losing(5)], [], 1000);
    record([losing(7)], [], 2000);
    expect(story()?.samples.map(({ lost }) => lost)).toEqual([0, 100, 0, 2]);
  });

  it("is forgotten before it costs too much", () => {
    record(Array.from({ length: MOST_STORIES + 5 }, (_, n) => ({ ...moving, id: String(n) })), [], 0);
    expect(useStories.getState().of.size).toBe(MOST_STORIES);
    expect(useStories.getState().of.has("0")).toBe(false);
  });

  it("becomes a line from the left edge of its time to the right", () => {
    const points = [{ at: 0, value: 0 }, { at: 60_000, value: 50 }, { at: 120_000, value: 100 }];
    const top = topOf(points);
    expect(lineOf(points, top)).toBe("M0 100L50 53.7L100 7.41");
    expect(areaOf(points, top)).toBe("M0 100L50 53.7L100 7.41L100 100L0 100Z");
    expect(topOf([])).toBeGreaterThan(0);
    expect(areaOf([], 1)).toBe("");
  });

  it("is told as a time line, the newest first, each turn once", () => {
    const turns = [
      { at_ms: 1, state: "created", reason: null, about: null },
      { at_ms: 5, state: "preparing", reason: null, about: null },
      { at_ms: 10, state: "preparing", reason: "waiting_for_answer", about: null },
      { at_ms: 20, state: "active", reason: null, about: null },
      { at_ms: 21, state: "active", reason: null, about: null },
      { at_ms: 30, state: "paused", reason: "source_changed", about: "/home/ada/a.txt" },
      { at_ms: 35, state: "cancelled", reason: null, about: null },
      { at_ms: 40, state: "created", reason: null, about: null },
      { at_ms: 50, state: "completed", reason: null, about: null },
    ] as const;
    const done = transfer({ state: "completed", created_ms: 1, finished_ms: 49 });
    expect(turnsOf(done, turns).map(({ at, says, about }) => `${at} ${says}${about === null ? "" : ` ${about}`}`)).toEqual([
      "50 Completed", "40 Begun again", "35 Cancelled", "30 A file changed a.txt", "20 Moving", "10 Waiting for an answer", "5 Preparing", "1 Chosen to be sent",
    ]);
  });

  it("does not begin again because an offer has been counted and waits for an answer", () => {
    const turns = [
      { at_ms: 1, state: "created", reason: null, about: null },
      { at_ms: 2, state: "created", reason: "waiting_for_answer", about: null },
      { at_ms: 3, state: "active", reason: null, about: null },
    ] as const;
    const coming = transfer({ direction: "receiving", created_ms: 1 });
    expect(turnsOf(coming, turns).map(({ says }) => says)).toEqual(["Moving", "Waiting for an answer", "Offered to this device"]);
  });
});

describe("a fault that no pane holds", () => {
  it("becomes a page with a way out", async () => {
    const { render } = await import("@testing-library/react");
    const { HostContext } = await import("../../src/host/context");
    const { fakeHost } = await import("../../src/host/fake");
    const { WindowBoundary } = await import("../../src/parts/WindowBoundary");
    const { default: userEvent } = await import("@testing-library/user-event");
    const quiet = vi.spyOn(console, "error").mockImplementation(() => {});
    let broken = true;
    const Broken = () => {
      if (broken) throw new Error("no such row");
      return <p data-testid="mended" />;
    };
    const host = fakeHost(empty);
    render(
      <HostContext value={host}>
        <WindowBoundary>
          <Broken />
        </WindowBoundary>
      </HostContext>,
    );
    const user = userEvent.setup();
    await user.click(screen.getByRole("button", { name: /Copy what happened/ }));
    expect(host.asked.at(-1)?.args).toContain("no such row");
    broken = false;
    await act(async () => screen.getByTestId("crash-again").click());
    expect(screen.getByTestId("mended")).toBeDefined();
    quiet.mockRestore();
  });
});

describe("what keeps the device from its work", () => {
  const full: SelfCheckResult = { check: "disk", about: null, failure: { code: "disk_full", message: "for the log", detail: "/mnt/stick" } };
  const introduced = { ...FIRST_SETTINGS, introduced: true };

  it("stands above every screen with its way out, until it is mended", async () => {
    const scene = { ...busy, settings: introduced, tested: [full], folder: "/mnt/large" };
    const { host, user } = mainWindow(scene);
    expect((await screen.findByTestId("trouble")).textContent).toMatch(/^The disk is full\. .*choose another folder\./);
    await user.click(screen.getByTestId("nav-activity"));
    expect(screen.getByTestId("trouble")).toBeDefined();
    scene.tested = [];
    await user.click(screen.getByTestId("trouble-folder"));
    await vi.waitFor(() => expect(screen.queryByTestId("trouble")).toBeNull());
    expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { inbox_folder: "/mnt/large" } });
  });

  it("is not said of what only makes it harder, nor before the first run is over", async () => {
    const failure = { code: "discovery_failed", message: "for the log", detail: null } as const;
    const { host } = mainWindow({ ...busy, settings: introduced, tested: [{ check: "discovery", about: null, failure }] });
    await vi.waitFor(() => expect(host.looks.map(({ name }) => name)).toContain("self_test"));
    expect(screen.queryByTestId("trouble")).toBeNull();
    cleanup();
    mainWindow({ ...empty, tested: [full] });
    expect(screen.queryByTestId("trouble")).toBeNull();
  });
});
