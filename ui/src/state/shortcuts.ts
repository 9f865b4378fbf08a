// The keys of the windows. A key is named as `KeyboardEvent.key`, with "mod" for Control, or Command on a Mac.

import { create } from "zustand";
import { SCREENS, type Screen } from "./navigation";

export type Act = `go-${Screen}` | "choose-files" | "choose-folders" | "paste" | "inbox" | "pair" | "search" | "send" | "keys" | "quit";

/** What the keys of the inbox window do. None of them answers an offer: that is never one key away. */
export type InboxAct = "next-offer" | "previous-offer" | "keys" | "quit";

export interface Shortcut<A extends string> {
  act: A;
  key: string;
  mod: boolean;
  shift?: boolean;
}

export const SHORTCUTS: readonly Shortcut<Act>[] = [
  ...SCREENS.map((screen, at) => ({ act: `go-${screen}` as const, key: String(at + 1), mod: true })),
  { act: "choose-files", key: "o", mod: true },
  { act: "choose-folders", key: "o", mod: true, shift: true },
  { act: "paste", key: "v", mod: true },
  { act: "send", key: "Enter", mod: true },
  { act: "inbox", key: "i", mod: true },
  { act: "pair", key: "d", mod: true },
  { act: "search", key: "f", mod: true },
  { act: "keys", key: "?", mod: false },
  { act: "quit", key: "q", mod: true },
];

export const INBOX_SHORTCUTS: readonly Shortcut<InboxAct>[] = [
  { act: "next-offer", key: "ArrowDown", mod: true },
  { act: "previous-offer", key: "ArrowUp", mod: true },
  { act: "keys", key: "?", mod: false },
  { act: "quit", key: "q", mod: true },
];

/** Whether the list of them is shown. */
export const useShortcutList = create<{ shown: boolean }>(() => ({ shown: false }));

type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

export function actOf(pressed: Pressed): Act | null {
  return actIn(SHORTCUTS, pressed);
}

export function actIn<A extends string>(shortcuts: readonly Shortcut<A>[], { key, ctrlKey, metaKey, shiftKey, altKey }: Pressed): A | null {
  if (altKey) return null;
  const mod = ctrlKey || metaKey;
  const found = shortcuts.find((one) => {
    if (one.mod !== mod) return false;
    // Where "?" lies decides the keyboard.
    return one.key === "?" ? key === "?" : one.key.toLowerCase() === key.toLowerCase() && (one.shift ?? false) === shiftKey;
  });
  return found?.act ?? null;
}
