// The browser's own menu offers to go back and to load anew, which no window of a program does. Where something is typed
// it stays: it pastes, and corrects what is misspelt. So it does at text that has been marked: it copies that.

/** Whether text is typed there. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea") !== null;
}

/** Whether the browser's own menu stays there. */
export function hasBrowserMenu(target: EventTarget | null): boolean {
  return isField(target) || isMarked(target);
}

function isMarked(target: EventTarget | null): boolean {
  const text = target instanceof Element ? target.closest("[data-text]") : null;
  const marked = getSelection();
  return text !== null && marked !== null && !marked.isCollapsed && text.contains(marked.anchorNode) && text.contains(marked.focusNode);
}

export function keepBrowserMenuOut(): void {
  addEventListener("contextmenu", (event) => {
    if (!hasBrowserMenu(event.target)) event.preventDefault();
  });
}
