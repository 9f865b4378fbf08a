import { act, fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { busy } from "../../src/gallery/scenes";
import { inboxWindow, mainWindow } from "./window";

describe("the question before the end", () => {
  it("says what becomes of the transfers, and ends the program only when that was said", async () => {
    const { host, user } = mainWindow(busy, "activity");
    expect(screen.queryByTestId("quit-dialog")).toBeNull();
    act(() => host.askToQuit(2));
    const dialog = await screen.findByRole("alertdialog", { name: "Quit ChunkStream Pro?" });
    expect(dialog.textContent).toContain("2 transfers are under way. They are kept and go on when the program is started again.");
    await user.click(screen.getByTestId("quit-now"));
    expect(host.asked).toEqual([{ name: "quit", args: { now: true } }]);
    expect(screen.queryByTestId("quit-dialog")).toBeNull();
  });

  it("is answered once when it is closed, and can be asked again", async () => {
    const { host, user } = mainWindow(busy, "activity");
    act(() => host.askToQuit(1));
    expect((await screen.findByTestId("quit-dialog")).textContent).toContain("1 transfer is under way. It is kept and goes on");
    await user.keyboard("{Escape}");
    expect(host.asked).toEqual([{ name: "quit", args: { now: false } }]);
    act(() => host.askToQuit(1));
    await user.click(await screen.findByTestId("quit-later"));
    expect(host.asked).toHaveLength(2);
    expect(host.asked[1]).toEqual({ name: "quit", args: { now: false } });
  });
});

const asks = (host: { asked: readonly { name: string }[] }) => host.asked.filter(({ name }) => name === "ask_to_quit").length;

describe("the key that quits", () => {
  it("asks the shell, also from a field and over another dialog, and not again while the question stands", async () => {
    const { host, user } = mainWindow(busy);
    await user.click(screen.getByTestId("target-input"));
    await user.keyboard("{Control>}q{/Control}");
    expect(asks(host)).toBe(1);
    act(() => (document.activeElement as HTMLElement).blur());
    await user.keyboard("?");
    await screen.findByTestId("shortcut-list");
    await user.keyboard("{Control>}q{/Control}");
    expect(asks(host)).toBe(2);
    act(() => host.askToQuit(1));
    await screen.findByTestId("quit-dialog");
    await user.keyboard("{Control>}q{/Control}");
    expect(asks(host)).toBe(2);
  });

  it("is pressed once while it is held", () => {
    const { host } = mainWindow(busy);
    fireEvent.keyDown(document.body, { key: "q", ctrlKey: true, repeat: true });
    expect(asks(host)).toBe(0);
  });

  it("is there in the inbox too", async () => {
    const { host, user } = inboxWindow(busy);
    await user.keyboard("q{Meta>}q{/Meta}");
    expect(asks(host)).toBe(1);
  });
});
