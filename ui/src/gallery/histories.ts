// History in each state, and with as much in it as there may be.

import type { TransferView } from "../host/api";
import type { Scene } from "../host/fake";
import { useHistory } from "../state/history";
import { NOON, phone, server, studio, transfer } from "./make";
import { busy, empty } from "./scenes";
import type { Stage } from "./stages";
import { trusting } from "./trust";

const NAMES = ["Wedding, raw", "dailies", "contract, signed.pdf", "renders", "old laptop", "field recordings", "site plan.dwg", "installer.msi"];

/** So many that have ended, over the last year. */
export function ended(n: number): TransferView[] {
  return Array.from({ length: n }, (_, at) =>
    transfer(
      {
        id: (at + 1).toString(16).padStart(32, "0"),
        title: `${NAMES[at % NAMES.length]} ${at + 1}`,
        direction: at % 3 === 0 ? "receiving" : "sending",
        state: at % 11 === 5 ? "failed" : at % 17 === 3 ? "cancelled" : "completed",
        failure: at % 11 === 5 ? { code: "connection_lost", message: "for the log", detail: null } : null,
        roots: [],
        files: (at * 37) % 900 || 1,
        bytes: (((at + 1) * 7919) % 41_000) * 1_000_000,
        created_ms: NOON - at * 3_000_000 - 900_000,
        finished_ms: NOON - at * 3_000_000,
      },
      [studio, server, phone][at % 3],
    ),
  );
}

const many: Scene = { ...busy, transfers: [...busy.transfers, ...ended(400)] };

function press(testId: string): void {
  const found = document.querySelector<HTMLElement>(`[data-testid="${testId}"]`)?.closest<HTMLElement>("button");
  if (found === null || found === undefined) requestAnimationFrame(() => press(testId));
  else found.click();
}

export const historyStages = {
  history: { window: "main", screen: "history", scene: many },
  "history-empty": { window: "main", screen: "history", scene: empty },
  "history-nothing": { window: "main", screen: "history", scene: many, before: () => useHistory.setState({ search: "no such thing" }) },
  "history-receipt": { window: "main", screen: "history", scene: { ...busy, transfers: busy.transfers.slice(-6) }, before: () => press("history-row") },
  "history-log": { window: "main", screen: "history", scene: trusting, before: () => useHistory.setState({ list: "log" }) },
  "history-log-empty": { window: "main", screen: "history", scene: busy, before: () => useHistory.setState({ list: "log" }) },
} satisfies Record<string, Stage>;

