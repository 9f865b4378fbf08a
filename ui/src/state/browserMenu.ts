// The browser's own menu offers to go back and to load anew, which no window of a program does. Where something is typed
// it stays: it pastes, and corrects what is misspelt.

/** Whether text is typed there. */
export function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea") !== null;
}

export function keepBrowserMenuOut(): void {
  addEventListener("contextmenu", (event) => {
    if (!isField(event.target)) event.preventDefault();
  });
}
