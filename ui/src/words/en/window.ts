// The frame of both windows: navigation, status strip, shortcuts, quitting, and what is shown when a part breaks.

import type { Act, InboxAct } from "../../state/shortcuts";
import type { Milestone, MilestoneKind } from "../../transfer/milestones";
import { count, rate } from "../../format/numbers";
import { plural, plurals } from "./counting";

export const nav = {
  label: "Screens",
  send: "Send",
  activity: "Activity",
  history: "History",
  devices: "Devices",
  settings: "Settings",
  inbox: "Inbox",
  openInbox: (offers: number): string => (offers === 0 ? "Open the inbox" : `Open the inbox, ${plural(offers, "offer", "offers")}`),
  inProgress: (n: number): string => `${count(n)} in progress`,
} as const;

export const strip = {
  label: "Status",
  down: (bytesPerSecond: number): string => `Receiving ${rate(bytesPerSecond)}`,
  up: (bytesPerSecond: number): string => `Sending ${rate(bytesPerSecond)}`,
  active: (n: number): string => `${count(n)} active`,
  queued: (n: number): string => `${count(n)} waiting`,
  needsYou: (n: number): string => `${count(n)} ${plurals.select(n) === "one" ? "needs" : "need"} you`,
  idle: "Nothing to do",
  connecting: "Starting…",
} as const;

export const keys = {
  title: "Keyboard shortcuts",
  text: "Tab goes from control to control, arrows within lists and menus, Escape closes, Shift and F10 open the menu of a row.",
  control: "Ctrl",
  shift: "Shift",
  named: { Enter: "Enter", ArrowDown: "↓", ArrowUp: "↑" } as Readonly<Record<string, string>>,
  acts: {
    "go-send": "Send",
    "go-activity": "Activity",
    "go-history": "History",
    "go-devices": "Devices",
    "go-settings": "Settings",
    "choose-files": "Choose files",
    "choose-folders": "Choose folders",
    paste: "Choose the copied files",
    send: "Send what is chosen",
    inbox: "Open the inbox",
    pair: "Pair a device",
    search: "Search the history",
    keys: "This list",
    quit: "Quit",
    "next-offer": "Next offer",
    "previous-offer": "Previous offer",
  } satisfies Record<Act | InboxAct, string>,
} as const;

/** What a window says by itself to who does not see it. */
export const milestones = {
  one: {
    needsYou: ({ title }) => `${title} needs you.`,
    offered: ({ title, device }) => `${device} offers ${title}.`,
    completed: ({ title, device, direction }) => `${title} has arrived ${direction === "sending" ? "at" : "from"} ${device}.`,
    failed: ({ title }) => `${title} has failed.`,
    declined: ({ title, device }) => `${device} declined ${title}.`,
    cancelled: ({ title, device }) => `${device} cancelled ${title}.`,
    reconnecting: ({ title, device }) => `${title} is without its connection to ${device}.`,
    sound: ({ title }) => `${title} is verified again: everything is what arrived.`,
    damaged: ({ title }) => `${title} is verified again: files are changed or missing.`,
    paired: ({ device }) => `${device} is paired.`,
  } satisfies Record<MilestoneKind, (about: Milestone) => string>,
  many: {
    needsYou: (n) => `${plural(n, "transfer needs", "transfers need")} you.`,
    offered: (n) => `${plural(n, "new offer", "new offers")}.`,
    completed: (n) => `${plural(n, "transfer", "transfers")} completed.`,
    failed: (n) => `${plural(n, "transfer", "transfers")} failed.`,
    declined: (n) => `${plural(n, "transfer was", "transfers were")} declined.`,
    cancelled: (n) => `${plural(n, "transfer was", "transfers were")} cancelled by the other device.`,
    reconnecting: (n) => `${plural(n, "transfer is", "transfers are")} without a connection.`,
    sound: (n) => `${plural(n, "transfer is", "transfers are")} verified again: everything is what arrived.`,
    damaged: (n) => `${plural(n, "transfer is", "transfers are")} verified again: files are changed or missing.`,
    paired: (n) => `${plural(n, "device is", "devices are")} paired.`,
  } satisfies Record<MilestoneKind, (n: number) => string>,
} as const;

export const quit = {
  title: "Quit ChunkStream Pro?",
  text: (n: number): string =>
    `${plural(n, "transfer is", "transfers are")} under way. ${n === 1 ? "It is kept and goes" : "They are kept and go"} on when the program is started again.`,
  yes: "Quit",
  no: "Keep running in the background",
} as const;

export const pane = {
  broke: "This part of the window has stopped working.",
  next: "Transfers go on in the background.",
  again: "Show it again",
} as const;

export const crash = {
  title: "This window has stopped working",
  text: "Transfers go on in the background; nothing received is lost.",
  reload: "Draw it again",
  copy: "Copy what happened",
  copyLabel: "Report for the maintainers",
} as const;
