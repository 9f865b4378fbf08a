// What a key of a whole window must not be taken from.

export function isInDialog(): boolean {
  return isOpen("[role=dialog], [role=alertdialog]");
}

/** Menus and lists that drop down stay in the page, hidden, once they were open. */
export function isOpen(overlay: string): boolean {
  return [...document.querySelectorAll(overlay)].some((one) => one.closest("[hidden]") === null);
}

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input:not([type=checkbox], [type=radio]), textarea, [contenteditable]") !== null;
}
