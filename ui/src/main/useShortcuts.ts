// Does what the keys of state/shortcuts.ts say, unless something is typed or a dialog is open.

import { useEffect } from "react";
import { useAttempt } from "../host/context";
import { useChoosing } from "../screens/send/choosing";
import { useHistory } from "../state/history";
import { isScreen, useNavigation } from "../state/navigation";
import { usePairing } from "../state/pairing";
import { isInDialog, isTyping } from "../state/pressing";
import { useQuit } from "../state/quit";
import { actOf, useShortcutList, type Act } from "../state/shortcuts";
import { usePaste } from "./usePaste";

export function useShortcuts(): void {
  const attempt = useAttempt();
  const { files, folders } = useChoosing();
  const paste = usePaste();
  useEffect(() => {
    const { go } = useNavigation.getState();
    const acts: Record<Exclude<Act, `go-${string}`>, () => void> = {
      "choose-files": () => (go("send"), files()),
      "choose-folders": () => (go("send"), folders()),
      paste,
      inbox: () => void attempt((host) => host.showInbox()),
      pair: () => (go("devices"), usePairing.getState().open("show")),
      search: () => {
        useHistory.setState({ list: "transfers" });
        go("history");
        requestAnimationFrame(() => document.querySelector<HTMLElement>("[data-search]")?.focus());
      },
      quit: () => void attempt((host) => host.requestQuit()),
      send: () => document.querySelector<HTMLElement>("[data-send]")?.click(),
      keys: () => useShortcutList.setState({ shown: true }),
    };
    const press = (event: KeyboardEvent) => {
      const act = actOf(event);
      if (act === null || event.defaultPrevented || (isInDialog() && !(act === "quit" && useQuit.getState().asked === null))) return;
      // A key that is held is pressed once.
      if (act === "quit" && event.repeat) return;
      // There they are text, and a paste is the field's unless it is of files.
      if ((act === "keys" || act === "paste") && isTyping(event.target)) return;
      event.preventDefault();
      const screen = act.replace(/^go-/, "");
      if (act.startsWith("go-") && isScreen(screen)) go(screen);
      else acts[act as keyof typeof acts]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [attempt, files, folders, paste]);
}
