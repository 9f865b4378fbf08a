// The menus at the pointer: what the buttons of a row do, on every row, and by keys too.

import { act, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { busy, chosen, empty, inbox, transfer, underWay } from "../../src/gallery/scenes";
import { offer } from "../../src/gallery/offers";
import { audit, trusting } from "../../src/gallery/trust";
import { keepBrowserMenuOut } from "../../src/state/browserMenu";
import { useDraft } from "../../src/state/draft";
import { inboxWindow, mainWindow } from "./window";

type Window = ReturnType<typeof mainWindow>;

/** Asks for the menu there by the other button of the mouse. */
async function menuAt({ user }: Window, target: HTMLElement) {
  await user.pointer({ keys: "[MouseRight]", target });
  return within(await screen.findByRole("menu"));
}

/** The words of the open menu. */
const names = () => [...screen.getByRole("menu").querySelectorAll("[role^=menuitem]")].map(({ textContent }) => textContent);
const asked = ({ host }: Window) => host.asked.map(({ name }) => name);
const first = (testId: string) => screen.getAllByTestId(testId)[0] as HTMLElement;
const of = (testId: string, name: string) =>
  screen.getAllByTestId(testId).find((element) => element.textContent?.includes(name)) as HTMLElement;

describe("the menu of a transfer", () => {
  const moving = transfer({ durable_bytes: 5, bytes: 10 });

  it("has what its buttons do, besides what its own menu has", async () => {
    const window = mainWindow({ ...empty, transfers: [moving] }, "activity");
    const menu = await menuAt(window, first("transfer-row"));
    expect(names()).toEqual(expect.arrayContaining(["Pause", "Cancel…", "Critical", "Copy transfer id"]));
    await window.user.click(menu.getByTestId("pause-item"));
    expect(asked(window)).toEqual(["pause"]);
  });

  it("asks before it throws away what has arrived, as the button does", async () => {
    const window = mainWindow({ ...empty, transfers: [moving] }, "activity");
    await window.user.click((await menuAt(window, first("transfer-row"))).getByTestId("cancel-item"));
    await window.user.click(await screen.findByTestId("confirm-no"));
    expect(asked(window)).toEqual([]);
    await window.user.click((await menuAt(window, first("transfer-row"))).getByTestId("cancel-item"));
    await window.user.click(await screen.findByTestId("confirm-yes"));
    expect(asked(window)).toEqual(["cancel"]);
    await vi.waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
  });

  it("cancels at once, and says so, where nothing has arrived", async () => {
    const window = mainWindow({ ...empty, transfers: [{ ...moving, durable_bytes: 0 }] }, "activity");
    const menu = await menuAt(window, first("transfer-row"));
    expect(names()).toContain("Cancel");
    await window.user.click(menu.getByTestId("cancel-item"));
    expect(asked(window)).toEqual(["cancel"]);
  });

  it("leads from an offer to the inbox", async () => {
    const window = mainWindow(inbox, "activity");
    const offered = screen.getAllByTestId("transfer-row").find(({ dataset }) => dataset["state"] === "created") as HTMLElement;
    await window.user.click((await menuAt(window, offered)).getByTestId("inbox-item"));
    expect(asked(window)).toEqual(["show_inbox"]);
  });

  it("removes what has ended from the list", async () => {
    const window = mainWindow({ ...empty, transfers: [transfer({ state: "completed", finished_ms: 1 })] }, "activity");
    const menu = await menuAt(window, first("transfer-row"));
    expect(names()).not.toContain("Pause");
    await window.user.click(menu.getByTestId("remove-item"));
    expect(asked(window)).toEqual(["remove"]);
  });

  it("asks before it removes what is kept for a retry", async () => {
    const kept = transfer({ state: "failed", direction: "receiving", finished_ms: 1, kept_bytes: 6_100 });
    const window = mainWindow({ ...empty, transfers: [kept] }, "activity");
    const menu = await menuAt(window, first("transfer-row"));
    expect(names()).toContain("Remove from History…");
    await window.user.click(menu.getByTestId("remove-item"));
    expect((await screen.findByRole("alertdialog")).textContent).toContain("6.1 kB that have arrived");
    await window.user.click(screen.getByTestId("confirm-no"));
    expect(asked(window)).toEqual([]);
    await window.user.click((await menuAt(window, first("transfer-row"))).getByTestId("remove-item"));
    await window.user.click(await screen.findByTestId("confirm-yes"));
    expect(asked(window)).toEqual(["remove"]);
  });
});

describe("the menu of a device", () => {
  it("chooses it on the Send screen, renames it and copies its id", async () => {
    const window = mainWindow(busy, "send");
    const tile = of("device-tile", "Studio Mac");
    const menu = await menuAt(window, tile);
    expect(names()).toEqual(["Send to Studio Mac", "Rename…", "Copy device id", "Block…", "Forget…"]);
    await window.user.click(menu.getByTestId("send-to-item"));
    expect(useDraft.getState().devices).toEqual([tile.dataset["deviceId"]]);
    await window.user.click((await menuAt(window, tile)).getByTestId("copy-id-item"));
    expect(asked(window)).toEqual(["copy_text"]);
    await window.user.click((await menuAt(window, tile)).getByTestId("rename-item"));
    expect(await screen.findByRole("dialog", { name: "Rename Studio Mac" })).toBeDefined();
  });

  it("asks before it forgets it, and does not open over that question", async () => {
    const window = mainWindow(busy, "devices");
    const row = of("device-row", "Studio Mac");
    await window.user.click((await menuAt(window, row)).getByTestId("forget-item"));
    const question = await screen.findByRole("alertdialog");
    await window.user.pointer({ keys: "[MouseRight]", target: question });
    expect(screen.queryByRole("menu")).toBeNull();
    await window.user.click(screen.getByTestId("confirm-yes"));
    expect(asked(window)).toEqual(["forget"]);
  });

  it("goes to the Send screen with it", async () => {
    const window = mainWindow(busy, "devices");
    await window.user.click((await menuAt(window, of("device-row", "Studio Mac"))).getByTestId("send-to-item"));
    expect(screen.getByRole("heading", { level: 1, name: "Send" })).toBeDefined();
    expect(of("device-tile", "Studio Mac").getAttribute("aria-pressed")).toBe("true");
  });
});

describe("the menu of an offer", () => {
  it("has the choice to accept always, which is the card's", async () => {
    const window = inboxWindow({ ...inbox, transfers: [offer] });
    const menu = await menuAt(window, first("offer-card"));
    await window.user.click(menu.getByTestId("always-item"));
    expect(first("always-check")).toHaveProperty("checked", true);
    expect(asked(window)).toEqual([]);
    await window.user.click((await menuAt(window, first("offer-card"))).getByTestId("accept-item"));
    expect(asked(window)).toEqual(["accept", "trust"]);
  });
});

describe("the menu of a list", () => {
  it("is about the chosen item that it was asked at", async () => {
    const window = mainWindow(chosen, "send");
    const item = (await screen.findAllByTestId("selection-item"))[1] as HTMLElement;
    const [, second] = useDraft.getState().paths;
    await window.user.click((await menuAt(window, item)).getByTestId("remove-chosen-item"));
    expect(useDraft.getState().paths).not.toContain(second);
    expect(useDraft.getState().paths).toHaveLength(2);
  });

  it("opens, copies and removes what the history keeps", async () => {
    const window = mainWindow(busy, "history");
    const row = of("history-row", "renders");
    await window.user.click((await menuAt(window, row)).getByTestId("copy-receipt-item"));
    expect(window.host.asked).toMatchObject([{ name: "copy_text" }]);
    await window.user.click((await menuAt(window, of("history-row", "renders"))).getByTestId("receipt-item"));
    const receipt = await screen.findByRole("dialog", { name: "renders" });
    await window.user.keyboard("{Escape}");
    await vi.waitFor(() => expect(receipt.isConnected).toBe(false));
    const id = busy.transfers.find(({ title }) => title === "renders")?.id;
    await window.user.click((await menuAt(window, of("history-row", "renders"))).getByTestId("remove-item"));
    expect(window.host.asked.at(-1)).toEqual({ name: "remove", args: { id } });
    expect(screen.queryAllByTestId("history-row").some(({ textContent }) => textContent.includes("renders"))).toBe(false);
  });

  it("offers nothing of the history that is under way again", async () => {
    const ended = transfer({ state: "cancelled", finished_ms: 1 });
    const window = mainWindow({ ...empty, transfers: [ended, { ...ended, id: "b".repeat(32), title: "other" }] }, "history");
    await menuAt(window, of("history-row", ended.title));
    expect(names()).toContain("Retry");
    act(() => window.host.push({ transfers: [{ ...ended, state: "active", finished_ms: null }] }));
    expect(names()).toEqual([]);
  });

  it("does not open by a clock of the library's, at whichever row was asked before", async () => {
    const window = mainWindow(busy, "history");
    await menuAt(window, of("history-row", "renders"));
    await window.user.keyboard("{Escape}");
    await vi.waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    const other = screen.getAllByTestId("history-row").find(({ textContent }) => !textContent.includes("renders")) as HTMLElement;
    vi.useFakeTimers();
    fireEvent.touchStart(other, { touches: [{ clientX: 5, clientY: 5 }] });
    act(() => void vi.advanceTimersByTime(2000));
    vi.useRealTimers();
    expect(screen.queryByRole("menu")).toBeNull();
    // Where a long press gives its event, that row is asked.
    fireEvent.contextMenu(other);
    expect(await screen.findByRole("menu")).toBeDefined();
  });

  it("copies the device of an entry of the security log, if it has one", async () => {
    const window = mainWindow({ ...trusting, audit }, "history");
    await window.user.click(screen.getByTestId("history-log"));
    await screen.findAllByTestId("log-row");
    await window.user.pointer({ keys: "[MouseRight]", target: of("log-row", "This device") });
    expect(screen.queryByRole("menu")).toBeNull();
    await menuAt(window, of("log-row", "Studio Mac"));
    expect(names()).toEqual(["Copy device id"]);
    await window.user.click(within(screen.getByRole("menu")).getByText("Copy device id"));
    expect(asked(window).at(-1)).toBe("copy_text");
  });

  it("copies the path of a file, and leaves the row of the transfer alone", async () => {
    const window = mainWindow({ ...empty, transfers: [transfer({ durable_bytes: 5, bytes: 10, files: 3 })] }, "activity");
    await window.user.click(screen.getByTestId("details-button"));
    await window.user.click(screen.getByTestId("files-toggle"));
    const rows = await screen.findAllByTestId("file-row");
    const path = rows[1]?.querySelector("[data-text]")?.textContent;
    const menu = await menuAt(window, rows[1] as HTMLElement);
    expect(names()).toEqual(["Copy path within the transfer"]);
    await window.user.click(menu.getByTestId("copy-path-item"));
    expect(window.host.asked).toEqual([{ name: "copy_text", args: path }]);
  });
});

describe("the menus of the inbox", () => {
  it("open what has arrived and answer what is offered", async () => {
    const window = inboxWindow(inbox);
    const menu = await menuAt(window, first("arrived-item"));
    expect(names()).toEqual(["Open", "Show in folder", "Verify again", "Remove from History"]);
    await window.user.click(menu.getByTestId("open-item"));
    await window.user.click((await menuAt(window, first("offer-card"))).getByTestId("decline-item"));
    expect(asked(window)).toEqual(["open_path", "decline"]);
  });

  it("do not accept what cannot be accepted", async () => {
    const window = inboxWindow(inbox);
    const blocked = screen.getAllByTestId("offer-card")[1] as HTMLElement;
    expect(within(blocked).getByTestId("accept-button")).toHaveProperty("disabled", true);
    expect((await menuAt(window, blocked)).getByTestId("accept-item").getAttribute("aria-disabled")).toBe("true");
  });
});

describe("by keys", () => {
  it("opens at the row that has the focus, by the Menu key and by Shift and F10", async () => {
    const { user } = mainWindow({ ...empty, transfers: underWay }, "activity");
    first("pause-button").focus();
    for (const keys of ["{ContextMenu}", "{Shift>}{F10}{/Shift}"]) {
      await user.keyboard(keys);
      expect(await screen.findByRole("menu")).toBeDefined();
      await user.keyboard("{Escape}");
      await vi.waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
      expect(document.activeElement).toBe(first("pause-button"));
    }
  });

  it("leaves the keys to a field", async () => {
    const { user } = mainWindow(busy, "devices");
    const row = of("device-row", "Studio Mac");
    await user.click(within(row).getByTestId("device-details"));
    const field = within(row).getAllByRole("textbox")[0] as HTMLElement;
    field.focus();
    // What is prevented gives false.
    expect(fireEvent.keyDown(field, { key: "ContextMenu" })).toBe(true);
    expect(fireEvent.keyDown(field, { key: "F10", shiftKey: true })).toBe(true);
    await user.keyboard("{ContextMenu}{Shift>}{F10}{/Shift}");
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

describe("the browser's own menu", () => {
  it("is kept out, but where something is typed", () => {
    keepBrowserMenuOut();
    mainWindow(busy, "devices");
    // What is prevented gives false.
    expect(fireEvent.contextMenu(screen.getByRole("heading", { level: 1 }))).toBe(false);
    expect(fireEvent.contextMenu(first("device-row"))).toBe(false);
    expect(fireEvent.contextMenu(screen.getByTestId("add-device-input"))).toBe(true);
  });

  it("copies text that is marked, in a row with a menu too", () => {
    keepBrowserMenuOut();
    mainWindow(busy, "devices");
    const [here, other] = screen.getAllByTestId("device-row").map((row) => row.querySelector("[data-text]") as HTMLElement) as [HTMLElement, HTMLElement];
    getSelection()?.selectAllChildren(here);
    expect(fireEvent.contextMenu(here)).toBe(true);
    expect(screen.queryByRole("menu")).toBeNull();
    expect(fireEvent.contextMenu(other)).toBe(false);
    getSelection()?.removeAllRanges();
  });

  it("has the fields of a row that has a menu of its own", async () => {
    keepBrowserMenuOut();
    const { user } = mainWindow(busy, "devices");
    const row = of("device-row", "Studio Mac");
    await user.click(within(row).getByTestId("device-details"));
    expect(fireEvent.contextMenu(within(row).getAllByRole("textbox")[0] as HTMLElement)).toBe(true);
    expect(screen.queryByRole("menu")).toBeNull();
  });
});
