import { act, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { studio } from "../../src/gallery/scenes";
import { alarm, nearby, trusting } from "../../src/gallery/trust";
import { FIRST_SETTINGS } from "../../src/host/fake";
import { draftOf, ruleOf, wrongEnding } from "../../src/transfer/rule";
import { mainWindow } from "./window";

const row = () => within(screen.getAllByTestId("device-row").find(({ dataset }) => dataset["deviceId"] === studio.device_id) as HTMLElement);

describe("who may find this device", () => {
  it("is switched, and says how long everyone may", async () => {
    vi.spyOn(Date, "now").mockReturnValue(5_000_000);
    const { host, user } = mainWindow(trusting, "devices");
    expect(screen.getByRole("region", { name: "Who may find this device nearby" }).textContent).toContain("Devices that know this one find it");
    await user.click(screen.getByTestId("visibility-everyone"));
    expect(host.asked).toEqual([{ name: "change_settings", args: { visibility: "everyone" } }]);
    expect(screen.getByRole("region", { name: "Who may find this device nearby" }).textContent).toContain("for 10:00 more");
    act(() => host.push({ settings: { ...FIRST_SETTINGS, visibility: "my_devices", visible_until_ms: null } }));
    expect(screen.getByTestId("visibility-my_devices").getAttribute("aria-checked")).toBe("true");
    vi.restoreAllMocks();
  });

  it("leads from a device nearby to its pairing, with its address", async () => {
    const { user } = mainWindow(trusting, "devices");
    const [first] = screen.getAllByTestId("nearby-row") as [HTMLElement];
    expect(first.textContent).toContain("Waits to be paired");
    await user.click(within(first).getByTestId("pair-nearby"));
    expect(await screen.findByTestId("pair-place")).toHaveProperty("value", nearby.devices[0]?.addresses[0]);
  });
});

describe("a device", () => {
  it("gets another name here", async () => {
    const { host, user } = mainWindow(trusting, "devices");
    await user.click(row().getByTestId("device-menu"));
    await user.click(await screen.findByTestId("rename-item"));
    const input = await screen.findByTestId("rename-input");
    await user.clear(input);
    await user.type(input, `${"ü".repeat(33)}`);
    expect(screen.getByTestId("rename-save")).toHaveProperty("disabled", true);
    await user.clear(input);
    await user.type(input, "Cutting room{Enter}");
    expect(host.asked).toEqual([{ name: "rename_device", args: { device: studio.device_id, name: "Cutting room" } }]);
    expect(row().getByTitle("Cutting room")).toBeDefined();
  });

  it("is blocked only after asking", async () => {
    const { host, user } = mainWindow(trusting, "devices");
    await user.click(row().getByTestId("device-menu"));
    await user.click(await screen.findByTestId("block-item"));
    expect(host.asked).toEqual([]);
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked).toEqual([{ name: "block", args: { device: studio.device_id } }]);
    expect(screen.getByRole("region", { name: "Blocked" }).textContent).toContain("Studio Mac");
  });
});

describe("the status strip", () => {
  it("says who may find this device, and leads to the switch", async () => {
    const { user } = mainWindow(trusting, "send");
    expect(screen.getByTestId("strip-visibility").textContent).toBe("My devices");
    await user.click(screen.getByTestId("strip-visibility"));
    await user.click(screen.getByTestId("visibility-nobody"));
    expect(screen.getByTestId("strip-visibility").textContent).toBe("Nobody");
  });
});

describe("a rule", () => {
  it("is read, changed and lifted", async () => {
    const { host, user } = mainWindow(trusting, "devices");
    await user.click(row().getByTestId("device-details"));
    expect(row().getByTestId("rule-number")).toHaveProperty("value", "20");
    expect(row().getByTestId("rule-endings")).toHaveProperty("value", "blend");
    expect(row().getByTestId("rule-save")).toHaveProperty("disabled", true);
    await user.click(row().getByTestId("rule-video"));
    await user.click(row().getByTestId("rule-save"));
    const rule = { max_bytes: 20e9, types: ["images", "blend"], folder: "{device}/{date}" };
    expect(host.asked).toEqual([{ name: "set_rule", args: { device: studio.device_id, rule } }]);
    await user.click(row().getByTestId("rule-remove"));
    expect(host.asked.at(-1)).toEqual({ name: "set_rule", args: { device: studio.device_id } });
    expect(row().getByTestId("rule-limited")).toHaveProperty("checked", false);
  });

  it("takes endings as people write them, and no others", () => {
    const kinds = new Set(["images"] as const);
    expect(ruleOf({ kinds, endings: ".STL, blend;stl", folder: " " }, null)).toEqual({
      max_bytes: null,
      types: ["images", "stl", "blend"],
      folder: null,
    });
    expect(ruleOf({ kinds: new Set(), endings: "", folder: "" }, null)).toBeUndefined();
    expect(["jpg png", "a".repeat(17), "tar.gz", "../x"].map(wrongEnding)).toEqual([null, "a".repeat(17), "tar.gz", "../x"]);
    expect(ruleOf(draftOf({ max_bytes: 5, types: ["audio", "xyz"], folder: "/in" }), 5)).toEqual({ max_bytes: 5, types: ["audio", "xyz"], folder: "/in" });
  });
});

/** Each alarm's count, and whether it is open. */
const shown = () =>
  screen.getAllByTestId("alarm").map((card) => [
    within(card).getByTestId("alarm-which").textContent,
    within(card).queryByTestId("alarm-block") !== null,
  ]);

describe("an identity alarm", () => {
  it("is one of several that are all in sight: one is open, and the next opens when it is decided", async () => {
    const second = { ...alarm, id: 8, kind: "same_name", found: "ZZZZ" } as const;
    const third = { ...second, id: 9, found: "YYYY" };
    const { user } = mainWindow({ ...trusting, alarms: [alarm, second, third] }, "send");
    expect(shown()).toEqual([["1 of 3", true], ["2 of 3", false], ["3 of 3", false]]);
    await user.click(within(screen.getAllByTestId("alarm")[2] as HTMLElement).getByTestId("alarm-open"));
    expect(shown()).toEqual([["1 of 3", false], ["2 of 3", false], ["3 of 3", true]]);
    expect(screen.getAllByTestId("alarm")[2]?.textContent).toContain("YYYY");
    await user.click(screen.getByTestId("alarm-keep"));
    expect(shown()).toEqual([["1 of 2", true], ["2 of 2", false]]);
    await user.click(screen.getByTestId("alarm-keep"));
    // The last one needs no count and nothing to open it by.
    expect(screen.queryByTestId("alarm-which")).toBeNull();
    expect(screen.getByTestId("alarm").textContent).toContain("ZZZZ");
  });

  it("stands above every screen with both ids until it is decided", async () => {
    const { host, user } = mainWindow({ ...trusting, alarms: [alarm] }, "send");
    const card = screen.getByTestId("alarm");
    expect(card.textContent).toContain("This is not the Studio Mac that you paired with");
    expect(card.textContent).toContain(studio.device_id);
    expect(card.textContent).toContain(alarm.found);
    await user.click(screen.getByTestId("nav-activity"));
    await user.click(within(screen.getByTestId("alarm")).getByTestId("alarm-keep"));
    expect(host.asked).toEqual([{ name: "acknowledge_alarm", args: { id: alarm.id } }]);
    expect(screen.queryByTestId("alarm")).toBeNull();
  });

  it("blocks what was found, and goes on standing when that fails", async () => {
    const fails = { block: { code: "database", message: "x", detail: null } } as const;
    const { host, user } = mainWindow({ ...trusting, alarms: [alarm], fails }, "send");
    await user.click(screen.getByTestId("alarm-block"));
    expect(host.asked).toEqual([{ name: "block", args: { device: alarm.found } }]);
    expect(screen.getByTestId("alarm")).toBeDefined();
    expect(await screen.findByTestId("notice")).toBeDefined();
  });

  it("forgets the old key and leads to a pairing when that is wanted", async () => {
    const { host, user } = mainWindow({ ...trusting, alarms: [alarm] }, "send");
    await user.click(screen.getByTestId("alarm-pair"));
    expect(host.asked.map(({ name }) => name)).toEqual(["acknowledge_alarm", "forget"]);
    expect(await screen.findByTestId("pair-place")).toHaveProperty("value", alarm.address);
  });
});
