// 初回起動と自己診断。

import { count } from "../../format/numbers";
import type { Words } from "..";

export const first: Words["first"] = {
  title: "ようこそ",
  step: (n, all) => `${count(all)} のうち ${count(n)}`,
  skip: "省略",
  back: "戻る",
  next: "次へ",
  done: "始める",
  name: { title: "このデバイスの名前は？", hint: "何かを送ると、相手にこの名前が表示されます。" },
  seen: { title: "近くで誰に見つけられますか？", hint: "「デバイス」の画面でいつでも変更できます。" },
  place: { title: "受信したファイルの保存先は？", hint: "信頼したデバイスを除き、提示ごとにあなたが決めます。" },
};

export const selfTest: Words["selfTest"] = {
  title: "自己診断",
  running: "このデバイスを診断しています…",
  failed: "診断を実行できませんでした。",
  again: "もう一度診断",
  fine: {
    port: (address) => `${address} で待ち受けています`,
    udp: () => "データグラムを送受信できます",
    discovery: () => "ローカルネットワークを探しています",
    disk: (folder) => `受信したファイルは ${folder} に入ります`,
  },
};
