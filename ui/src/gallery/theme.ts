/** Makes the sheets believe that the system prefers this theme: the product itself follows the system only. */
export function force(theme: string | null): void {
  if (theme !== "light" && theme !== "dark") return;
  document.documentElement.style.colorScheme = theme;
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSMediaRule && rule.media.mediaText.includes("prefers-color-scheme: dark")) {
        rule.media.mediaText = theme === "dark" ? "all" : "not all";
      }
    }
  }
}
