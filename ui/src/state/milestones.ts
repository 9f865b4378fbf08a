// What a window says by itself: milestones of the engine, and what its parts have to add. Several that come together are
// said together.

import { create } from "zustand";
import { reconnecting, milestones, sentenceOf, type Lost, type Milestone } from "../transfer/milestones";
import { useEngine } from "./engine";

/** What comes within this time after the first is said with it. */
export const GATHER_MS = 1000;
/** It is heard by then; who reads the page later must not find it as if it were new. */
const STAYS_MS = 10_000;
const LOOK_MS = 1000;

/** Sentences that a part of the window wants to be said, each with its number. */
const useSaid = create<{ next: number; text: string }>(() => ({ next: 0, text: "" }));

export function announce(text: string): void {
  useSaid.setState(({ next }) => ({ next: next + 1, text }));
}

/** Calls `say` with what is to be said, and with nothing when that is over, until the returned function is called. */
export function tellMilestones(say: (text: string) => void): () => void {
  let gathered: Milestone[] = [];
  let added: string[] = [];
  let lost: Lost = new Map();
  let telling: ReturnType<typeof setTimeout> | undefined;
  let ending: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;

  const tell = () => {
    telling = undefined;
    say([sentenceOf(gathered), ...added].filter((part) => part !== "").join(" "));
    gathered = [];
    added = [];
    clearTimeout(ending);
    ending = setTimeout(() => say(""), STAYS_MS);
  };
  const soon = () => (telling ??= setTimeout(tell, GATHER_MS));
  const gather = (found: readonly Milestone[]) => {
    if (found.length === 0) return;
    gathered.push(...found);
    soon();
  };
  const look = () => {
    clearTimeout(looking);
    const seen = reconnecting(lost, useEngine.getState().transfers, Date.now());
    ({ lost } = seen);
    gather(seen.found);
    if ([...lost.values()].some((since) => since !== null)) looking = setTimeout(look, LOOK_MS);
  };

  look();
  const stops = [
    useEngine.subscribe((now, before) => {
      gather(milestones(before, now));
      if (now.transfers !== before.transfers) look();
    }),
    useSaid.subscribe(({ text }) => {
      added = [...added, text];
      soon();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    for (const timer of [telling, ending, looking]) clearTimeout(timer);
  };
}
