// The time line of a transfer: when it was made, what it turned to, when it ended.

import type { TransferView, TurnView } from "../host/api";
import { words } from "../words";
import { shortened, standing, toneOf, type Tone } from "./describe";

export interface TurnLine {
  at: number;
  says: string;
  /** The file or folder that it was about. */
  about: string | null;
  tone: Tone;
}

/** The newest first; what reads the same as the line before it is left out. */
export function turnsOf(transfer: TransferView, turns: readonly TurnView[]): TurnLine[] {
  const lines: TurnLine[] = [];
  for (const [index, turn] of turns.entries()) {
    const then = thenOf(transfer, turn, index === turns.length - 1);
    const line = { at: turn.at_ms, says: said(then, turns[index - 1] ?? null), about: shortened(turn.about), tone: toneOf(then) };
    const before = lines.at(-1);
    if (before?.says !== line.says || before.about !== line.about) lines.push(line);
  }
  const checked = transfer.verification?.finished_ms ?? null;
  if (checked !== null) lines.push({ at: checked, says: words.activity.timeLine.checked, about: null, tone: toneOf(transfer) });
  return lines.toReversed();
}

/** The transfer as it was: of what it ended by only the last end is known. */
function thenOf(transfer: TransferView, { state, reason }: TurnView, last: boolean): TransferView {
  return { ...transfer, state, reason, rate: 0, verification: null, failure: last ? transfer.failure : null };
}

function said(then: TransferView, before: TurnView | null): string {
  const { timeLine } = words.activity;
  const { state, reason, direction } = then;
  if (before === null && state === "created") return timeLine.made[direction];
  // What was created and still is has only been counted, or has found whom it waits for.
  if (before?.state !== "created" && state === "created") return timeLine.again;
  if (reason !== null) return timeLine.why[reason];
  return state === "active" ? timeLine.moving : standing(then);
}
