import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { busy, empty, studio } from "../../src/gallery/scenes";
import { mainWindow } from "./window";

const row = (id: string) => screen.getAllByTestId("device-row").find(({ dataset }) => dataset["deviceId"] === id) as HTMLElement;

const studioRow = () => within(row(studio.device_id));

describe("the Devices screen", () => {
  it("forgets a device after asking", async () => {
    const { host, user } = mainWindow(busy, "devices");
    await user.click(studioRow().getByTestId("device-menu"));
    await user.click(await screen.findByTestId("forget-item"));
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked).toEqual([{ name: "forget", args: { device: studio.device_id } }]);
    expect(row(studio.device_id)).toBeUndefined();
  });

  it("gives a device another role", async () => {
    const { host, user } = mainWindow(busy, "devices");
    await user.click(within(row(studio.device_id)).getByTestId("role-select"));
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(host.asked).toEqual([{ name: "block", args: { device: studio.device_id } }]);
    expect(within(row(studio.device_id)).getByTestId("role-select").textContent).toBe("Blocked");
  });

  it("limits what goes to a device and what comes from it, each for itself", async () => {
    const { host, user } = mainWindow(busy, "devices");
    await user.click(studioRow().getByTestId("device-details"));
    await user.click(studioRow().getByTestId("device-send-limit"));
    await user.click(await screen.findByRole("option", { name: "5 MB/s" }));
    expect(host.asked.at(-1)).toEqual({ name: "limit_device", args: { device: studio.device_id, send: 5_000_000 } });
    await user.click(studioRow().getByTestId("device-receive-limit"));
    await user.click(await screen.findByRole("option", { name: "1 MB/s" }));
    expect(studioRow().getByTestId("device-send-limit").textContent).toBe("5 MB/s");
    expect(studioRow().getByTestId("device-receive-limit").textContent).toBe("1 MB/s");
    await user.click(studioRow().getByTestId("device-send-limit"));
    await user.click(await screen.findByRole("option", { name: "No limit" }));
    expect(host.asked.at(-1)).toEqual({ name: "limit_device", args: { device: studio.device_id, send: 0 } });
  });

  it("chooses the device on the Send screen", async () => {
    const { user } = mainWindow(busy, "devices");
    await user.click(screen.getByRole("button", { name: "Send to Studio Mac" }));
    const tiles = screen.getAllByTestId("device-tile").filter((tile) => tile.getAttribute("aria-pressed") === "true");
    expect(tiles.map(({ dataset }) => dataset["deviceId"])).toEqual([studio.device_id]);
  });

  it("adds a device by its ticket", async () => {
    const { host, user } = mainWindow(empty, "devices");
    const ticket = "csp1K7QX2M9DHWTR4PLZ6CVN3E8BYG5JASF0U1.MTkyLjE2OC4x";
    await user.type(screen.getByTestId("add-device-input"), `${ticket}{Enter}`);
    expect(host.asked).toEqual([{ name: "trust", args: { device: ticket, role: "ask" } }]);
  });
});

describe("the Settings screen", () => {
  it("saves another name", async () => {
    const { host, user } = mainWindow(empty, "settings");
    expect(screen.getByTestId("save-name")).toHaveProperty("disabled", true);
    await user.clear(screen.getByTestId("device-name"));
    await user.type(screen.getByTestId("device-name"), "Attic{Enter}");
    expect(host.asked.at(-1)).toEqual({ name: "change_settings", args: { name: "Attic" } });
    expect(screen.getByTestId("status-strip").textContent).toContain("Attic");
  });

  it("changes the inbox folder", async () => {
    const { user } = mainWindow(busy, "settings");
    await user.click(screen.getByTestId("change-folder"));
    expect(screen.getByTestId("inbox-folder").textContent).toBe("/home/ada/Projects");
  });
});
