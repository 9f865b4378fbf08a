// Why a transfer stands where it stands, and what limits one that moves.

import type { Direction, LimitedBy, Reason } from "../../host/api";
import { size } from "../../format/numbers";
import { QUOTA, type Standing } from "../shapes";
import { the } from "./counting";

/** Why a transfer stands where it stands, seen from this side of it, and what happens next. */
export const reasons: Record<Reason, (standing: Standing) => string> = {
  waiting_for_device: ({ device, until }) =>
    until === null ? `Starts by itself when ${device} is there.` : `Starts by itself when ${device} is there, until ${until}.`,
  waiting_for_answer: ({ direction, device }) =>
    direction === "sending" ? `Offered. It starts when ${device} accepts.` : "Waiting for your answer in the inbox.",
  reconnecting: () => "Connection lost. Everything received is kept; it goes on by itself.",
  queued: () => "Waiting for its turn. Another transfer goes first; it starts by itself.",
  paused_here: () => "Paused by you. Everything received is kept.",
  paused_by_peer: ({ device }) => `Paused at ${device}. It goes on when it is resumed there.`,
  over_rule: ({ device, about }) =>
    about === null
      ? `${device} sends more than your rule for it lets in. Resume to take all of it, or cancel; what arrived is kept.`
      : `${device} sends ${about}, which your rule for it asks about. Resume to take it, or cancel; what arrived is kept.`,
  source_changed: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "A file")} changed since it was offered. Cancel and send again, so that the new version arrives.`
      : `A file changed at ${device} since it was offered. It goes on when that is decided there.`,
  source_unreadable: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "A file")} cannot be read. Check that it is still there and that you may open it, then try again.`
      : `A file cannot be read at ${device}. It goes on when that is mended there.`,
  disk_full: ({ direction, device, about, left, short }) => {
    if (direction === "sending") return `The disk of ${device} is full. It goes on when there is space again.`;
    if (short > 0) {
      return about === QUOTA
        ? `The limit of the inbox folder is reached: ${size(short)} more are needed. Raise it in the settings or remove something there, then try again; everything received is kept.`
        : `The disk is full: ${size(short)} more are needed. Free that much, then try again; everything received is kept.`;
    }
    return about === QUOTA
      ? `The limit of the inbox folder is reached, and ${size(left)} are still to come. Raise it in the settings or remove something there, then try again; everything received is kept.`
      : `The disk is full, and ${size(left)} are still to come. Free space, then try again; everything received is kept.`;
  },
  disk_unwritable: ({ direction, device, about }) =>
    direction === "receiving"
      ? `${the(about, "The folder")} cannot be written. Check that it is there and that you may write to it, then try again; everything received is kept.`
      : `${device} cannot write the files. It goes on when that is mended there.`,
  database: () =>
    "The record of transfers cannot be written. Check that the disk of this program’s data has space; it goes on by itself then, and everything received is kept.",
  finishing: () => "Everything has arrived. Comparing both sides and putting the files in their places.",
};

/** What limits a transfer that moves, seen from this side of it. */
export const limitedBy: Record<LimitedBy, (device: string, direction: Direction) => string> = {
  transfer_limit: () => "Limited by the speed limit that you set for this transfer.",
  device_limit: (device) => `Limited by the speed limit that you set for ${device}.`,
  engine_limit: () => "Limited by the speed limit that you set for all devices.",
  disk: (_device, direction) =>
    direction === "sending"
      ? "Limited by this device’s disk: sending waits for files to be read."
      : "Limited by this device’s disk: receiving waits for what came to be written.",
  processor: () => "Limited by this device’s processors: sending waits for checksums.",
  network: (device) => `Limited by the network: what has been read waits for the path to ${device}.`,
  peer_limit: (device) => `Limited by a speed limit that is set on ${device}.`,
  peer_disk: (device) => `Limited by ${device}’s disk: sending waits for what arrived there to be written.`,
};
