// デバイスと、なりすましの警告。

import { count } from "../../format/numbers";
import type { Words } from "..";

export const devices: Words["devices"] = {
  title: "デバイス",
  sendLimit: (device) => `${device} への送信の上限`,
  receiveLimit: (device) => `${device} からの受信の上限`,
  limits: { title: "速度の上限", send: "送信の上限", receive: "受信の上限" },
  known: "登録済みのデバイス",
  seen: "見かけたが未決定",
  blocked: "ブロック中",
  empty: "まだデバイスがありません",
  emptyHint: "コードでペアリングするか、チケットで誰かに送信すると、デバイスが登録されます。",
  details: (name) => `${name} の詳細`,
  addresses: "最後に接続できた場所",
  noAddresses: "アドレスがわかりません。近くに来るか、チケットがあれば見つかります。",
  nearbyNow: "近くにいます",
  visibility: {
    title: "近くでこのデバイスを見つけられる人",
    choices: { nobody: "誰も不可", my_devices: "自分のデバイス", everyone: "全員" },
    means: {
      nobody: "ローカルネットワークには何も知らせません。このデバイスからは探せます。",
      my_devices: "このデバイスを知っているデバイスだけが見つけられます。ほかには何も伝わりません。",
      everyone: "ローカルネットワークの全員に名前と ID が見えます。",
    },
    falls: (left) => `ローカルネットワークの全員に名前と ID が見えます（あと ${left}）。`,
    problem: "今はローカルネットワークを探せません。アドレス、チケット、コードでは接続できます。",
  },
  nearby: {
    title: "近くの不明なデバイス",
    none: "今、ローカルネットワークにはほかに見あたりません。",
    open: "ペアリングを待っています",
    pair: "ペアリング…",
    pairLabel: (name) => `ペアリング… ${name}`,
  },
  menu: {
    label: (name) => `${name} のその他の操作`,
    rename: "名前を変える…",
    copyId: "デバイス ID をコピー",
    block: "ブロック…",
    forget: "登録を消す…",
  },
  rename: {
    title: (name) => `${name} の名前を変える`,
    label: "名前",
    hint: "この名前はあなたにだけ見えます。デバイス自身の名前は変わりません。",
    long: "名前が長すぎます。",
  },
  confirmBlock: {
    title: (name) => `${name} をブロックしますか？`,
    text: "接続も提示もできなくなり、理由は伝えられません。進行中のものは止まります。後で取り消せます。",
    yes: "ブロック",
    no: "ブロックしない",
  },
  rule: {
    tag: "規則",
    title: "尋ねずに承諾するもの",
    label: (name) => `${name} から尋ねずに承諾するもの`,
    hint: "ここで制限しなければすべてです。範囲を超えるものは受信トレイで返事を待ちます。",
    upTo: "大きさの上限",
    types: "この種類だけ（何も選ばなければすべて）",
    kinds: { images: "画像", audio: "音声", video: "動画", documents: "書類", archives: "書庫" },
    endings: "ほかの拡張子",
    endingsPlaceholder: "blend, stl",
    wrongEnding: (ending) => `「${ending}」は拡張子ではありません。英数字で 16 文字までです。`,
    folder: "保存先のフォルダー",
    folderPlaceholder: "{device}/{date}",
    folderHint: "受信フォルダーの下、または完全なパスで別の場所。{device} と {date} は置き換えられます。空なら受信フォルダーです。",
    choose: "フォルダーを選ぶ…",
    remove: "制限をすべて解除",
  },
  add: "追加",
  addLabel: "チケットでデバイスを追加",
  addPlaceholder: "相手のデバイスのチケット",
  role: (name) => `${name} に許すこと`,
  sendTo: (name) => `${name} に送信`,
  online: "接続中",
  offline: "不在",
  lastSeen: (when) => `最後に見たのは ${when}`,
  neverSeen: "まだ見ていません",
  confirmForget: {
    title: (name) => `${name} の登録を消しますか？`,
    text: "ここでの役割とアドレスが取り除かれます。次に何かを提示したときは不明なデバイスになります。",
    yes: "登録を消す",
    no: "残す",
  },
};

export const alarm: Words["alarm"] = {
  title: {
    other_key: (device) => `ペアリングした ${device} ではありません`,
    same_name: (device) => `知らないデバイスが ${device} を名乗っています`,
  },
  text: {
    other_key: (device, address) =>
      `${device} がいた ${address} で、別の鍵を持つデバイスが応答しました。あなたが決めるまで ${device} には何も送信しません。`,
    same_name: (device, address) =>
      `${address} のデバイスが ${device} の名前を使っていますが、別のものです。あなたが決めるまで、その提示は何も承諾しません。`,
  },
  which: (n, all) => `${count(all)} 件中 ${count(n)} 件目`,
  expected: "登録済み",
  found: "検出",
  seen: (n, when) => (n === 1 ? `一度、${when}。` : `${when} から ${count(n)} 回。`),
  next: {
    other_key: (device) =>
      `${device} の持ち主に、このネットワーク以外の方法で尋ねてください。入れ直したのであれば、改めてペアリングします。そうでなければ誰かがなりすましている可能性があります。ブロックして別のネットワークを使ってください。`,
    same_name: (device) =>
      `${device} の持ち主に、別のデバイスかどうか尋ねてください。そうでなければ誰かがなりすましている可能性があります。ブロックしてください。`,
  },
  block: "検出されたものをブロック",
  pair: { other_key: "古い登録を消してペアリングし直す…", same_name: "ペアリングする…" },
  keep: {
    other_key: (device) => `登録済みの ${device} のまま続ける`,
    same_name: () => "その名前を認める",
  },
};
