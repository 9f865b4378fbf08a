// What has the focus may go: a row that is removed, an offer that is answered. Browsers give the focus to the page then,
// and who works by keys starts again at its top. Here it goes to what stands at that place now.

import { isOpen } from "./pressing";

/** What of a list's row takes over from the row beside it. Elsewhere the place itself does: nothing is pressed twice. */
const HEIR = "[data-heir]";
const ROW = "li, [role=listitem]";
/** These hold the focus, and give it back by themselves. */
const OVERLAY = "[role=menu], [role=dialog], [role=alertdialog], [role=listbox], [data-base-ui-focus-guard]";

/** Where the focus was: at `at`, or where `at` and what was `beside` it held what had it. */
interface Place {
  at: Node;
  beside: (Node | null)[];
}

/** Watches the page until the returned function is called. */
export function keepFocus(): () => void {
  let place: Place | null = null;
  // A click beside everything puts the focus away on purpose; one at a control gives it the focus in a moment.
  const leave = ({ target }: Event) => {
    if (!isOver(target)) place = null;
  };
  const arrive = ({ target }: Event) => {
    if (target instanceof Element && !isOver(target)) place = { at: target, beside: [] };
  };
  const observer = new MutationObserver((records) => {
    for (const record of records) place = after(place, record);
    if (place === null || place.beside.length === 0 || !isNobodys()) return;
    const heir = heirOf(place);
    place = null;
    if (heir !== null) give(heir);
  });
  addEventListener("pointerdown", leave, true);
  addEventListener("focusin", arrive);
  observer.observe(document, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    removeEventListener("pointerdown", leave, true);
    removeEventListener("focusin", arrive);
  };
}

function after(place: Place | null, { target, removedNodes, nextSibling, previousSibling }: MutationRecord): Place | null {
  if (place === null) return null;
  const { at } = place;
  // What only moved is there still.
  const gone = [...removedNodes].some((node) => !node.isConnected && node.contains(at));
  return gone ? { at: target, beside: [nextSibling, previousSibling] } : place;
}

function isOver(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(OVERLAY) !== null;
}

function isNobodys(): boolean {
  const { activeElement, body } = document;
  return (activeElement === null || activeElement === body) && !isOpen(OVERLAY);
}

function heirOf({ at, beside }: Place): HTMLElement | null {
  for (const one of beside) {
    if (!(one instanceof HTMLElement) || !one.isConnected || !one.matches(ROW)) continue;
    const heir = one.querySelector<HTMLElement>(HEIR);
    if (heir !== null) return heir;
  }
  return at instanceof HTMLElement && at.isConnected && at !== document.body ? at : null;
}

/** A place is no stop of Tab: it can have the focus for as long as it has it. */
function give(heir: HTMLElement): void {
  if (!heir.matches(HEIR) && !heir.hasAttribute("tabindex")) {
    heir.tabIndex = -1;
    heir.dataset["place"] = "";
    heir.addEventListener(
      "blur",
      () => {
        heir.removeAttribute("tabindex");
        delete heir.dataset["place"];
      },
      { once: true },
    );
  }
  heir.focus({ preventScroll: true });
}
