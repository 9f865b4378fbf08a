// Every word that a person reads. Functions where a number or a name decides the form.
// A sentence states what the person sees and what happens next; it never shows a raw error.

import { count, size } from "../../format/numbers";
import shell from "../shell/en.json";
import { activity } from "./activity";
import { conflicts, kinds, outboxOrders, priorities, roles } from "./choices";
import { files, noFiles } from "./counting";
import { alarm, devices } from "./devices";
import { dialogs } from "./dialogs";
import { failures } from "./failures";
import { first, selfTest } from "./first";
import { history } from "./history";
import { inbox } from "./inbox";
import { link, pair } from "./pairing";
import { send } from "./send";
import { settings } from "./settings";
import { limitedBy, reasons } from "./standing";
import { crash, keys, milestones, nav, pane, quit, strip } from "./window";

export const en = {
  /** What the tray, the notifications and a failed start say: the shell reads the same file. */
  shell,
  quantity: (n: number, bytes: number): string => (n === 0 ? noFiles : `${files(n)}, ${size(bytes)}`),
  /** A phrase of the catalogue where it stands alone. */
  sentence: (phrase: string): string => `${phrase}.`,
  /** A sentence that follows another one: Japanese leaves no space between them. */
  following: (sentence: string): string => ` ${sentence}`,
  /** Short facts in one line. */
  facts: (all: readonly string[]): string => all.join(", "),
  close: "Close",
  cancel: "Cancel",
  copy: "Copy",
  copied: "Copied",
  dismiss: "Put away",
  clearSearch: "Clear the search",
  unknownDevice: "Unknown device",
  andMore: (n: number): string => `and ${count(n)} more`,

  failures,
  reasons,
  limitedBy,
  priorities,
  roles,
  kinds,
  conflicts,
  outboxOrders,
  nav,
  strip,
  keys,
  milestones,
  quit,
  pane,
  crash,
  first,
  selfTest,
  send,
  activity,
  history,
  pair,
  link,
  devices,
  alarm,
  settings,
  inbox,
  dialogs,
} as const;
