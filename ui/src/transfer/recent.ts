import type { TransferView } from "../host/api";

/** Folders that are offered again. */
const MOST = 5;

/**
 * The folders into which somebody had transfers put lately, the newest first: not the inbox folder, nor what a rule sorts
 * into folders in it. `finished` is in that order.
 */
export function recentFolders(finished: readonly TransferView[], inbox: string): readonly string[] {
  const found = new Set<string>();
  for (const { direction, state, folder } of finished) {
    if (direction === "receiving" && state === "completed" && folder !== null && !isWithin(folder, inbox)) found.add(folder);
    if (found.size === MOST) break;
  }
  return [...found];
}

function isWithin(folder: string, inbox: string): boolean {
  return folder === inbox || (folder.startsWith(inbox) && /^[/\\]/.test(folder.slice(inbox.length)));
}
