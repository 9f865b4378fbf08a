// What a moving transfer has shown so far, for its chart. Kept by the window, so it begins when the window does: the
// engine is not asked for it.

import { create } from "zustand";
import type { TransferView } from "../host/api";
import { isFinal } from "../transfer/kinds";

export interface Sample {
  at: number;
  /** Durable bytes per second. */
  rate: number;
  /** Milliseconds. */
  rtt: number;
  /** Packets lost per second since the sample before. */
  lost: number;
}

export interface Story {
  samples: readonly Sample[];
  /** Counted packets at the last sample. */
  lost: number;
}

/** Two minutes at four samples a second. */
export const MOST_SAMPLES = 480;
export const STEP_MS = 250;
/** More rows than this are not looked at one by one; the longest known go. */
export const MOST_STORIES = 200;

const NOTHING: Story = { samples: [], lost: 0 };

interface Stories {
  of: ReadonlyMap<string, Story>;
  record(transfers: readonly TransferView[], removed: readonly string[], now: number): void;
}

export const useStories = create<Stories>((set) => ({
  of: new Map(),
  record: (transfers, removed, now) =>
    set(({ of }) => {
      const next = new Map(of);
      for (const id of removed) next.delete(id);
      for (const transfer of transfers) {
        const old = next.get(transfer.id);
        // One that had ended before it was seen has no story to tell.
        if (old === undefined && isFinal(transfer)) continue;
        const story = told(old ?? NOTHING, transfer, now);
        if (story !== (old ?? NOTHING)) next.set(transfer.id, story);
      }
      for (const id of next.keys()) {
        if (next.size <= MOST_STORIES) break;
        next.delete(id);
      }
      return { of: next };
    }),
}));

function told(old: Story, transfer: TransferView, now: number): Story {
  const { state, rate, stats } = transfer;
  const last = old.samples.at(-1);
  const moves = state === "active" || state === "completing";
  // Once, when it stops: what it had last is not what it has now.
  if (!moves && last !== undefined && last.rate > 0) {
    return { ...old, samples: [...old.samples, { ...last, at: now, rate: 0, lost: 0 }].slice(-MOST_SAMPLES) };
  }
  if (!moves || (last !== undefined && now - last.at < STEP_MS)) return old;
  const seconds = last === undefined ? 0 : (now - last.at) / 1000;
  // A new connection counts from nought.
  const lost = seconds > 0 && stats.packets_lost >= old.lost ? (stats.packets_lost - old.lost) / seconds : 0;
  const samples = [...old.samples, { at: now, rate, rtt: stats.rtt_ms, lost }].slice(-MOST_SAMPLES);
  return { samples, lost: stats.packets_lost };
}
