// 両ウィンドウの枠。

import { count, rate } from "../../format/numbers";
import type { Words } from "..";
import { counted, transfers } from "./counting";

export const nav: Words["nav"] = {
  label: "画面",
  send: "送信",
  activity: "転送状況",
  history: "履歴",
  devices: "デバイス",
  settings: "設定",
  inbox: "受信トレイ",
  openInbox: (offers) => (offers === 0 ? "受信トレイを開く" : `受信トレイを開く（リクエスト ${counted(offers, "件")}）`),
  inProgress: (n) => `${counted(n, "件")}進行中`,
};

export const strip: Words["strip"] = {
  label: "状態",
  down: (bytesPerSecond) => `受信 ${rate(bytesPerSecond)}`,
  up: (bytesPerSecond) => `送信 ${rate(bytesPerSecond)}`,
  active: (n) => `進行中 ${count(n)}`,
  queued: (n) => `待機中 ${count(n)}`,
  needsYou: (n) => `要対応 ${count(n)}`,
  idle: "転送はありません",
  connecting: "起動しています…",
};

export const keys: Words["keys"] = {
  title: "キーボードショートカット",
  text: "Tab キーで項目から項目へ、矢印キーで一覧やメニューの中を移動し、Esc キーで閉じ、Shift+F10\u00a0で行のメニューを開きます。",
  control: "Ctrl",
  shift: "Shift",
  named: { Enter: "Enter", ArrowDown: "↓", ArrowUp: "↑" },
  acts: {
    "go-send": "送信",
    "go-activity": "転送状況",
    "go-history": "履歴",
    "go-devices": "デバイス",
    "go-settings": "設定",
    "choose-files": "ファイルを選択",
    "choose-folders": "フォルダーを選択",
    paste: "コピーしたファイルを選択",
    send: "選択したものを送信",
    inbox: "受信トレイを開く",
    pair: "デバイスをペアリング",
    search: "履歴を検索",
    keys: "この一覧",
    quit: "終了",
    "next-offer": "次のリクエスト",
    "previous-offer": "前のリクエスト",
  },
};

export const milestones: Words["milestones"] = {
  one: {
    needsYou: ({ title }) => `${title} に対応が必要です。`,
    offered: ({ title, device }) => `${device} から ${title} の送信リクエストがあります。`,
    completed: ({ title, device, direction }) => (direction === "sending" ? `${title} が ${device} に届きました。` : `${device} から ${title} が届きました。`),
    failed: ({ title }) => `${title} は失敗しました。`,
    declined: ({ title, device }) => `${device} が ${title} を辞退しました。`,
    cancelled: ({ title, device }) => `${device} が ${title} を中止しました。`,
    reconnecting: ({ title, device }) => `${title} は ${device} との接続が切れています。`,
    sound: ({ title }) => `${title} を再検証しました。すべて届いたときのままです。`,
    damaged: ({ title }) => `${title} を再検証しました。変更または欠落があります。`,
    paired: ({ device }) => `${device} とペアリングしました。`,
  },
  many: {
    needsYou: (n) => `${transfers(n)}に対応が必要です。`,
    offered: (n) => `新しい送信リクエストが ${count(n)}\u00a0件あります。`,
    completed: (n) => `${transfers(n)}が完了しました。`,
    failed: (n) => `${transfers(n)}が失敗しました。`,
    declined: (n) => `${transfers(n)}が辞退されました。`,
    cancelled: (n) => `${transfers(n)}が相手のデバイスで中止されました。`,
    reconnecting: (n) => `${transfers(n)}の接続が切れています。`,
    sound: (n) => `${transfers(n)}を再検証しました。すべて届いたときのままです。`,
    damaged: (n) => `${transfers(n)}を再検証しました。変更または欠落があります。`,
    paired: (n) => `${count(n)} 台のデバイスとペアリングしました。`,
  },
};

export const quit: Words["quit"] = {
  title: "ChunkStream Pro\u00a0を終了しますか？",
  text: (n) => `${transfers(n)}が進行中です。そこまでの分は残り、次に起動したときに再開します。`,
  yes: "終了",
  no: "バックグラウンドで続ける",
};

export const pane: Words["pane"] = {
  broke: "ウィンドウのこの部分は動作を停止しました。",
  next: "転送はバックグラウンドで続いています。",
  again: "再表示",
};

export const crash: Words["crash"] = {
  title: "このウィンドウは動作を停止しました",
  text: "転送はバックグラウンドで続いています。受信した分は失われません。",
  reload: "再読み込み",
  copy: "エラーの内容をコピー",
  copyLabel: "開発者への報告",
};
