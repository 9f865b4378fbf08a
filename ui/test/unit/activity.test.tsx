import { act, screen, within } from "@testing-library/react";
import axe from "axe-core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { busy, empty, refusing, transfer, troubled, verified } from "../../src/gallery/scenes";
import { ROWS_AT_ONCE } from "../../src/screens/activity/Group";
import { useEngine } from "../../src/state/engine";
import { useNavigation } from "../../src/state/navigation";
import { rememberPreferences, usePreferences } from "../../src/state/preferences";
import { isFinal } from "../../src/transfer/kinds";
import { activityGroups, newestFirst } from "../../src/transfer/order";
import { narrowed } from "../../src/transfer/search";
import { mainWindow } from "./window";

// What is put away is kept there, which outlasts a test.
afterEach(() => localStorage.clear());

const row = (title: string) =>
  screen.getAllByTestId("transfer-row").find((element) => within(element).queryByTitle(title) !== null) as HTMLElement;
const titles = () => screen.getAllByTestId("transfer-row").map((one) => one.querySelector("strong")?.textContent);

describe("a row that has stopped", () => {
  it("stays one line until it is opened", async () => {
    const { user } = mainWindow(busy, "activity");
    const dailies = row("dailies");
    expect(within(dailies).queryByTestId("row-details")).toBeNull();
    const button = within(dailies).getByRole("button", { name: "Details of dailies" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await user.click(button);
    expect(within(dailies).getByTestId("row-details").textContent).toContain("/home/ada/Pictures/Wedding 2026, raw");
  });

  it("shows what changed at once, and sends the decision", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    const changed = row("IMG_2210.mov and 3 more");
    expect(within(changed).getByTestId("transfer-note").textContent).toBe(
      "2 files changed since they were offered, 1 of them is gone. Send the new version, or leave them out?",
    );
    expect(within(changed).getAllByTestId("path-item").map(({ textContent }) => textContent)).toEqual([
      "/home/ada/Pictures/IMG_2210.mov",
      "/home/ada/Pictures/IMG_2213.mov",
    ]);
    await user.click(within(changed).getByTestId("send-new-version"));
    expect(host.asked).toMatchObject([{ name: "decide_changed", args: { choice: "new_version" } }]);
    expect(row("IMG_2210.mov and 3 more").dataset["state"]).toBe("active");
  });

  it("offers no new version of what is gone", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    const gone = row("budget.xlsx");
    expect(within(gone).getByTestId("transfer-note").textContent).toContain("is gone since it was offered");
    expect(within(gone).queryByTestId("send-new-version")).toBeNull();
    expect(within(gone).getByTestId("row-details").textContent).toContain("put it back and try again");
    expect(within(gone).getByTestId("try-again-button")).toBeDefined();
    await user.click(within(gone).getByTestId("leave-out"));
    expect(host.asked).toMatchObject([{ name: "decide_changed", args: { choice: "skip" } }]);
  });

  it("tries again after a trouble on this side was mended", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    expect(within(row("thesis")).getByTestId("transfer-note").textContent).toContain("“chapter 4.tex” cannot be read.");
    expect(within(row("archive 1998–2020")).getByTestId("transfer-note").textContent).toContain("23 GB are still to come");
    await user.click(within(row("thesis")).getByTestId("try-again-button"));
    expect(host.asked.map(({ name }) => name)).toEqual(["resume"]);
  });

  it("retries with what is kept", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    expect(row("field recordings").textContent).toContain("6.1 of 9.6 GB are kept for a retry");
    await user.click(within(row("field recordings")).getByTestId("retry-button"));
    expect(host.asked.map(({ name }) => name)).toEqual(["retry"]);
    expect(row("field recordings").dataset["state"]).toBe("preparing");
  });

  it("asks again for an offer that was declined here", async () => {
    const { host, user } = mainWindow(busy, "activity");
    const button = within(row("declined too quickly.zip")).getByRole("button", { name: /^Ask for it again/ });
    await user.click(button);
    expect(host.asked.map(({ name }) => name)).toEqual(["retry"]);
  });

  it("does not claim to know what the other device has kept", async () => {
    const { user } = mainWindow(busy, "activity");
    await user.click(within(row("site plan.dwg")).getByTestId("details-button"));
    expect(within(row("site plan.dwg")).getByTestId("kept-bytes").textContent).toContain("unless they were removed at Studio Mac");
    expect(within(row("site plan.dwg")).queryByTestId("remove-partial")).toBeNull();
  });

  it("removes partial files after asking", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    await user.click(within(row("field recordings")).getByTestId("details-button"));
    await user.click(within(row("field recordings")).getByTestId("remove-partial"));
    expect(host.asked).toEqual([]);
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked.map(({ name }) => name)).toEqual(["leftovers", "remove_leftover"]);
    expect(within(row("field recordings")).queryByTestId("remove-partial")).toBeNull();
    expect(row("field recordings").textContent).toContain("A retry begins anew.");
  });
});

describe("verifying again", () => {
  it("is asked for in the row, and tells how far it is", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(within(row("renders")).getByTestId("details-button"));
    await user.click(within(row("renders")).getByTestId("verify-button"));
    expect(host.asked.map(({ name }) => name)).toEqual(["verify"]);
    expect(within(row("renders")).getByTestId("transfer-note").textContent).toBe("Verifying again: 0 of 8.8 GB (0%)");
    expect(within(row("renders")).queryByTestId("verify-button")).toBeNull();
  });

  it("says that all is sound, or lists what is not", async () => {
    const { user } = mainWindow(verified, "activity");
    expect(within(row("checking")).getByTestId("verification-progress").getAttribute("aria-valuenow")).toBe("35");
    expect(within(row("sound renders")).getByTestId("transfer-note").textContent).toMatch(/all 2,400 files are what arrived\.$/);
    const damaged = row("damaged renders");
    expect(damaged.dataset["tone"]).toBe("warning");
    await user.click(within(damaged).getByTestId("details-button"));
    const paths = within(damaged).getAllByTestId("path-item").map(({ textContent }) => textContent);
    expect(paths).toEqual(["renders/0041.exr", "renders/0042.exr", "renders/index.json"]);
  });
});

describe("the Activity screen", () => {
  it("shows the durable share of a transfer in its bar", () => {
    mainWindow({ ...empty, transfers: [transfer({ durable_bytes: 10, bytes: 40 })] }, "activity");
    const bar = screen.getByTestId("transfer-progress");
    expect(bar.getAttribute("aria-valuenow")).toBe("25");
    expect(bar.getAttribute("aria-valuetext")).toContain("10 of 40 bytes (25%)");
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

  it("limits a transfer from the menu, and shows a limit that was set elsewhere", async () => {
    const { host, user } = mainWindow(busy, "activity");
    await user.click(within(row("dailies")).getByTestId("more-button"));
    await user.click(await screen.findByTestId("limit-5000000"));
    const { args } = host.asked.at(-1) as { args: { id: string; limit: number } };
    expect(host.asked.at(-1)).toMatchObject({ name: "set_limit", args: { limit: 5_000_000 } });
    await host.call("set_limit", { id: args.id, limit: 1_500_000 });
    await user.click(within(row("dailies")).getByTestId("more-button"));
    expect((await screen.findByTestId("limit-1500000")).getAttribute("aria-checked")).toBe("true");
    await user.click(screen.getByTestId("limit-0"));
    expect(host.asked.at(-1)).toMatchObject({ name: "set_limit", args: { limit: 0 } });
  });

  it("puts away all that is finished, and removes nothing of it", async () => {
    const { host, user } = mainWindow(busy, "activity");
    const { finished } = useEngine.getState();
    await user.click(screen.getByTestId("clear-finished"));
    expect(host.asked).toEqual([]);
    const states = screen.getAllByTestId("transfer-row").map(({ dataset }) => dataset["state"]);
    expect(states.filter((state) => /completed|failed|cancelled/.test(state ?? ""))).toEqual([]);
    expect(states.length).toBeGreaterThan(8);
    expect(screen.getByTestId("notice").textContent).toBe(`${finished.length} transfers put away. They stay in History.`);
    act(() => useNavigation.getState().go("history"));
    expect(screen.getAllByTestId("history-row")).toHaveLength(finished.length);
  });

  it("shows again what was put away and is retried, and what ends later", async () => {
    const old = transfer({ title: "old", state: "failed", finished_ms: 5 });
    const moving = transfer({ title: "moving" });
    const { host, user } = mainWindow({ ...empty, transfers: [old, moving] }, "activity");
    await user.click(screen.getByTestId("clear-finished"));
    expect(titles()).toEqual(["moving"]);
    act(() => host.push({ transfers: [{ ...moving, state: "completed", finished_ms: 6 }] }));
    expect(titles()).toEqual(["moving"]);
    await act(() => host.call("retry", { id: old.id }));
    expect(titles()).toEqual(["old", "moving"]);
    act(() => host.push({ transfers: [{ ...old, finished_ms: 7 }] }));
    expect(titles()).toEqual(["old", "moving"]);
  });

  it("remembers what was put away, and shows the way to it when nothing is left", async () => {
    const { user } = mainWindow({ ...empty, transfers: [transfer({ state: "completed", finished_ms: 5 })] }, "activity");
    await user.click(screen.getByTestId("clear-finished"));
    expect(screen.queryByTestId("transfer-row")).toBeNull();
    act(() => usePreferences.setState(usePreferences.getInitialState(), true));
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(1);
    act(() => rememberPreferences());
    expect(screen.queryByTestId("transfer-row")).toBeNull();
    await user.click(screen.getByTestId("to-history"));
    expect(screen.getAllByTestId("history-row")).toHaveLength(1);
  });

  it("shows what it was opened for, put away or not", () => {
    const one = transfer({ state: "completed", finished_ms: 5 });
    act(() => usePreferences.setState({ cleared_ms: 5 }));
    mainWindow({ ...empty, transfers: [one] }, "activity");
    expect(screen.queryByTestId("transfer-row")).toBeNull();
    act(() => useNavigation.getState().goToNew([one.id]));
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(1);
  });

  it("keeps away what was put away, when an older one was opened and is put away again", async () => {
    const older = transfer({ state: "completed", finished_ms: 5 });
    const newer = transfer({ state: "completed", finished_ms: 9 });
    act(() => usePreferences.setState({ cleared_ms: 9 }));
    const { user } = mainWindow({ ...empty, transfers: [newer, older] }, "activity");
    act(() => useNavigation.getState().goToNew([older.id]));
    await user.click(screen.getByTestId("clear-finished"));
    expect(screen.queryByTestId("transfer-row")).toBeNull();
    expect(usePreferences.getState().cleared_ms).toBe(9);
  });

  it("asks before it removes a row with what is kept for a retry, and says how much that is", async () => {
    const { host, user } = mainWindow(troubled, "activity");
    const button = within(row("field recordings")).getByTestId("remove-button");
    expect(button.title).toBe("Remove from History…");
    await user.click(button);
    const question = await screen.findByRole("alertdialog");
    expect(question.textContent).toContain("6.1 GB that have arrived");
    expect((await axe.run(question)).violations).toEqual([]);
    await user.click(screen.getByTestId("confirm-no"));
    expect(host.asked).toEqual([]);
    await user.click(button);
    await user.click(await screen.findByTestId("confirm-yes"));
    expect(host.asked.map(({ name }) => name)).toEqual(["remove"]);
  });

  it("removes at once what has nothing kept", async () => {
    const { host, user } = mainWindow(busy, "activity");
    const button = within(row("renders")).getByTestId("remove-button");
    expect(button.title).toBe("Remove from History");
    await user.click(button);
    expect(host.asked.map(({ name }) => name)).toEqual(["remove"]);
  });

  it("narrows its rows by kind and by words, and keeps that while another screen is shown", async () => {
    const { user } = mainWindow(busy, "activity");
    const all = screen.getAllByTestId("transfer-row").length;
    await user.click(screen.getByTestId("activity-shown"));
    await user.click(await screen.findByRole("option", { name: "Receiving" }));
    const incoming = screen.getAllByTestId("transfer-row");
    const waiting = within(screen.getByRole("region", { name: "Needs you" })).getAllByTestId("transfer-row");
    // What needs somebody is there whatever its direction.
    expect(waiting.some(({ dataset }) => dataset["direction"] === "sending")).toBe(true);
    const others = incoming.filter((one) => !waiting.includes(one));
    expect(new Set(others.map(({ dataset }) => dataset["direction"]))).toEqual(new Set(["receiving"]));
    expect(screen.getByTestId("activity-filter").querySelector("output")?.textContent).toBe(`${incoming.length} transfers`);
    // What it would put away is more than what is seen.
    expect(screen.queryByTestId("clear-finished")).toBeNull();
    act(() => useNavigation.getState().go("send"));
    act(() => useNavigation.getState().go("activity"));
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(incoming.length);
    await user.type(screen.getByTestId("activity-search"), "no such");
    expect(screen.queryByTestId("transfer-row")).toBeNull();
    expect((await axe.run(document.querySelector("main") as HTMLElement)).violations).toEqual([]);
    await user.click(screen.getByTestId("activity-all"));
    expect(screen.getAllByTestId("transfer-row")).toHaveLength(all);
    expect(screen.getByTestId("activity-filter").querySelector("output")?.textContent).toBe("");
  });

  it("finds by name and device, and what needs somebody", () => {
    const transfers = Object.fromEntries(busy.transfers.map((one) => [one.id, one]));
    const groups = activityGroups(transfers, newestFirst(busy.transfers.filter(isFinal)));
    expect(narrowed(groups, transfers, "", "needsYou")).toEqual({ needsYou: groups.needsYou, underWay: [], finished: [] });
    const found = narrowed(groups, transfers, "STUDIO album", "sending").underWay.map((id) => transfers[id]?.title);
    expect(found).toEqual(["album"]);
    expect(narrowed(groups, transfers, "STUDIO album", "receiving").underWay).toEqual([]);
  });

  it("filters no few rows, but keeps the bar as long as it filters", async () => {
    const transfers = Array.from({ length: 6 }, (_, at) => transfer({ id: `${at}`.padStart(32, "0"), title: `reel-${at}` }));
    const { host, user } = mainWindow({ ...empty, transfers: transfers.slice(1) }, "activity");
    expect(screen.queryByTestId("activity-filter")).toBeNull();
    act(() => host.push({ transfers: transfers.slice(0, 1) }));
    await user.type(screen.getByTestId("activity-search"), "reel-3");
    expect(titles()).toEqual(["reel-3"]);
    act(() => host.push({ removed: transfers.map(({ id }) => id) }));
    await user.click(screen.getByTestId("activity-all"));
    expect(screen.queryByTestId("activity-filter")).toBeNull();
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
