import { act, createEvent, fireEvent, screen, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { busy, inbox } from "../../src/gallery/scenes";
import { words } from "../../src/words";
import { inboxWindow, mainWindow } from "./window";

const AT = { x: 10, y: 10 };

/** Presses and moves the mouse; whether the page's own drag was held back for the system's. */
function drag(pressed: Element, handle: Element): boolean {
  fireEvent.mouseDown(pressed);
  if (!(handle as HTMLElement).draggable) return false;
  const begins = createEvent.dragStart(handle);
  fireEvent(handle, begins);
  return begins.defaultPrevented;
}

const arrivedItem = () => screen.getAllByTestId("arrived-item")[0] as HTMLElement;

/** A row of the main window that has come whole. */
function completedRow(): HTMLElement {
  const rows = screen.getAllByTestId("transfer-row");
  const row = rows.find(({ dataset }) => dataset["state"] === "completed" && dataset["direction"] === "receiving");
  return row as HTMLElement;
}

const handleOf = (row: HTMLElement) => row.querySelector("[role=img]") as HTMLElement;

describe("dragging out what has arrived", () => {
  it("asks for all of a transfer by its number", () => {
    const { host } = inboxWindow(inbox);
    const item = arrivedItem();
    expect(drag(within(item).getByTestId("drag-handle"), item)).toBe(true);
    expect(host.asked).toEqual([{ name: "drag_out", args: { transfer: item.dataset["transferId"], file: null } }]);
  });

  it("leaves a press on a button to the button", () => {
    const { host } = inboxWindow(inbox);
    const item = arrivedItem();
    expect(drag(within(item).getByTestId("open-button"), item)).toBe(false);
    expect(host.asked).toEqual([]);
    // The next press on the row drags again.
    expect(drag(item, item)).toBe(true);
  });

  it("drags one file of several by its number, and leaves its name to be selected", async () => {
    const { host, user } = mainWindow(busy, "activity");
    const row = completedRow();
    await user.click(within(row).getByTestId("details-button"));
    await user.click(within(row).getByTestId("files-toggle"));
    const [entry] = await within(row).findAllByTestId("file-row");
    const handle = entry?.firstElementChild as HTMLElement;
    expect(handle.title).toBe(words.activity.dragOut);
    expect(entry?.querySelector("[data-text]")?.closest("[draggable]") ?? null).toBeNull();
    expect(drag(handle, handle)).toBe(true);
    const dragged = host.asked.filter(({ name }) => name === "drag_out");
    expect(dragged).toEqual([{ name: "drag_out", args: { transfer: row.dataset["transferId"], file: 0 } }]);
  });

  it("does not drag what is still on its way, or goes out", () => {
    mainWindow(busy, "activity");
    for (const row of screen.getAllByTestId("transfer-row")) {
      const { state, direction } = row.dataset;
      const drags = drag(handleOf(row), handleOf(row));
      expect(drags, `${direction} ${state}`).toBe(state === "completed" && direction === "receiving");
    }
  });

  it("takes a drag back that ends in its own window, and no other", async () => {
    const { host } = mainWindow(busy, "activity");
    const handle = handleOf(completedRow());
    expect(drag(handle, handle)).toBe(true);
    act(() => host.dragOver(AT));
    expect(screen.queryByTestId("drop-veil")).toBeNull();
    // Its end may be told before the drop.
    await act(async () => host.endDragOut());
    act(() => host.drop(["/home/ada/Inbox/mine"], AT));
    expect(screen.queryAllByTestId("selection-item")).toEqual([]);

    act(() => host.drop(["/home/ada/other"], AT));
    await vi.waitFor(() => expect(screen.queryAllByTestId("selection-item")).toHaveLength(1));
  });

  it("says what is not there any more, and takes drops again", async () => {
    const dragFails = { code: "not_found", message: "for the log", detail: "/home/ada/Inbox/gone" } as const;
    const { host } = mainWindow({ ...busy, dragFails }, "activity");
    const handle = handleOf(completedRow());
    drag(handle, handle);
    expect(await screen.findByTestId("notice")).toBeDefined();
    act(() => host.dragOver(AT));
    expect(screen.queryByTestId("drop-veil")).not.toBeNull();
  });
});
