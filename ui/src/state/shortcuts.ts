// The keys of the main window. A key is named as `KeyboardEvent.key`, with "mod" for Control, or Command on a Mac.

import { create } from "zustand";
import { SCREENS, type Screen } from "./navigation";

export type Act = `go-${Screen}` | "choose-files" | "choose-folders" | "inbox" | "pair" | "search" | "send" | "keys";

export const SHORTCUTS: readonly { act: Act; key: string; mod: boolean; shift?: boolean }[] = [
  ...SCREENS.map((screen, at) => ({ act: `go-${screen}` as const, key: String(at + 1), mod: true })),
  { act: "choose-files", key: "o", mod: true },
  { act: "choose-folders", key: "o", mod: true, shift: true },
  { act: "send", key: "Enter", mod: true },
  { act: "inbox", key: "i", mod: true },
  { act: "pair", key: "d", mod: true },
  { act: "search", key: "f", mod: true },
  { act: "keys", key: "?", mod: false },
];

/** Whether the list of them is shown. */
export const useShortcutList = create<{ shown: boolean }>(() => ({ shown: false }));

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function actOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): Act | null {
  if (altKey) return null;
  const mod = ctrlKey || metaKey;
  const found = SHORTCUTS.find((one) => {
    if (one.mod !== mod) return false;
    // Where "?" lies decides the keyboard.
    return one.key === "?" ? key === "?" : one.key.toLowerCase() === key.toLowerCase() && (one.shift ?? false) === shiftKey;
  });
  return found?.act ?? null;
}
