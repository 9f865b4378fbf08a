// The time line of a transfer: when it was made, what it turned to, when it ended.

import type { TransferView } from "../host/api";
import type { Turn } from "../state/samples";
import { words } from "../words";
import { standing, toneOf, type Tone } from "./describe";

export interface TurnLine {
  at: number;
  says: string;
  tone: Tone;
}

export function turnsOf(transfer: TransferView, seen: readonly Turn[]): TurnLine[] {
  const { timeLine } = words.activity;
  const { created_ms, finished_ms, verification } = transfer;
  const lines: TurnLine[] = [{ at: created_ms, says: timeLine.made[transfer.direction], tone: "calm" }];
  for (const turn of seen) {
    const then: TransferView = { ...transfer, ...turn, rate: 0, verification: null };
    const says = turn.state === "active" && turn.reason === null ? timeLine.moving : standing(then);
    // What ended is said below, with the time that the engine has noted.
    if (turn.state === "completed" || turn.state === "failed" || turn.state === "cancelled") continue;
    if (says !== lines.at(-1)?.says) lines.push({ at: turn.at, says, tone: toneOf(then) });
  }
  if (finished_ms !== null) lines.push({ at: finished_ms, says: standing({ ...transfer, verification: null }), tone: toneOf({ ...transfer, verification: null }) });
  const checked = verification?.finished_ms ?? null;
  if (checked !== null) lines.push({ at: checked, says: timeLine.checked, tone: toneOf(transfer) });
  return lines.toReversed();
}
