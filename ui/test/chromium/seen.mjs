// What of a page is not to be seen. Both are run in the page, so each stands alone.

/** Names of elements that stick out of the window sideways. */
export const sticksOut = () =>
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getClientRects().length > 0 && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.className.toString());

/**
 * Texts that something cuts off, where neither an ellipsis says so nor a scroll leads to the rest; and what scrolls, but
 * not to where it is cut off itself.
 */
export const cutOff = () => {
  const SCROLLS = new Set(["auto", "scroll"]);
  const CUTS = new Set(["hidden", "clip"]);
  const SEEN = { visibilityProperty: true };

  /** What cuts this rectangle off, or nothing. A letter's box may be a little higher than its line. */
  const cutter = (from, rect) => {
    const slack = { x: 1.5, y: Math.max(2, Math.min(6, rect.height / 4)) };
    const free = { x: false, y: false };
    for (let box = from; box !== null; box = box.parentElement) {
      const { overflowX, overflowY, textOverflow, webkitLineClamp, clipPath, position } = getComputedStyle(box);
      // For those who hear the page only; and what is drawn over everything begins anew.
      if (clipPath.startsWith("inset(50%")) return null;
      const edge = box.getBoundingClientRect();
      if (SCROLLS.has(overflowX)) free.x = true;
      if (SCROLLS.has(overflowY)) free.y = true;
      const told = textOverflow === "ellipsis" || webkitLineClamp !== "none";
      const sideways = rect.right > edge.right + slack.x || rect.left < edge.left - slack.x;
      const upright = rect.bottom > edge.bottom + slack.y || rect.top < edge.top - slack.y;
      if (CUTS.has(overflowX) && sideways && !free.x && !told) return box;
      if (CUTS.has(overflowY) && upright && !free.y && webkitLineClamp === "none") return box;
      // Beyond what ends in an ellipsis, or in its last line, nothing of the text is to be seen.
      if (told && CUTS.has(overflowX)) free.x = true;
      if (told && webkitLineClamp !== "none") free.y = true;
      if (position === "fixed") break;
    }
    return null;
  };
  // Rows out of sight have a height that is only guessed until they are drawn.
  const guessed = [...document.querySelectorAll("*")].filter((element) => getComputedStyle(element).contentVisibility === "auto");
  for (const element of guessed) element.style.contentVisibility = "visible";

  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.data.trim() === "" || !node.parentElement.checkVisibility(SEEN)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const rect of range.getClientRects()) {
      const box = rect.width === 0 ? null : cutter(node.parentElement, rect);
      if (box !== null) found.push(`“${node.data}” by ${box.className}`);
    }
  }
  for (const element of document.querySelectorAll("body *")) {
    const { overflowX, overflowY } = getComputedStyle(element);
    if (!(SCROLLS.has(overflowX) || SCROLLS.has(overflowY)) || !element.checkVisibility(SEEN) || element.parentElement === null) continue;
    const box = cutter(element.parentElement, element.getBoundingClientRect());
    if (box !== null) found.push(`the scrolling ${element.className} by ${box.className}`);
  }
  for (const element of guessed) element.style.contentVisibility = "";
  return [...new Set(found)];
};
