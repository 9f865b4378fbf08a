// The list of transfers, and an opened row.

import type { Direction, EntryFilter, EntryStanding, Reason } from "../../host/api";
import { count, size } from "../../format/numbers";
import { duration } from "../../format/time";
import { files, noFiles, plural, plurals } from "./counting";

const inFiles = (all: string, n: number): string => (n === 0 ? noFiles : `${all} in ${files(n)}`);

export const activity = {
  title: "Activity",
  needsYou: "Needs you",
  underWay: "Under way",
  finished: "Finished",
  pauseAll: "Pause all",
  resumeAll: "Resume all",
  empty: "Nothing is being sent or received",
  emptyHint: "What you send and what you accept appears here. What has ended stays in History.",
  toHistory: "Show History",
  filter: {
    search: "Search by name, device or folder",
    which: "Which",
    shown: { all: "All", sending: "Sending", receiving: "Receiving", needsYou: "Needs you" },
    nothing: "No such transfer here",
    nothingHint: "Nothing that is shown here has all these words and is of that kind. History may have more.",
  },
  toSend: "Send something",
  peer: (direction: Direction, device: string): string => (direction === "sending" ? `to ${device}` : `from ${device}`),
  direction: { sending: "Sending", receiving: "Receiving" } satisfies Record<Direction, string>,
  progressLabel: (title: string): string => `Progress of ${title}`,
  progress: (part: string, all: string, percent: string): string => `${part} of ${all} (${percent})`,
  announced: (part: string, all: string): string => `${part} of at least ${all}, still counting`,
  left: (seconds: number): string => `${duration(seconds)} left`,
  total: (all: string, n: number): string => inFiles(all, n),
  arrived: (all: string, n: number, when: string): string => `${inFiles(all, n)}, verified on both sides, ${when}`,
  ended: (part: string, all: string, when: string): string => `${part} of ${all} had arrived, ${when}`,
  kept: (part: string, all: string, when: string): string => `${part} of ${all} are kept for a retry, ${when}`,
  offered: "Offered to you. Answer in the inbox.",
  states: {
    offered: "Offer",
    waiting: "Waiting",
    preparing: "Preparing",
    reconnecting: "Reconnecting",
    paused: "Paused",
    stopped: "Needs you",
    completing: "Finishing",
    completed: "Completed",
    failed: "Failed",
    declined: "Declined",
    cancelled: "Cancelled",
  },
  pause: (title: string): string => `Pause ${title}`,
  resume: (title: string): string => `Resume ${title}`,
  cancel: (title: string): string => `Cancel ${title}`,
  more: (title: string): string => `More for ${title}`,
  /** In the menu of a row, which stands for one transfer. */
  menu: { pause: "Pause", resume: "Resume", cancel: "Cancel…", cancelNow: "Cancel" },
  priority: "Priority",
  limit: "Speed limit",
  noLimit: "No limit",
  clearFinished: "Clear finished",
  clearedStay: "What has ended stays in History.",
  cleared: (n: number): string => `${plural(n, "transfer", "transfers")} put away. ${n === 1 ? "It stays" : "They stay"} in History.`,
  showMore: (n: number): string => `Show ${count(n)} more`,
  showInFolder: "Show in folder",
  copyId: "Copy transfer id",
  details: (title: string): string => `Details of ${title}`,
  retry: "Retry",
  retryLabel: (title: string): string => `Retry ${title}`,
  tryAgain: "Try again",
  tryAgainLabel: (title: string): string => `Try again: ${title}`,
  askAgain: "Ask for it again",
  askAgainLabel: (title: string): string => `Ask for it again: ${title}`,
  declinedHere: "You said no. Nothing was received; you can ask for it again.",
  askedFor: (device: string): string => `Waiting for ${device} to send it again. Everything received is kept.`,
  keptHere: (bytes: number): string => `${size(bytes)} are kept in the target folder. A retry goes on from there.`,
  keptThere: (bytes: number, device: string): string =>
    `${size(bytes)} had arrived. A retry goes on from there, unless they were removed at ${device}.`,
  notKept: "Nothing is kept. A retry begins anew.",
  removePartial: "Remove partial files…",
  confirmRemovePartial: {
    title: (title: string): string => `Remove the partial files of “${title}”?`,
    text: (bytes: number): string => `${size(bytes)} that have arrived are deleted. A retry begins anew.`,
    yes: "Remove",
    no: "Keep them",
  },
  changed: {
    says: (n: number, gone: number): string => {
      if (gone >= n)
        return n === 1
        ? "The file is gone since it was offered. Go on without it?"
        : `${files(n)} are gone since they were offered. Go on without them?`;
      const which = n === 1 ? "A file changed since it was offered" : `${files(n)} changed since they were offered`;
      const lost = gone === 0 ? "" : `, ${count(gone)} of them ${plurals.select(gone) === "one" ? "is" : "are"} gone`;
      return `${which}${lost}. Send the new version, or leave ${n === 1 ? "it" : "them"} out?`;
    },
    label: "Changed files",
    send: "Send new version",
    leaveOut: "Leave out",
    goneToo: "What is gone is left out in either case. Or put it back and try again.",
    putBack: "Or put it back and try again.",
  },
  verification: {
    verify: "Verify again",
    verifyLabel: (title: string): string => `Verify again: ${title}`,
    running: (part: string, all: string, percent: string): string => `Verifying again: ${part} of ${all} (${percent})`,
    progressLabel: (title: string): string => `Verification of ${title}`,
    found: (sound: number, changed: number, missing: number, when: string): string => {
      if (changed + missing === 0) return `Verified again, ${when}: ${sound === 1 ? "the file is" : `all ${files(sound)} are`} what arrived.`;
      const damage = [changed > 0 ? `${count(changed)} changed` : "", missing > 0 ? `${count(missing)} missing` : ""];
      return `Verified again, ${when}: ${[`${count(sound)} sound`, ...damage.filter((part) => part !== "")].join(", ")}.`;
    },
    changedTitle: (n: number): string => `${files(n)} with another content than arrived`,
    missingTitle: (n: number): string => `${files(n)} not there any more`,
    next: (device: string): string => `They were changed, moved or deleted here since they arrived. ${device} can send them again.`,
  },
  facts: {
    from: "From",
    into: "Into",
    begun: "Begun",
    until: "Waits until",
    root: "BLAKE3",
  },
  chart: {
    rate: "Throughput",
    rtt: "Round trip",
    lost: "Packets lost",
    ms: (n: number): string => `${count(Math.round(n))} ms`,
    perSecond: (n: string): string => `${n}/s`,
    most: (value: string): string => `peak ${value}`,
  },
  chunkMap: {
    title: "Chunks",
    there: (part: string, all: string, percent: string): string => `${part} of ${all} have arrived (${percent})`,
    flying: (n: string): string => `${n} on their way`,
    recovered: (n: string): string => `${n} rebuilt from parity`,
    legendLabel: "What the shapes mean",
    legend: { r: "Arrived", p: "Rebuilt from parity", f: "On its way", ".": "Missing" },
  },
  dragOut: "Drag it into a folder or another program",
  fileList: {
    title: (n: number): string => `Files (${count(n)})`,
    label: (title: string): string => `Files of ${title}`,
    which: "Which files",
    filters: { all: "All", unfinished: "Not arrived yet", left_out: "Left out" } satisfies Record<EntryFilter, string>,
    none: {
      all: "Nothing has been found yet.",
      unfinished: "Every file has arrived.",
      left_out: "Nothing is left out.",
    } satisfies Record<EntryFilter, string>,
    cut: (n: number): string => `The first ${count(n)} of them.`,
    standings: {
      waiting: "Waiting",
      partial: "In part",
      done: "Arrived",
      changed: "Changed",
      withdrawn: "Left out",
      skipped: "Not received",
    } satisfies Record<EntryStanding, string>,
    copyPath: "Copy path within the transfer",
    storedAs: (path: string): string => `stored as ${path}`,
  },
  ways: {
    title: "Paths",
    used: "in use",
    other: "also known",
    lost: (share: string): string => `${share} lost`,
  },
  repair: {
    title: "Loss and repair",
    lost: "Packets lost",
    resent: "Chunks sent again",
    cost: "Parity sent",
    gain: "Chunks rebuilt from parity",
  },
  timeLine: {
    title: "What happened",
    made: { sending: "Chosen to be sent", receiving: "Offered to this device" } satisfies Record<Direction, string>,
    again: "Begun again",
    moving: "Moving",
    why: {
      waiting_for_device: "Waiting for the device",
      waiting_for_answer: "Waiting for an answer",
      reconnecting: "Connection lost",
      queued: "Waiting for its turn",
      paused_here: "Paused here",
      paused_by_peer: "Paused at the other device",
      over_rule: "Beyond the rule for the device",
      source_changed: "A file changed",
      source_unreadable: "A file could not be read",
      disk_full: "The disk was full",
      disk_unwritable: "The folder could not be written",
      database: "The record could not be written",
      finishing: "Everything has arrived, comparing",
    } satisfies Record<Reason, string> as Readonly<Record<Reason, string>>,
    checked: "Verified again",
  },
  confirmCancel: {
    title: (title: string): string => `Cancel “${title}”?`,
    text: (direction: Direction): string =>
      direction === "sending"
        ? "It stops on both devices. Your files stay as they are, and what has arrived is kept there for a retry."
        : "It stops on both devices. What has arrived is kept for a retry, until you remove it.",
    yes: "Cancel transfer",
    no: "Keep it",
  },
} as const;
