// デバイスと、なりすましの警告。

import type { Words } from "..";
import { counted, named, within } from "./counting";

export const devices: Words["devices"] = {
  title: "デバイス",
  sendLimit: (device) => `${named(device)}への送信速度の上限`,
  receiveLimit: (device) => `${named(device)}からの受信速度の上限`,
  limits: { title: "速度の上限", send: "送信", receive: "受信" },
  known: "登録済みのデバイス",
  seen: "未設定のデバイス",
  blocked: "ブロック中",
  empty: "まだデバイスがありません",
  emptyHint: "コードでペアリングするか、チケットで誰かに送信すると、デバイスが登録されます。",
  details: (name) => `${named(name)}の詳細`,
  addresses: "最後に接続できたアドレス",
  noAddresses: "アドレスが不明です。近くに来るか、チケットを使えば見つかります。",
  nearbyNow: "近くにあります",
  visibility: {
    title: "近くのデバイスへの公開",
    choices: { nobody: "公開しない", my_devices: "自分のデバイス", everyone: "全員" },
    means: {
      nobody: "ローカルネットワークに何も知らせません。このデバイスからはほかのデバイスを見つけられます。",
      my_devices: "このデバイスを知っているデバイスだけが見つけられます。ほかには何もわかりません。",
      everyone: "ローカルネットワークの全員に名前と ID\u00a0が見えます。",
    },
    falls: (left) => `ローカルネットワークの全員に名前と ID\u00a0が見えます（残り ${left}）。`,
    problem: "現在、ローカルネットワークを検索できません。アドレス、チケット、コードを使えば接続できます。",
  },
  nearby: {
    title: "近くの不明なデバイス",
    none: "現在、ローカルネットワークにほかのデバイスは見つかりません。",
    open: "ペアリングを待っています",
    pair: "ペアリング…",
    pairLabel: (name) => `ペアリング… ${name}`,
  },
  menu: {
    label: (name) => `${named(name)}のその他の操作`,
    rename: "名前を変更…",
    copyId: "デバイス ID\u00a0をコピー",
    block: "ブロック…",
    forget: "登録を解除…",
  },
  rename: {
    title: (name) => `${named(name)}の名前を変更`,
    label: "名前",
    hint: "この名前は自分にだけ見えます。デバイス自身の名前は変わりません。",
    long: "名前が長すぎます。",
  },
  confirmBlock: {
    title: (name) => `${named(name)}をブロックしますか？`,
    text: "相手はこのデバイスへの接続も送信リクエストもできなくなり、その理由は伝わりません。進行中の転送は止まります。後で取り消せます。",
    yes: "ブロック",
    no: "ブロックしない",
  },
  rule: {
    tag: "ルール",
    title: "確認なしで承諾するもの",
    label: (name) => `${named(name)}から確認なしで承諾するもの`,
    hint: "ここで制限しなければ、すべて承諾します。範囲を超えるものは受信トレイで返答を待ちます。",
    upTo: "サイズの上限",
    types: "次の種類だけ（何も選択しなければすべて）",
    kinds: { images: "画像", audio: "音声", video: "動画", documents: "ドキュメント", archives: "圧縮ファイル" },
    endings: "ほかの拡張子",
    endingsPlaceholder: "blend, stl",
    wrongEnding: (ending) => `「${ending}」は拡張子ではありません。半角英数字 16\u00a0文字以内で入力してください。`,
    folder: "保存先のフォルダー",
    folderPlaceholder: "{device}/{date}",
    folderHint: "受信フォルダーの中、または完全なパスで指定した場所。{device}\u00a0と {date}\u00a0は実際の名前と日付に置き換わります。空欄なら受信フォルダーに保存します。",
    choose: "フォルダーを選択…",
    remove: "制限をすべて解除",
  },
  add: "追加",
  addLabel: "チケットでデバイスを追加",
  addPlaceholder: "相手のデバイスのチケット",
  role: (name) => `${named(name)}に許可すること`,
  sendTo: (name) => `${named(name)}に送信`,
  online: "オンライン",
  offline: "オフライン",
  lastSeen: (when) => `最終接続 ${when}`,
  neverSeen: "接続履歴なし",
  confirmForget: {
    title: (name) => `${named(name)}の登録を解除しますか？`,
    text: "ここに保存した役割とアドレスを削除します。次に送信リクエストが届いたときは、不明なデバイスとして扱います。",
    yes: "登録を解除",
    no: "解除しない",
  },
};

export const alarm: Words["alarm"] = {
  title: {
    other_key: (device) => `これは、ペアリングした${within(device)}ではありません`,
    same_name: (device) => `知らないデバイスが${within(device)}を名乗っています`,
  },
  text: {
    other_key: (device, address) =>
      `${named(device)}があったアドレス（${address}）で、別の鍵を持つデバイスが応答しました。対応を決めるまで、${named(device)}には何も送信しません。`,
    same_name: (device, address) =>
      `${address}\u00a0のデバイスが${within(device)}の名前を使っていますが、別のデバイスです。対応を決めるまで、このデバイスからのリクエストは承諾しません。`,
  },
  which: (n, all) => `${counted(all, "件")}中 ${counted(n, "件")}目`,
  expected: "登録済み",
  found: "検出",
  seen: (n, when) => (n === 1 ? `${named(when)}に 1\u00a0回検出。` : `${named(when)}から ${counted(n, "回")}検出。`),
  next: {
    other_key: (device) =>
      `${named(device)}の持ち主に、このネットワーク以外の方法で確認してください。プログラムを入れ直したのであれば、ペアリングし直してください。そうでなければ、誰かがなりすましている可能性があります。ブロックして、別のネットワークを使ってください。`,
    same_name: (device) =>
      `${named(device)}の持ち主に、その人の別のデバイスかどうかを確認してください。そうでなければ、誰かがなりすましている可能性があります。ブロックしてください。`,
  },
  block: "検出したデバイスをブロック",
  pair: { other_key: "古い登録を解除してペアリングし直す…", same_name: "ペアリングする…" },
  keep: {
    other_key: (device) => `登録済みの${within(device)}のまま続ける`,
    same_name: () => "その名前を認める",
  },
};
