// 転送が止まっている理由と、速さを決めているもの。

import { size } from "../../format/numbers";
import type { Words } from "..";
import { QUOTA } from "../shapes";
import { the } from "./counting";

export const reasons: Words["reasons"] = {
  waiting_for_device: ({ device, until }) =>
    until === null ? `${device} がつながると自動的に始まります。` : `${device} がつながると自動的に始まります（${until} まで）。`,
  waiting_for_answer: ({ direction, device }) =>
    direction === "sending" ? `${device} に提示しました。承諾されると始まります。` : "受信トレイであなたの返事を待っています。",
  reconnecting: () => "接続が切れました。受信した分はすべて残り、自動的に再開します。",
  queued: () => "順番を待っています。ほかの転送が先に進み、その後自動的に始まります。",
  paused_here: () => "あなたが一時停止しました。受信した分はすべて残ります。",
  paused_by_peer: ({ device }) => `${device} で一時停止されました。そこで再開されると続きます。`,
  over_rule: ({ device, about }) =>
    about === null
      ? `${device} が規則の範囲を超えて送っています。再開するとすべて受け取ります。中止もできます。届いた分は残ります。`
      : `${device} が送っている${about}は、規則では尋ねることになっています。再開すると受け取ります。中止もできます。届いた分は残ります。`,
  source_changed: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "ファイル")}が提示した後に変更されました。新しい版が届くように、中止して送り直してください。`
      : `${device} でファイルが提示の後に変更されました。そこで決まると続きます。`,
  source_unreadable: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "ファイル")}を読み取れません。まだ存在し、開く権限があるか確かめて、もう一度お試しください。`
      : `${device} でファイルを読み取れません。そこで直ると続きます。`,
  disk_full: ({ direction, device, about, left, short }) => {
    if (direction === "sending") return `${device} のディスクがいっぱいです。空きができると続きます。`;
    if (short > 0) {
      return about === QUOTA
        ? `受信フォルダーの上限に達し、あと ${size(short)} 足りません。設定で上げるか中のものを取り除いて、もう一度お試しください。受信した分はすべて残ります。`
        : `ディスクがいっぱいで、あと ${size(short)} 足りません。それだけの空きを作って、もう一度お試しください。受信した分はすべて残ります。`;
    }
    return about === QUOTA
      ? `受信フォルダーの上限に達し、あと ${size(left)} 残っています。設定で上げるか中のものを取り除いて、もう一度お試しください。受信した分はすべて残ります。`
      : `ディスクがいっぱいで、あと ${size(left)} 残っています。空きを作って、もう一度お試しください。受信した分はすべて残ります。`;
  },
  disk_unwritable: ({ direction, device, about }) =>
    direction === "receiving"
      ? `${the(about, "フォルダー")}に書き込めません。存在し、書き込む権限があるか確かめて、もう一度お試しください。受信した分はすべて残ります。`
      : `${device} がファイルを書き込めません。そこで直ると続きます。`,
  database: () =>
    "転送の記録に書き込めません。このプログラムのデータがあるディスクに空きがあるか確かめてください。自動的に再開し、受信した分はすべて残ります。",
  finishing: () => "すべて届きました。両側を照合し、ファイルを保存先に置いています。",
};

export const limitedBy: Words["limitedBy"] = {
  transfer_limit: () => "この転送に設定した速度の上限で制限されています。",
  device_limit: (device) => `${device} に設定した速度の上限で制限されています。`,
  engine_limit: () => "すべてのデバイスに設定した速度の上限で制限されています。",
  disk: (_device, direction) =>
    direction === "sending"
      ? "このデバイスのディスクで制限されています。送信は読み取りを待っています。"
      : "このデバイスのディスクで制限されています。受信は書き込みを待っています。",
  processor: () => "このデバイスのプロセッサーで制限されています。送信は検査値の計算を待っています。",
  network: (device) => `ネットワークで制限されています。読み取った分が ${device} への経路を待っています。`,
  peer_limit: (device) => `${device} で設定された速度の上限で制限されています。`,
  peer_disk: (device) => `${device} のディスクで制限されています。送信はそこでの書き込みを待っています。`,
};
