// The shapes of what the catalogues have in common: not words, but what words are given and give.

import type { Direction } from "../host/api";

/** What went wrong, and what to do next. `about` is the path, address or name that it is about. */
export type FailureWords = {
  severity: "info" | "warning" | "error";
  says: (about: string | null) => string;
  next: string;
};

/** What a full disk is about when it is the limit of the inbox folder that is reached. */
export const QUOTA = "quota";

/** What a sentence about a standing transfer may speak of. */
export type Standing = {
  direction: Direction;
  device: string;
  /** The file or folder that it is about. */
  about: string | null;
  /** Bytes that are still to come. */
  left: number;
  /** Bytes that the folder cannot take of them; 0 where that is not known. */
  short: number;
  /** When it is given up. */
  until: string | null;
};

/** A sentence of the log: who it is about, and what the entry says under a word; null if it says nothing. */
export type AuditWords = (who: string, says: (word: string) => string | null) => string;
