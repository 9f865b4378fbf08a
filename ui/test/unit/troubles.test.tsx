// When this device is tested: what is shown must be so now, and nothing is done for a window that nobody sees.

import { act, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { busy } from "../../src/gallery/scenes";
import type { Code, SelfCheckResult } from "../../src/host/api";
import { FIRST_SETTINGS } from "../../src/host/fake";
import { mainWindow } from "./window";

const broken = (check: SelfCheckResult["check"], code: Code): SelfCheckResult => ({ check, about: null, failure: { code, message: "for the log", detail: null } });
const unplugged = broken("udp", "no_network");

const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const happens = async (name: "online" | "offline" | "focus") => {
  fireEvent(window, new Event(name));
  await pass(0);
};

async function start(tested: SelfCheckResult[]) {
  const scene = { ...busy, settings: { ...FIRST_SETTINGS, introduced: true }, tested };
  const { host } = mainWindow(scene);
  await pass(0);
  return { scene, tests: () => host.looks.filter(({ name }) => name === "self_test").length };
}

let hidden = false;
async function hide(yes: boolean) {
  hidden = yes;
  fireEvent(document, new Event("visibilitychange"));
  await pass(0);
}

beforeEach(() => {
  hidden = false;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const banner = () => screen.queryByTestId("trouble")?.dataset["code"] ?? null;

describe("a trouble of this device", () => {
  it("is shown when the network goes, and no longer when it comes", async () => {
    const { scene } = await start([]);
    expect(banner()).toBeNull();
    scene.tested = [unplugged];
    await happens("offline");
    expect(banner()).toBe("no_network");
    scene.tested = [];
    await happens("online");
    expect(banner()).toBeNull();
  });

  it("is looked at once more where the address comes after the cable", async () => {
    const { scene } = await start([unplugged]);
    await happens("online");
    scene.tested = [];
    expect(banner()).toBe("no_network");
    await pass(3_000);
    expect(banner()).toBeNull();
  });

  it("goes by itself when it is mended, tested every half minute while it is shown", async () => {
    const { scene, tests } = await start([broken("disk", "disk_full")]);
    await pass(89_000);
    expect(tests()).toBe(3);
    scene.tested = [];
    await pass(1_000);
    expect(banner()).toBeNull();
  });

  it("is looked for seldom while all is well", async () => {
    const { scene, tests } = await start([]);
    await pass(299_000);
    expect(tests()).toBe(1);
    scene.tested = [broken("disk", "disk_full")];
    await pass(1_000);
    expect(banner()).toBe("disk_full");
  });

  it("costs nothing while nobody sees the window, and is new when somebody does", async () => {
    const { scene, tests } = await start([unplugged]);
    await hide(true);
    await happens("offline");
    await happens("online");
    await pass(3_600_000);
    expect(tests()).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
    scene.tested = [];
    await hide(false);
    expect(tests()).toBe(2);
    expect(banner()).toBeNull();
  });

  it("is not looked for anew at each change of windows", async () => {
    const { tests } = await start([]);
    await pass(10_000);
    await hide(true);
    await hide(false);
    await happens("focus");
    expect(tests()).toBe(1);
    await pass(60_000);
    await happens("focus");
    expect(tests()).toBe(2);
    await pass(299_000);
    expect(tests()).toBe(2);
  });
});
