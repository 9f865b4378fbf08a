// Whether an offer, or the chosen part of it, fits into the inbox folder.

import type { Preflight } from "../host/api";

export interface Fit {
  /** Bytes missing; 0 if it fits. */
  shortBy: number;
  /** Whether all of the choice is counted: else it may not fit although nothing is missing yet. */
  certain: boolean;
  /** What is the narrower: the space on the disk, or the limit set for the inbox folder. */
  limit: "disk" | "quota";
  free: number | null;
  quotaLeft: number | null;
}

/** `part` is the bytes of a choice, at least, null when everything is taken. Null while nothing is known. */
export function fitOf(preflight: Preflight | null, part: number | null, certain = true): Fit | null {
  if (preflight === null) return null;
  const { free_bytes: free, quota_left: quotaLeft, short_by } = preflight;
  if (free === null && quotaLeft === null && short_by === 0) return null;
  const room = Math.min(free ?? Infinity, quotaLeft ?? Infinity);
  return {
    shortBy: part === null ? short_by : Math.max(0, part - room),
    certain,
    limit: quotaLeft !== null && quotaLeft < (free ?? Infinity) ? "quota" : "disk",
    free,
    quotaLeft,
  };
}
