// 初回起動と自己診断。

import { count } from "../../format/numbers";
import type { Words } from "..";

export const first: Words["first"] = {
  title: "ようこそ",
  step: (n, all) => `ステップ ${count(n)} / ${count(all)}`,
  skip: "スキップ",
  back: "戻る",
  next: "次へ",
  done: "始める",
  name: { title: "このデバイスの名前は？", hint: "何かを送信すると、相手にこの名前が表示されます。" },
  seen: { title: "近くの誰に公開しますか？", hint: "「デバイス」の画面でいつでも変更できます。" },
  place: { title: "受信したファイルの保存先は？", hint: "信頼したデバイスを除き、リクエストごとに自分で決められます。" },
};

export const selfTest: Words["selfTest"] = {
  title: "自己診断",
  running: "このデバイスを診断しています…",
  failed: "診断を実行できませんでした。",
  again: "もう一度診断",
  fine: {
    port: (address) => `${address}\u00a0で待ち受けています`,
    udp: () => "データグラム（UDP）が通ります",
    discovery: () => "ローカルネットワークを検索しています",
    disk: (folder) => `受信したファイルは ${folder}\u00a0に保存されます`,
  },
};
