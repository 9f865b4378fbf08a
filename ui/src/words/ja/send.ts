// 送るものと送り先を選ぶ画面。

import { count, size } from "../../format/numbers";
import type { Words } from "..";
import { files, list } from "./counting";

export const send: Words["send"] = {
  title: "送信",
  drop: "ファイルやフォルダーをここにドロップ",
  dropHint: "このウィンドウのどこでもかまいません",
  dropNow: "ドロップして送信に加える",
  dropOn: (device) => `ドロップして ${device} にすぐ送信`,
  measure: {
    counting: (n, bytes) => `少なくとも${files(n)}、${size(bytes)}、集計中`,
    unreadable: (n) => `${count(n)} 個が読めないため、除かれます`,
    unreadableLabel: "読めないもの",
  },
  chooseFiles: "ファイルを選ぶ…",
  chooseFolder: "フォルダーを選ぶ…",
  chosen: (n) => `${count(n)} 項目を選択中`,
  remove: (name) => `${name} を外す`,
  clear: "すべて外す",
  to: "送信先",
  targetLabel: "チケットまたはアドレス",
  targetPlaceholder: "チケット、またはデバイスID@ホスト:ポート",
  target: {
    ticket: "チケットです。デバイスは接続時に確認されます。",
    address: "アドレスです。デバイスは接続時に確認されます。",
    device: (name) => `登録済みのデバイス ${name} です。`,
    port: "ポートがありません（デバイスID@ホスト:ポート）。",
    id: "@ の前はデバイス ID でなければなりません。",
    unknown: "まだチケット、アドレス、登録済みのデバイスではありません。",
  },
  devices: "登録済みのデバイス",
  noDevices: "送受信したデバイスがここに表示されます。",
  online: "接続中",
  offline: "不在。戻ったら送信します",
  priority: "優先度",
  button: "送信",
  buttonTo: (n) => `${count(n)} 台に送信`,
  sending: "送信しています…",
  takenUp: (devices) => `${list.format(devices)} への未完了の転送を続けます。`,
  takenUpWhy: "同じファイルがすでに送られている途中でした。",
  asNew: () => "新しく送信",
  missing: {
    both: "ファイルとデバイスを選んでください。",
    files: "ファイルかフォルダーを選んでください。",
    device: "デバイスを選ぶか、チケットを貼り付けてください。",
    target: "チケットかアドレスを最後まで入力してください。",
  },
  ready: (n) => `${count(n)} 項目を送信できます。`,
  own: "受信するには、このチケットを渡してください",
  ownHint: "相手は「送信先」に貼り付けます。提示ごとに受信トレイで決められます。",
  ownTicket: "あなたのチケット",
  ownId: "デバイス ID",
  starting: "起動するとチケットが表示されます。",
};
