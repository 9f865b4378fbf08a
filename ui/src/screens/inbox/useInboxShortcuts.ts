// Does what the keys of the inbox window say, unless something is typed or a dialog or a menu is open.

import { useEffect } from "react";
import { useAttempt } from "../../host/context";
import { isInDialog, isOpen, isTyping } from "../../state/pressing";
import { actIn, INBOX_SHORTCUTS, useShortcutList, type InboxAct } from "../../state/shortcuts";

const CARD = "[data-testid=offer-card]";

export function useInboxShortcuts(): void {
  const attempt = useAttempt();
  useEffect(() => {
    const acts: Record<InboxAct, () => void> = {
      "next-offer": () => go(1),
      "previous-offer": () => go(-1),
      keys: () => useShortcutList.setState({ shown: true }),
      // The question before it is asked in the main window.
      quit: () => void attempt((host) => host.requestQuit()),
    };
    const press = (event: KeyboardEvent) => {
      const act = actIn(INBOX_SHORTCUTS, event);
      if (act === null || event.defaultPrevented || isInDialog() || isOpen("[role=menu], [role=listbox]")) return;
      if (act === "quit" ? event.repeat : isTyping(event.target)) return;
      event.preventDefault();
      acts[act]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [attempt]);
}

/** To the card after or before the one with the focus; the first or the last if none has it. */
function go(step: 1 | -1): void {
  const cards = [...document.querySelectorAll<HTMLElement>(CARD)];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  const to = at === -1 ? (step === 1 ? 0 : cards.length - 1) : at + step;
  cards[to]?.focus();
}
