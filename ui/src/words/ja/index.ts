// 日本語。何が見え、次に何が起こるかを述べる。型は英語のカタログと同じ。

import { size } from "../../format/numbers";
import shell from "../shell/ja.json";
import type { Words } from "..";
import { activity } from "./activity";
import { conflicts, kinds, outboxOrders, priorities, roles } from "./choices";
import { counted, files, noFiles } from "./counting";
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

export const ja: Words = {
  shell,
  quantity: (n, bytes) => (n === 0 ? noFiles : `${files(n)}、${size(bytes)}`),
  sentence: (phrase) => `${phrase}。`,
  following: (sentence) => sentence,
  facts: (all) => all.join("、"),
  close: "閉じる",
  cancel: "キャンセル",
  copy: "コピー",
  copied: "コピーしました",
  dismiss: "閉じる",
  clearSearch: "検索をクリア",
  unknownDevice: "不明なデバイス",
  andMore: (n) => `ほか ${counted(n, "件")}`,

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
