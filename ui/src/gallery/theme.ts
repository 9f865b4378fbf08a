/** Shows this theme whatever the system prefers, as the setting does. */
export function force(theme: string | null): void {
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
}
