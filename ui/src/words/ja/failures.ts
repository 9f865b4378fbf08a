// 失敗と、次にすること。

import type { Words } from "..";
import { QUOTA } from "../shapes";
import { the } from "./counting";

export const failures: Words["failures"] = {
  usage: {
    severity: "error",
    says: (about) => `${the(about, "要求の一部")}を理解できません。`,
    next: "入力を確認して、もう一度お試しください。",
  },
  not_found: {
    severity: "warning",
    says: (about) => `${the(about, "お探しのもの")}はもうありません。`,
    next: "すでに削除された可能性があります。ほかは何も変わっていません。",
  },
  illegal_state: {
    severity: "info",
    says: () => "もうその操作はできません。転送は先へ進んでいます。",
    next: "今の状態は転送の行に表示されています。",
  },
  bad_target: {
    severity: "warning",
    says: (about) => `${the(about, "入力されたもの")}は、チケット、アドレス、登録済みのデバイスのどれでもありません。`,
    next: "相手のデバイスからチケット全体をもう一度コピーしてください。",
  },
  unreachable: {
    severity: "warning",
    says: () => "デバイスから応答がありませんでした。",
    next: "相手側で ChunkStream Pro\u00a0が動いていること、両方がネットワークに接続されていることを確認して、再試行してください。",
  },
  identity_refused: {
    severity: "error",
    says: () => "指定したデバイスではないか、相手が接続を許可していません。",
    next: "何も送信されていません。持ち主に新しいチケットを依頼し、こちらのデバイスがブロックされていないか確認してください。",
  },
  declined: {
    severity: "info",
    says: () => "相手が辞退しました。",
    next: "何も送信されていません。相手と話してから再試行してください。",
  },
  cancelled_by_peer: {
    severity: "info",
    says: () => "相手のデバイスで中止されました。",
    next: "間違いであれば再試行してください。",
  },
  source_unreadable: {
    severity: "error",
    says: (about) => `${the(about, "ファイル")}を読み取れません。`,
    next: "まだあること、開く権限があることを確認して、再試行してください。",
  },
  source_changed: {
    severity: "warning",
    says: (about) => `${the(about, "ファイル")}が送信中に変更されました。`,
    next: "新旧が混ざったものは届いていません。新しいバージョンを届けるには、もう一度送信してください。",
  },
  disk_full: {
    severity: "warning",
    says: (about) => (about === QUOTA ? "受信フォルダーの上限を超えます。上限は設定で上げられます。" : "ディスクがいっぱいです。"),
    next: "受信した分はすべて残ります。空きを作ってもう一度試すか、別のフォルダーを選択してください。",
  },
  disk_unwritable: {
    severity: "error",
    says: (about) => `${the(about, "フォルダー")}に書き込めません。`,
    next: "フォルダーがあること、書き込む権限があることを確認するか、別のフォルダーを選択してください。",
  },
  bad_path: {
    severity: "error",
    says: (about) => `${the(about, "この転送に含まれる名前")}は、このシステムでは使えません。`,
    next: "何も書き込まれていません。相手に名前を変えて送り直すよう頼んでください。",
  },
  integrity: {
    severity: "error",
    says: (about) => `${the(about, "届いたもの")}が送信されたものと一致しません。`,
    next: "保存先には置かれていません。再試行してください。繰り返し起こる場合は、両方のディスクを調べてください。",
  },
  protocol: {
    severity: "error",
    says: () => "相手のデバイスから理解できない通信がありました。",
    next: "両側の ChunkStream Pro\u00a0を同じバージョンにして、再試行してください。",
  },
  connection_lost: {
    severity: "warning",
    says: () => "接続が切れ、戻りませんでした。",
    next: "受信した分はすべて残ります。両方のデバイスがネットワークに接続されたら、再試行してください。",
  },
  database: {
    severity: "error",
    says: () => "転送の記録を使えません。",
    next: "ディスクに空きがあり、正常に動いていることを確認して、ChunkStream Pro\u00a0を再起動してください。",
  },
  database_newer: {
    severity: "error",
    says: () => "転送の記録は、より新しい ChunkStream Pro\u00a0で書かれています。",
    next: "何も変更していません。新しいほうを起動するか、こちらを同じバージョンにしてください。",
  },
  database_damaged: {
    severity: "error",
    says: () => "転送の記録が壊れているか、別のプログラムで書かれています。",
    next: "ChunkStream Pro\u00a0を再起動すると、記録を退避するかどうかを確認します。届いたファイルは残ります。",
  },
  already_running: {
    severity: "warning",
    says: () => "このデータで ChunkStream Pro\u00a0がすでに動いています。",
    next: "開いているウィンドウを使うか、先にもう一方のプログラムを終了してください。",
  },
  listen_failed: {
    severity: "error",
    says: (about) => `${the(about, "ネットワークポート")}を使えません。`,
    next: "別のプログラムが使っている可能性があります。それを終了し、ChunkStream Pro\u00a0を再起動してください。",
  },
  wrong_code: {
    severity: "error",
    says: () => "相手のデバイスに表示されているコードと違います。",
    next: "どのデバイスも登録されていません。相手のデバイスで新しいコードを表示してください。正しいコードでも起こる場合は、通信に第三者が割り込んでいる可能性があります。",
  },
  code_spent: {
    severity: "warning",
    says: () => "このコードまたはチケットはもう使えません。",
    next: "どちらも短い間、1\u00a0回だけ有効です。相手のデバイスで新しいものを表示してください。",
  },
  not_pairing: {
    severity: "warning",
    says: () => "相手のデバイスは、この方法のペアリングを待っていません。",
    next: "相手のデバイスでコードを表示し、それを入力してください。コードを何度か間違えた場合は、10\u00a0分お待ちください。",
  },
  over_rule: {
    severity: "warning",
    says: () => "量か種類が、このデバイスに設定したルールの範囲を超えています。",
    next: "内容を確認して、受け取るかどうか決めてください。ルールはデバイスの詳細にあります。",
  },
  words_differ: {
    severity: "error",
    says: () => "2\u00a0つの画面の単語が異なります。",
    next: "どのデバイスも登録されていません。通信に第三者が割り込んでいる可能性があります。コードを使うか、別のネットワークでペアリングしてください。",
  },
  no_network: {
    severity: "warning",
    says: () => "このコンピューターはネットワークに接続されていません。",
    next: "ケーブルか Wi-Fi\u00a0で接続してください。待機しているものは、その後自動的に始まります。",
  },
  udp_blocked: {
    severity: "error",
    says: () => "データグラム（UDP）がこのプログラムに届きません。",
    next: "このコンピューターのファイアウォールで、ChunkStream Pro\u00a0の UDP\u00a0の送受信を許可してください。",
  },
  discovery_failed: {
    severity: "warning",
    says: () => "ローカルネットワークを検索できません。",
    next: "アドレス、チケット、コードを使えば接続できます。ファイアウォールがマルチキャスト（UDP 5353）をブロックしている可能性があります。",
  },
  wrong_passphrase: {
    severity: "error",
    says: () => "パスフレーズがこのファイルのものではないか、ファイルが変更されています。",
    next: "ここでは何も変わっていません。もう一度試すか、ファイルの別のコピーを使ってください。",
  },
  key_unavailable: {
    severity: "error",
    says: () => "このデバイスの鍵を取り出せません。",
    next: "ほかのデバイスから見て同じデバイスであり続けるように、別の鍵は作っていません。システムのキーリングのロックを解除して再起動するか、書き出した鍵を読み込んでください。",
  },
  internal: {
    severity: "error",
    says: () => "ChunkStream Pro\u00a0の内部で問題が起きました。",
    next: "もう一度お試しください。繰り返し起こる場合は、プログラムを再起動してください。受信した分は失われません。",
  },
};
