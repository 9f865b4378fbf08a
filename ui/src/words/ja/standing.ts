// 転送が止まっている理由と、速さを決めているもの。

import { size } from "../../format/numbers";
import type { Words } from "..";
import { QUOTA } from "../shapes";
import { named, the } from "./counting";

export const reasons: Words["reasons"] = {
  waiting_for_device: ({ device, until }) =>
    until === null ? `${named(device)}がオンラインになると自動的に始まります。` : `${named(device)}がオンラインになると自動的に始まります（${named(until)}まで）。`,
  waiting_for_answer: ({ direction, device }) =>
    direction === "sending" ? `リクエストを送りました。${named(device)}が承諾すると始まります。` : "受信トレイで返答を待っています。",
  reconnecting: () => "接続が切れました。受信した分はすべて残り、自動的に再開します。",
  queued: () => "順番を待っています。ほかの転送を先に進めています。その後、自動的に始まります。",
  paused_here: () => "一時停止しました。受信した分はすべて残ります。",
  paused_by_peer: ({ device }) => `${named(device)}で一時停止されました。相手が再開すると続きます。`,
  over_rule: ({ device, about }) =>
    about === null
      ? `${named(device)}から、ルールの範囲を超えるものが送られています。再開するとすべて受け取ります。中止もできます。届いた分は残ります。`
      : `${named(device)}から送られている${the(about, "")}は、ルールにより確認が必要です。再開すると受け取ります。中止もできます。届いた分は残ります。`,
  source_changed: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "ファイル")}がリクエスト後に変更されました。新しいバージョンを届けるには、中止して送り直してください。`
      : `${named(device)}でファイルがリクエスト後に変更されました。相手がどうするかを決めると続きます。`,
  source_unreadable: ({ direction, device, about }) =>
    direction === "sending"
      ? `${the(about, "ファイル")}を読み取れません。ファイルがまだあり、開く権限があることを確認して、もう一度お試しください。`
      : `${named(device)}でファイルを読み取れません。相手側で解決すると続きます。`,
  disk_full: ({ direction, device, about, left, short }) => {
    if (direction === "sending") return `${named(device)}のディスクがいっぱいです。空きができると続きます。`;
    if (short > 0) {
      return about === QUOTA
        ? `受信フォルダーの上限に達しました（${size(short)} 不足）。設定で上限を上げるか、フォルダーの中のものを減らして、もう一度お試しください。受信した分はすべて残ります。`
        : `ディスクがいっぱいです（${size(short)} 不足）。その分の空きを作って、もう一度お試しください。受信した分はすべて残ります。`;
    }
    return about === QUOTA
      ? `受信フォルダーの上限に達し、残りの ${size(left)}\u00a0を保存できません。設定で上限を上げるか、フォルダーの中のものを減らして、もう一度お試しください。受信した分はすべて残ります。`
      : `ディスクがいっぱいで、残りの ${size(left)}\u00a0を保存できません。空きを作って、もう一度お試しください。受信した分はすべて残ります。`;
  },
  disk_unwritable: ({ direction, device, about }) =>
    direction === "receiving"
      ? `${the(about, "フォルダー")}に書き込めません。フォルダーがあり、書き込む権限があることを確認して、もう一度お試しください。受信した分はすべて残ります。`
      : `${named(device)}でファイルに書き込めません。相手側で解決すると続きます。`,
  database: () =>
    "転送の記録に書き込めません。このプログラムのデータがあるディスクに空きがあることを確認してください。その後、自動的に再開し、受信した分はすべて残ります。",
  finishing: () => "すべて届きました。両側を照合し、ファイルを保存先に移しています。",
};

export const limitedBy: Words["limitedBy"] = {
  transfer_limit: () => "この転送に設定した速度の上限で制限されています。",
  device_limit: (device) => `${named(device)}に設定した速度の上限で制限されています。`,
  engine_limit: () => "すべてのデバイスに設定した速度の上限で制限されています。",
  disk: (_device, direction) =>
    direction === "sending"
      ? "このデバイスのディスクの速度が上限です。ファイルの読み取りを待って送信しています。"
      : "このデバイスのディスクの速度が上限です。届いた分の書き込みを待って受信しています。",
  processor: () => "このデバイスの CPU\u00a0の速度が上限です。チェックサムの計算を待って送信しています。",
  network: (device) => `ネットワークの速度が上限です。読み取った分が、${named(device)}への経路が空くのを待っています。`,
  peer_limit: (device) => `${named(device)}で設定された速度の上限で制限されています。`,
  peer_disk: (device) => `${named(device)}のディスクの速度が上限です。届いた分の書き込みを待って送信しています。`,
};
