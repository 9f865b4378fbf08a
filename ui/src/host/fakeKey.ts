// What the scripted engine knows of this device's key.

import type { Commands, Failure, KeyView } from "./api";

type KeyCommands = "key" | "export_key" | "import_key" | "move_key" | "rotate_key";

const IN_FILE: Omit<KeyView, "device_id"> = {
  place: "file",
  path: "/home/ada/.local/share/chunkstream/device.key",
  keyring_problem: null,
  restart_needed: false,
};

/** The device after a change of its key. */
export const ROTATED = "W8HCT4-QX6KNM-2RPLV9-B3JDYZ-F7GEAS-U1C5";

/** A key that moves where it is told; a keyring with a problem takes none. */
export function fakeKey(device: string, scene: Partial<KeyView> = {}): { [N in KeyCommands]: (args: Commands[N][0]) => Commands[N][1] } {
  let key: KeyView = { device_id: device, ...IN_FILE, ...scene };
  return {
    key: () => key,
    export_key: () => ({}),
    import_key: () => (key = { ...key, place: "file", restart_needed: true }),
    rotate_key: () => (key = { ...key, device_id: ROTATED, restart_needed: true }),
    move_key: ({ to }) => {
      if (to === "keyring" && key.keyring_problem !== null) {
        const failure: Failure = { code: "key_unavailable", message: key.keyring_problem, detail: null };
        throw failure;
      }
      return (key = { ...key, place: to });
    },
  };
}
