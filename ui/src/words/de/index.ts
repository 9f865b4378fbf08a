// Deutsch. Die Sätze sagen, was zu sehen ist und was als Nächstes geschieht; der Typ ist der des englischen Katalogs.

import { count, size } from "../../format/numbers";
import shell from "../shell/de.json";
import type { Words } from "..";
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

export const de: Words = {
  shell,
  quantity: (n, bytes) => (n === 0 ? noFiles : `${files(n)}, ${size(bytes)}`),
  sentence: (phrase) => `${phrase}.`,
  following: (sentence) => ` ${sentence}`,
  facts: (all) => all.join(", "),
  close: "Schließen",
  cancel: "Abbrechen",
  copy: "Kopieren",
  copied: "Kopiert",
  dismiss: "Weglegen",
  clearSearch: "Suche leeren",
  unknownDevice: "Unbekanntes Gerät",
  andMore: (n) => `und ${count(n)} weitere`,

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
};
