// The system's dialogs speak the language of the windows.

import { act, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { empty } from "../../src/gallery/scenes";
import { tauriHost } from "../../src/host/tauri";
import { prefer } from "../../src/state/preferences";
import { speak, words } from "../../src/words";
import { mainWindow } from "./window";

const { open, save } = vi.hoisted(() => ({ open: vi.fn(async () => null), save: vi.fn(async () => null) }));
vi.mock("@tauri-apps/plugin-dialog", () => ({ open, save }));

afterEach(() => {
  vi.clearAllMocks();
  prefer({ language: "system" });
  localStorage.clear();
});

describe("the system's dialogs", () => {
  it("never open without a title, for then they would have an English one", async () => {
    const host = tauriHost();
    await host.chooseFiles("Dateien");
    await host.chooseFile("Datei");
    await host.chooseFolders("Mehrere Ordner");
    await host.chooseFolder("Ordner");
    expect(open.mock.calls).toEqual([
      [{ title: "Dateien", multiple: true }],
      [{ title: "Datei" }],
      [{ title: "Mehrere Ordner", multiple: true, directory: true }],
      [{ title: "Ordner", directory: true }],
    ]);
    await host.chooseSavePath("Beleg", "a.txt", [{ name: "Text", ending: "txt" }, { name: "Zeilen", ending: "jsonl" }]);
    expect(save.mock.calls).toEqual([
      [{ title: "Beleg", defaultPath: "a.txt", filters: [{ name: "Text", extensions: ["txt"] }, { name: "Zeilen", extensions: ["jsonl"] }] }],
    ]);
  });

  it("have their titles, file names and types from the catalogue", async () => {
    const { host, user } = mainWindow({ ...empty, folder: null }, "settings");
    act(() => prefer({ language: "de" }));
    await user.click(await screen.findByRole("button", { name: "Ordner überwachen …" }));
    await user.click(await screen.findByTestId("export-key"));
    await user.click(await screen.findByTestId("export-file"));
    expect(host.choosers).toEqual([
      ["Ordner zum Überwachen wählen"],
      ["Den Schlüssel dieses Geräts speichern", "chunkstream-geräteschlüssel.txt", "Text (txt)"],
    ]);
  });

  it("have titles that differ, so that a person knows which one this is", () => {
    for (const language of ["en", "de", "ja"] as const) {
      speak(language);
      const { types: _, ...titles } = words.dialogs;
      expect(new Set(Object.values(titles)).size).toBe(Object.keys(titles).length);
    }
  });
});
