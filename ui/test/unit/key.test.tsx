// This device's key, in Settings.

import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { ROTATED } from "../../src/host/fakeKey";
import type { Scene } from "../../src/host/fake";
import { identity, studio } from "../../src/gallery/make";
import { empty } from "../../src/gallery/scenes";
import { mainWindow } from "./window";

const FILE = "/run/media/ada/STICK/key.txt";
const keyed: Scene = { ...empty, saveAs: FILE, files: [FILE] };

const asked = (host: { asked: readonly { name: string; args: unknown }[] }, name: string) =>
  host.asked.filter((one) => one.name === name).map(({ args }) => args);

describe("the key of this device", () => {
  it("says where it is, and moves to the keyring and back", async () => {
    const { host, user } = mainWindow(keyed, "settings");
    expect((await screen.findByTestId("key-place")).textContent).toMatch(/^In a file that only you can read\./);
    expect(screen.getByTestId("key-path").textContent).toMatch(/device\.key$/);
    await user.click(screen.getByTestId("move-key"));
    expect(await screen.findByText("In the system’s keyring.")).toBeDefined();
    await user.click(screen.getByTestId("move-key"));
    expect(await screen.findByText("In a file that only you can read.")).toBeDefined();
    expect(asked(host, "move_key")).toEqual([{ to: "keyring" }, { to: "file" }]);
  });

  it("says why it is not in the keyring, and is not moved there then", async () => {
    mainWindow({ ...keyed, key: { keyring_problem: "it is locked" } }, "settings");
    expect((await screen.findByTestId("keyring-problem")).textContent).toBe("The system’s keyring cannot be used now; it may be locked.");
    expect(screen.getByTestId("move-key")).toHaveProperty("disabled", true);
  });

  it("says which device this will be when another key is stored", async () => {
    mainWindow({ ...keyed, key: { restart_needed: true, device_id: studio.device_id } }, "settings");
    expect((await screen.findByTestId("key-restart")).textContent).toContain(studio.device_id);
  });

  it("that cannot be had says so; one can be imported, nothing else be done", async () => {
    mainWindow({ ...keyed, fails: { key: { code: "key_unavailable", message: "", detail: null } } }, "settings");
    expect(await screen.findByText("The key of this device cannot be had.")).toBeDefined();
    expect(screen.queryByTestId("export-key")).toBeNull();
    expect(screen.getByTestId("import-key")).toBeDefined();
  });
});

describe("the change of the key", () => {
  it("is asked about, and says which device this will be", async () => {
    const { host, user } = mainWindow(keyed, "settings");
    await user.click(await screen.findByTestId("rotate-key"));
    expect(asked(host, "rotate_key")).toEqual([]);
    await user.click(await screen.findByTestId("confirm-yes"));
    expect((await screen.findByTestId("key-restart")).textContent).toContain(ROTATED);
    expect(asked(host, "rotate_key")).toEqual([{}]);
    // Once, before the next start.
    expect(screen.getByTestId("rotate-key")).toHaveProperty("disabled", true);
  });
});

describe("the export of the key", () => {
  it("needs a file and twice the same passphrase of ten characters", async () => {
    const { host, user } = mainWindow(keyed, "settings");
    await user.click(await screen.findByTestId("export-key"));
    const yes = screen.getByTestId("export-yes");
    await user.type(screen.getByTestId("export-passphrase"), "ninechars");
    await user.type(screen.getByTestId("export-again"), "ninechars");
    await user.click(screen.getByTestId("export-file"));
    expect(yes).toHaveProperty("disabled", true);
    await user.type(screen.getByTestId("export-passphrase"), "!");
    expect(screen.getByText("The two differ.")).toBeDefined();
    expect(yes).toHaveProperty("disabled", true);
    await user.type(screen.getByTestId("export-again"), "!");
    expect(screen.queryByText("The two differ.")).toBeNull();
    await user.click(yes);
    await waitFor(() => expect(screen.queryByTestId("export-dialog")).toBeNull());
    expect(asked(host, "export_key")).toEqual([{ path: FILE, passphrase: "ninechars!" }]);
    expect(screen.getByTestId("notice").textContent).toContain(FILE);
  });

  it("counts characters as the engine does", async () => {
    const { user } = mainWindow(keyed, "settings");
    await user.click(await screen.findByTestId("export-key"));
    await user.click(screen.getByTestId("export-file"));
    for (const field of ["export-passphrase", "export-again"]) await user.type(screen.getByTestId(field), "🔑".repeat(9));
    expect(screen.getByTestId("export-yes")).toHaveProperty("disabled", true);
    for (const field of ["export-passphrase", "export-again"]) await user.type(screen.getByTestId(field), "🔑");
    expect(screen.getByTestId("export-yes")).toHaveProperty("disabled", false);
  });

  it("that fails says so where it was asked for", async () => {
    const scene: Scene = { ...keyed, fails: { export_key: { code: "disk_unwritable", message: "", detail: FILE } } };
    const { user } = mainWindow(scene, "settings");
    await user.click(await screen.findByTestId("export-key"));
    for (const field of ["export-passphrase", "export-again"]) await user.type(screen.getByTestId(field), "long enough");
    await user.click(screen.getByTestId("export-file"));
    await user.click(screen.getByTestId("export-yes"));
    expect(await within(screen.getByTestId("export-dialog")).findByTestId("failure")).toBeDefined();
    expect(screen.getByTestId("export-yes")).toHaveProperty("disabled", false);
  });
});

describe("the import of a key", () => {
  it("gives up the present identity only when that was said", async () => {
    const { host, user } = mainWindow(keyed, "settings");
    await user.click(await screen.findByTestId("import-key"));
    await user.click(screen.getByTestId("import-file"));
    await user.type(screen.getByTestId("import-passphrase"), "long enough{Enter}");
    const yes = screen.getByTestId("import-yes");
    expect(yes).toHaveProperty("disabled", true);
    expect(asked(host, "import_key")).toEqual([]);
    await user.click(screen.getByTestId("import-agreed"));
    await user.click(yes);
    expect((await screen.findByTestId("key-restart")).textContent).toContain(identity.device_id);
    expect(screen.queryByTestId("import-dialog")).toBeNull();
    expect(asked(host, "import_key")).toEqual([{ path: FILE, passphrase: "long enough", replace: true }]);
  });

  it("with another passphrase changes nothing and says so", async () => {
    const scene: Scene = { ...keyed, fails: { import_key: { code: "wrong_passphrase", message: "", detail: null } } };
    const { user } = mainWindow(scene, "settings");
    await user.click(await screen.findByTestId("import-key"));
    await user.click(screen.getByTestId("import-file"));
    await user.type(screen.getByTestId("import-passphrase"), "not the one");
    await user.click(screen.getByTestId("import-agreed"));
    await user.click(screen.getByTestId("import-yes"));
    expect(await within(screen.getByTestId("import-dialog")).findByText(/The passphrase is not the one of this file/)).toBeDefined();
    expect(screen.queryByTestId("key-restart")).toBeNull();
  });
});
