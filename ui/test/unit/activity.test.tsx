import { screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { busy, empty, refusing, transfer } from "../../src/gallery/scenes";
import { ROWS_AT_ONCE } from "../../src/screens/activity/Group";
import { useEngine } from "../../src/state/engine";
import { mainWindow } from "./window";

const row = (title: string) =>
  screen.getAllByTestId("transfer-row").find((element) => within(element).queryByTitle(title) !== null) as HTMLElement;

describe("the Activity screen", () => {
  it("shows the durable share of a transfer in its bar", () => {
    mainWindow({ ...empty, transfers: [transfer({ durable_bytes: 10, bytes: 40 })] }, "activity");
    const bar = screen.getByTestId("transfer-progress");
    expect(bar.getAttribute("aria-valuenow")).toBe("25");
    expect(bar.getAttribute("aria-valuetext")).toContain("10 of 40 bytes (25 %)");
  });

  it("pauses and resumes a row", async () => {
    const { host, user } = mainWindow(busy, "activity");
    const title = "Wedding 2026, raw";
    await user.click(within(row(title)).getByTestId("pause-button"));
    expect(row(title).dataset["state"]).toBe("paused");
    await user.click(within(row(title)).getByTestId("resume-button"));
    expect(row(title).dataset["state"]).toBe("active");
    expect(host.asked.map(({ name }) => name)).toEqual(["pause", "resume"]);
  });

  it("asks before it throws away what has arrived", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(within(row("dailies")).getByTestId("cancel-button"));
    await user.click(await screen.findByTestId("confirm-no"));
    expect(host.asked).toEqual([]);
    await user.click(within(row("dailies")).getByTestId("cancel-button"));
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked.map(({ name }) => name)).toEqual(["cancel"]);
    expect(row("dailies").dataset["state"]).toBe("cancelled");
  });

  it("cancels at once what has not begun", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(within(row("for the weekend")).getByTestId("cancel-button"));
    expect(host.asked.map(({ name }) => name)).toEqual(["cancel"]);
  });

  it("changes the priority from the menu", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(within(row("dailies")).getByTestId("more-button"));
    await user.click(await screen.findByTestId("set-critical"));
    expect(host.asked.at(-1)).toMatchObject({ name: "set_priority", args: { priority: "critical" } });
    expect(within(row("dailies")).getByText("Critical")).toBeDefined();
  });

  it("removes all that is finished, and nothing else", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(screen.getByTestId("clear-finished"));
    expect(new Set(host.asked.map(({ name }) => name))).toEqual(new Set(["remove"]));
    const states = screen.getAllByTestId("transfer-row").map(({ dataset }) => dataset["state"]);
    expect(states.filter((state) => /completed|failed|cancelled/.test(state ?? ""))).toEqual([]);
    expect(states.length).toBeGreaterThan(8);
  });

  it("says in words that a request came too late", async () => {
    const { user } = mainWindow(refusing, "activity");
    await user.click(screen.getAllByTestId("pause-button")[0] as HTMLElement);
    expect((await screen.findByTestId("notice")).textContent).toContain("the transfer has moved on");
  });

  it("shows a long history in parts", async () => {
    const transfers = Array.from({ length: ROWS_AT_ONCE + 1 }, () => transfer({ state: "completed", finished_ms: 1 }));
    const { user } = mainWindow({ ...empty, transfers }, "activity");
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(ROWS_AT_ONCE);
    await user.click(screen.getByTestId("show-more"));
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(ROWS_AT_ONCE + 1);
    expect(screen.queryByTestId("show-more")).toBeNull();
  });

  it("sums up in the strip", () => {
    mainWindow(busy, "activity");
    expect(screen.getByTestId("status-strip").textContent).toMatch(/24\.1 MB\/s.*118 MB\/s.*3 active.*3 need you/);
  });

  it("keeps the rest of the window when a pane breaks", () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const broken = { ...transfer({}), peer: null } as unknown as ReturnType<typeof transfer>;
    mainWindow({ ...empty, transfers: [broken] }, "activity");
    expect(screen.getByText(/has stopped working/)).toBeDefined();
    expect(screen.getByTestId("nav-send")).toBeDefined();
    expect(useEngine.getState().ready).toBe(true);
    vi.restoreAllMocks();
  });
});
