import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { devices, empty } from "../../src/gallery/scenes";
import { mayHoldFiles } from "../../src/main/usePaste";
import { mainWindow } from "./window";

const FILES = ["/home/ada/one.txt", "/home/ada/a folder"];
const copied = { ...empty, clipboard: FILES };
const data = (types: string[], text = "") => ({ types, getData: (type: string) => (type === "text/plain" ? text : "") });
const chosen = () => screen.queryAllByTestId("selection-item").map((item) => item.dataset["path"]);

describe("a paste", () => {
  it("of files chooses them, whatever screen is shown, and once", async () => {
    const { user } = mainWindow(copied, "settings");
    await user.keyboard("{Control>}v{/Control}");
    await waitFor(() => expect(chosen()).toEqual(FILES));
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Send");
    await user.keyboard("{Meta>}v{/Meta}");
    expect(chosen()).toEqual(FILES);
  });

  it("of files into a field chooses them, and leaves the field as it is", async () => {
    mainWindow(copied);
    const field = screen.getByTestId("target-input");
    expect(fireEvent.paste(field, { clipboardData: data(["Files", "text/plain"], FILES[0]) })).toBe(false);
    await waitFor(() => expect(chosen()).toEqual(FILES));
  });

  it("of files where a path is wanted, or in a dialog, is the field's", async () => {
    const { user } = mainWindow({ ...copied, devices }, "settings");
    const field = document.createElement("input");
    field.dataset["takesPath"] = "";
    document.body.append(field);
    expect(fireEvent.paste(field, { clipboardData: data(["text/plain"], FILES[0]) })).toBe(true);
    field.remove();
    await user.keyboard("?");
    const list = await screen.findByTestId("shortcut-list");
    expect(fireEvent.paste(list, { clipboardData: data(["Files"]) })).toBe(true);
    expect(chosen()).toEqual([]);
  });

  it("of text into a field is the field's", async () => {
    const { user } = mainWindow(copied);
    const field = screen.getByTestId("target-input");
    await user.click(field);
    await user.keyboard("{Control>}v{/Control}");
    await user.paste("chunkstream1abc");
    expect(field).toHaveProperty("value", "chunkstream1abc");
    expect(chosen()).toEqual([]);
  });

  it("of anything else chooses nothing and goes nowhere", async () => {
    const { user } = mainWindow(empty, "settings");
    await user.keyboard("{Control>}v{/Control}");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Settings");
  });

  it("does nothing behind a dialog", async () => {
    const { user } = mainWindow(copied, "settings");
    await user.keyboard("?");
    await screen.findByTestId("shortcut-list");
    await user.keyboard("{Control>}v{/Control}");
    expect(screen.getByRole("heading", { level: 1, hidden: true }).textContent).toBe("Settings");
  });
});

describe("what a paste may hold", () => {
  it("is files if the web view says so, or gives nothing but paths and addresses, or nothing", () => {
    expect(mayHoldFiles(data(["Files"], "two words"))).toBe(true);
    for (const text of ["file:///a\r\nfile:///b\n", "/home/ada/one.txt", "C:\\one.txt", ""]) {
      expect(mayHoldFiles(data(["text/plain"], text))).toBe(true);
    }
    for (const text of ["see file:///a", "/a\nand more", "https://example.org/", "chunkstream1abc"]) {
      expect(mayHoldFiles(data(["text/plain"], text))).toBe(false);
    }
    expect(mayHoldFiles(null)).toBe(false);
  });

  it("is text all the same where the system knows of no files, and the field gets it", async () => {
    const insert = vi.fn();
    document.execCommand = insert;
    mainWindow(empty);
    fireEvent.paste(screen.getByTestId("target-input"), { clipboardData: data(["text/plain"], "/home/ada") });
    await waitFor(() => expect(insert).toHaveBeenCalledWith("insertText", false, "/home/ada"));
    expect(chosen()).toEqual([]);
  });
});
