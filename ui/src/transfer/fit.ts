// Whether an offer, or the chosen part of it, fits into the inbox folder.

import type { Preflight } from "../host/api";

export interface Fit {
  /** Bytes missing; 0 if it fits. */
  shortBy: number;
  /** `perhaps` where more than is listed will come, or where some of it will be skipped. */
  fits: "yes" | "no" | "perhaps";
  /** What is the narrower: the space on the disk, or the limit set for the inbox folder. */
  limit: "disk" | "quota";
  free: number | null;
  quotaLeft: number | null;
}

export interface Wanted {
  /** Bytes of a choice, null when everything is taken. */
  part: number | null;
  /** Whether the choice brings more than is listed. */
  more: boolean;
  /** Whether some of it is skipped. */
  less: boolean;
}

/** Null while nothing is known. */
export function fitOf(preflight: Preflight | null, { part, more, less }: Wanted): Fit | null {
  if (preflight === null) return null;
  const { free_bytes: free, quota_left: quotaLeft, short_by } = preflight;
  if (free === null && quotaLeft === null && short_by === 0) return null;
  const room = Math.min(free ?? Infinity, quotaLeft ?? Infinity);
  const shortBy = part === null ? short_by : Math.max(0, part - room);
  const open = shortBy > 0 ? less : more;
  return {
    shortBy,
    fits: open ? "perhaps" : shortBy > 0 ? "no" : "yes",
    limit: quotaLeft !== null && quotaLeft < (free ?? Infinity) ? "quota" : "disk",
    free,
    quotaLeft,
  };
}
