// Folders whose content is sent by itself, in Settings.

import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { devices, empty, limited } from "../../src/gallery/scenes";
import { mainWindow } from "./window";

const names = (host: { asked: readonly { name: string }[] }) =>
  host.asked.map(({ name }) => name).filter((name) => name.includes("watch"));

describe("watched folders", () => {
  it("say where their content goes and how they stand", async () => {
    mainWindow(limited, "settings");
    const rows = await screen.findAllByTestId("watched-folder");
    const states = rows.map((row) => within(row).getByTestId("watched-state").textContent);
    expect(states[0]).toMatch(/^To .+ · 2 items still changing$/);
    expect(states[1]).toMatch(/tries again by itself$/);
    expect(states[2]).toMatch(/paused$/);
    // Only what waits has a reason.
    expect(rows.map((row) => within(row).queryAllByTestId("failure").length)).toEqual([0, 1, 0]);
  });

  it("are paused, changed and removed one by one", async () => {
    const { host, user } = mainWindow(limited, "settings");
    const [first] = (await screen.findAllByTestId("watched-folder")) as [HTMLElement];
    await user.click(within(first).getByTestId("watched-pause"));
    expect(await within(first).findByText(/paused$/)).toBeDefined();
    await user.click(within(first).getByTestId("watched-names"));
    const field = within(first).getByTestId("watched-ignore");
    expect(field).toHaveProperty("value", ".*, *.part");
    await user.clear(field);
    await user.type(field, " *.bak , ,draft*");
    await user.click(within(first).getByTestId("watched-save"));
    expect(host.asked.at(-1)).toEqual({ name: "change_watched", args: { id: 1, ignore: ["*.bak", "draft*"] } });
    await user.click(within(first).getByTestId("watched-remove"));
    expect(names(host)).not.toContain("unwatch_folder");
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(names(host)).toContain("unwatch_folder");
    expect(screen.getAllByTestId("watched-folder")).toHaveLength(2);
  });

  it("are added with a folder and a device", async () => {
    const { host, user } = mainWindow({ ...empty, devices, folder: "/home/ada/Out" }, "settings");
    expect(await screen.findByTestId("nothing-watched")).toBeDefined();
    await user.click(screen.getByTestId("watch-folder"));
    const start = await screen.findByTestId("watched-start");
    expect(start).toHaveProperty("disabled", true);
    await user.click(screen.getByTestId("watched-device"));
    const [option] = (await screen.findAllByRole("option")) as [HTMLElement];
    await user.click(option);
    await user.click(screen.getByTestId("watched-existing"));
    await user.click(start);
    const [view] = (await screen.findAllByTestId("watched-folder")) as [HTMLElement];
    expect(view.textContent).toContain("/home/ada/Out");
    expect(names(host)).toContain("watch_folder");
  });

  it("need a device first", async () => {
    const { user } = mainWindow({ ...empty, folder: "/home/ada/Out" }, "settings");
    await user.click(screen.getByTestId("watch-folder"));
    expect(await screen.findByText(/There is no device yet/)).toBeDefined();
    expect(screen.getByTestId("watched-start")).toHaveProperty("disabled", true);
  });
});
