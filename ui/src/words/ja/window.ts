// 両ウィンドウの枠。

import { count, rate } from "../../format/numbers";
import type { Words } from "..";
import { transfers } from "./counting";

export const nav: Words["nav"] = {
  label: "画面",
  send: "送信",
  activity: "転送状況",
  history: "履歴",
  devices: "デバイス",
  settings: "設定",
  inbox: "受信トレイ",
  openInbox: (offers) => (offers === 0 ? "受信トレイを開く" : `受信トレイを開く（提示 ${count(offers)} 件）`),
  inProgress: (n) => `${count(n)} 件進行中`,
};

export const strip: Words["strip"] = {
  label: "状態",
  down: (bytesPerSecond) => `受信 ${rate(bytesPerSecond)}`,
  up: (bytesPerSecond) => `送信 ${rate(bytesPerSecond)}`,
  active: (n) => `進行 ${count(n)}`,
  queued: (n) => `待機 ${count(n)}`,
  needsYou: (n) => `要対応 ${count(n)}`,
  idle: "転送はありません",
  connecting: "起動しています…",
};

export const keys: Words["keys"] = {
  title: "キーボードショートカット",
  text: "Tab で次の項目へ、矢印で一覧やメニューの中を移動し、Esc で閉じ、Shift+F10 で行のメニューを開きます。",
  control: "Ctrl",
  shift: "Shift",
  named: { Enter: "Enter" },
  acts: {
    "go-send": "送信",
    "go-activity": "転送状況",
    "go-history": "履歴",
    "go-devices": "デバイス",
    "go-settings": "設定",
    "choose-files": "ファイルを選ぶ",
    "choose-folders": "フォルダーを選ぶ",
    send: "選んだものを送信",
    inbox: "受信トレイを開く",
    pair: "デバイスをペアリング",
    search: "履歴を検索",
    keys: "この一覧",
  },
};

export const quit: Words["quit"] = {
  title: "ChunkStream Pro を終了しますか？",
  text: (n) => `${transfers(n)}が進行中です。残しておき、次に起動したときに続きます。`,
  yes: "終了",
  no: "背後で動かし続ける",
};

export const pane: Words["pane"] = {
  broke: "ウィンドウのこの部分は動作を停止しました。",
  next: "転送は背後で続いています。",
  again: "もう一度表示",
};

export const crash: Words["crash"] = {
  title: "このウィンドウは動作を停止しました",
  text: "転送は背後で続いています。受信した分は失われません。",
  reload: "描き直す",
  copy: "起きたことをコピー",
  copyLabel: "開発者への報告",
};
