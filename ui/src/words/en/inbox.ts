// Offers, and what has arrived.

import type { NameProblemKind } from "../../host/api";
import { count, size } from "../../format/numbers";
import { files, plural } from "./counting";

const nameProblems: Record<NameProblemKind, string> = {
  unholdable: "not possible as a name on this system",
  collision: "the same name as another entry on this system",
};

export const inbox = {
  title: "Inbox",
  offers: "Offered to you",
  incoming: "Arriving",
  arrived: "Arrived",
  empty: "Your inbox is empty",
  emptyHint: "Give others your ticket from the Send screen. What they offer appears here.",
  offer: (device: string, title: string): string => `Offer of ${device}: ${title}`,
  from: (device: string): string => `${device} offers`,
  unknownHint: "Compare the device id with its owner before you accept.",
  notByItself: "It was not accepted by itself.",
  fits: (free: number): string => `Fits: ${size(free)} free`,
  fitsQuota: (left: number): string => `Fits: ${size(left)} left of the limit of the inbox folder`,
  room: (free: number): string => `${size(free)} free`,
  roomQuota: (left: number): string => `${size(left)} left of the limit of the inbox folder`,
  perhapsTooLarge: (missing: number): string => `Up to ${size(missing)} more needed, less what is skipped`,
  tooLarge: (missing: number): string => `Does not fit: ${size(missing)} more needed`,
  overQuota: (missing: number): string => `${size(missing)} over the limit of the inbox folder`,
  atLeast: (n: number, bytes: number): string => `at least ${files(n)}, ${size(bytes)}, still counting`,
  atLeastSize: (bytes: number): string => `at least ${size(bytes)}`,
  contents: "Contents",
  choose: (n: number): string => `Contents, choose files (${plural(n, "entry", "entries")})`,
  chooseFolders: "Contents, choose folders",
  chosen: (part: number, all: number, bytes: number): string => `${count(part)} of ${files(all)} chosen, ${size(bytes)}`,
  chosenAtLeast: (bytes: number): string => `Part of it chosen, at least ${size(bytes)}`,
  chosenNone: "Nothing chosen",
  selectAll: "All",
  selectNone: "None",
  onlyFolders: {
    counting: "The other device is still counting. Until it has finished, whole folders can be chosen.",
    long: (n: number): string =>
      `Only the first ${plural(n, "entry is", "entries are")} listed here, so whole folders can be chosen.`,
    partly: "A folder that is chosen in part brings the ticked folders only; a fully ticked one brings everything in it.",
    roots: (n: number): string => `${plural(n, "item", "items")} at the top are not listed; they come along when everything is chosen.`,
  },
  problems: (n: number): string => `${plural(n, "name is", "names are")} changed for this system`,
  problemsLabel: "Names that are changed for this system",
  problem: (kind: NameProblemKind, storedAs: string | null): string =>
    storedAs === null ? nameProblems[kind] : `stored as “${storedAs}”: ${nameProblems[kind]}`,
  existing: (n: number): string => `${plural(n, "name is", "names are")} taken in the folder already`,
  existingLabel: "Names that are taken in the folder already",
  conflict: "What is there already",
  conflictAsk: "Choose…",
  blocked: {
    disk: "Choose fewer files or another folder, or free space: this offer waits.",
    quota: "Choose fewer files or another folder, or raise the limit in the settings.",
    nothing: "Choose what to take.",
    conflict: "Choose first what happens to what is there already.",
  },
  acceptFiles: (n: number): string => `Accept ${files(n)}`,
  acceptPart: "Accept this part",
  recentFolders: "Recent folders",
  otherFolder: "Choose another folder…",
  accept: "Accept",
  acceptTo: "Accept to…",
  decline: "Decline",
  always: {
    choice: (device: string): string => `Always accept from ${device}`,
    means: "From now on what it offers is accepted without asking, into the same folder. You can take this back under Devices.",
    done: (device: string): string => `What ${device} offers is accepted without asking from now on.`,
    undo: "Under Devices you can limit this or take it back.",
    devices: "Show devices",
  },
  open: "Open",
  show: "Show in folder",
  openLabel: (title: string): string => `Open ${title}`,
  showLabel: (title: string): string => `Show ${title} in its folder`,
} as const;
