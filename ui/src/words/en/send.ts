// Choosing what to send, and to whom.

import { size } from "../../format/numbers";
import { files, list, plural } from "./counting";

export const send = {
  title: "Send",
  drop: "Drop files and folders here",
  dropHint: "or anywhere in this window",
  dropNow: "Drop to add to what you send",
  dropOn: (device: string): string => `Drop to send to ${device} at once`,
  measure: {
    counting: (n: number, bytes: number): string => `at least ${files(n)}, ${size(bytes)}, still counting`,
    unreadable: (n: number): string => `${plural(n, "item", "items")} cannot be read and will be left out`,
    unreadableLabel: "What cannot be read",
  },
  chooseFiles: "Choose files…",
  chooseFolder: "Choose folder…",
  chosen: (n: number): string => plural(n, "item chosen", "items chosen"),
  remove: (name: string): string => `Remove ${name}`,
  clear: "Clear",
  to: "Send to",
  targetLabel: "Ticket, pairing code or address",
  targetPlaceholder: "Paste a ticket or a code, or DEVICE-ID@HOST:PORT",
  target: {
    ticket: "A ticket. The device is checked when the connection is made.",
    address: "An address. The device is checked when the connection is made.",
    code: "A pairing code. Pair with its device, then send.",
    device: (name: string): string => `Your device ${name}.`,
    port: "Add the port: DEVICE-ID@HOST:PORT.",
    id: "The part before @ must be a device id.",
    unknown: "Not a ticket, an address or a known device yet.",
  },
  devices: "Known devices",
  noDevices: "Devices that you send to or receive from appear here.",
  online: "Online",
  offline: "Offline, sent when it is back",
  priority: "Priority",
  button: "Send",
  buttonTo: (n: number): string => `Send to ${plural(n, "device", "devices")}`,
  sending: "Sending…",
  takenUp: (devices: readonly string[]): string =>
    devices.length === 1
      ? `Went on with the unfinished transfer to ${list.format(devices)}.`
      : `Went on with the unfinished transfers to ${list.format(devices)}.`,
  takenUpWhy: "The same files were on their way there already.",
  asNew: (n: number): string => (n === 1 ? "Send as a new one" : "Send as new ones"),
  missing: {
    both: "Choose files and a device.",
    files: "Choose files or a folder.",
    device: "Choose a device, or paste a ticket.",
    target: "Complete the ticket or address.",
    pairing: "Pair with the device first.",
  },
  ready: (n: number): string => `${plural(n, "item", "items")} ready to go.`,
  own: "To receive, give others this ticket",
  ownHint: "They paste it under “Send to”. You decide about each offer in the inbox.",
  ownTicket: "Your ticket",
  ownId: "Device id",
  starting: "The ticket appears when the engine has started.",
} as const;
