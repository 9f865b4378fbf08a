// 送るものと送り先を選ぶ画面。

import { size } from "../../format/numbers";
import type { Words } from "..";
import { counted, files, list, named, within } from "./counting";

export const send: Words["send"] = {
  title: "送信",
  drop: "ファイルやフォルダーをここにドロップ",
  dropHint: "このウィンドウの中ならどこでもかまいません",
  dropNow: "ドロップして送信するものに追加",
  dropOn: (device) => `ドロップして${within(device)}にすぐ送信`,
  measure: {
    counting: (n, bytes) => `${files(n)}、${size(bytes)} 以上、集計中`,
    unreadable: (n) => `${counted(n, "項目")}は読み取れないため、除外されます`,
    unreadableLabel: "読み取れないもの",
  },
  chooseFiles: "ファイルを選択…",
  chooseFolder: "フォルダーを選択…",
  chosen: (n) => `${counted(n, "項目")}を選択中`,
  remove: (name) => `${named(name)}を外す`,
  clear: "選択を解除",
  to: "送信先",
  targetLabel: "チケット、ペアリングコード、またはアドレス",
  targetPlaceholder: "チケット、コード、または「デバイス ID@ホスト:ポート」を貼り付け",
  target: {
    ticket: "チケットです。デバイスは接続時に確認されます。",
    address: "アドレスです。デバイスは接続時に確認されます。",
    code: "ペアリングコードです。先にデバイスをペアリングしてください。",
    device: (name) => `登録済みのデバイス${within(name)}です。`,
    port: "ポートを追加してください（デバイス ID@ホスト:ポート）。",
    id: "@ の前にはデバイス ID\u00a0を入力してください。",
    unknown: "チケット、アドレス、登録済みのデバイスのどれでもありません。",
  },
  devices: "登録済みのデバイス",
  noDevices: "送受信したデバイスがここに表示されます。",
  online: "オンライン",
  offline: "オフライン、復帰後に送信",
  priority: "優先度",
  button: "送信",
  buttonTo: (n) => `${counted(n, "台")}に送信`,
  sending: "送信しています…",
  takenUp: (devices) => `${named(list.format(devices))}への未完了の転送を再開しました。`,
  takenUpWhy: "同じファイルがすでに送信途中でした。",
  asNew: () => "新規に送信",
  missing: {
    both: "ファイルとデバイスを選択してください。",
    files: "ファイルかフォルダーを選択してください。",
    device: "デバイスを選択するか、チケットを貼り付けてください。",
    target: "チケットかアドレスを最後まで入力してください。",
    pairing: "先にデバイスをペアリングしてください。",
  },
  ready: (n) => `${counted(n, "項目")}を送信できます。`,
  own: "受信するには、このチケットを相手に渡します",
  ownHint: "相手は「送信先」に貼り付けます。届いたリクエストごとに、受信トレイで返答できます。",
  ownTicket: "あなたのチケット",
  ownId: "デバイス ID",
  starting: "エンジンが起動すると、チケットが表示されます。",
};
