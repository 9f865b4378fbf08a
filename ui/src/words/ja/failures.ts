// 失敗と、次にすること。

import type { Words } from "..";
import { QUOTA } from "../shapes";
import { the } from "./counting";

export const failures: Words["failures"] = {
  usage: {
    severity: "error",
    says: (about) => `${the(about, "要求の一部")}を理解できません。`,
    next: "入力を確かめて、もう一度お試しください。",
  },
  not_found: {
    severity: "warning",
    says: (about) => `${the(about, "お探しのもの")}はもうありません。`,
    next: "その間に取り除かれた可能性があります。ほかは変わっていません。",
  },
  illegal_state: {
    severity: "info",
    says: () => "もうその操作はできません。転送は先へ進んでいます。",
    next: "今の状態は転送の行に表示されています。",
  },
  bad_target: {
    severity: "warning",
    says: (about) => `${the(about, "これ")}はチケットでもアドレスでも登録済みのデバイスでもありません。`,
    next: "相手のデバイスからチケット全体をもう一度コピーしてください。",
  },
  unreachable: {
    severity: "warning",
    says: () => "デバイスから応答がありませんでした。",
    next: "相手側で ChunkStream Pro が動いていて、両方がネットワークにつながっているか確かめ、再試行してください。",
  },
  identity_refused: {
    severity: "error",
    says: () => "指定したデバイスではないか、相手が接続を許可していません。",
    next: "何も送信されていません。新しいチケットを依頼し、あなたのデバイスがブロックされていないか尋ねてください。",
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
    next: "まだ存在し、開く権限があるか確かめて、再試行してください。",
  },
  source_changed: {
    severity: "warning",
    says: (about) => `${the(about, "ファイル")}が送信中に変更されました。`,
    next: "新旧が混ざったものは届いていません。新しい版が届くように、もう一度送信してください。",
  },
  disk_full: {
    severity: "warning",
    says: (about) => (about === QUOTA ? "受信フォルダーの上限を超えます。上限は設定で上げられます。" : "ディスクがいっぱいです。"),
    next: "受信した分はすべて残ります。空きを作って再試行するか、別のフォルダーを選んでください。",
  },
  disk_unwritable: {
    severity: "error",
    says: (about) => `${the(about, "フォルダー")}に書き込めません。`,
    next: "存在し、書き込む権限があるか確かめるか、別のフォルダーを選んでください。",
  },
  bad_path: {
    severity: "error",
    says: (about) => `${the(about, "この転送の名前の一つ")}はこのシステムでは使えません。`,
    next: "何も書き込まれていません。相手に名前を変えて送り直すよう頼んでください。",
  },
  integrity: {
    severity: "error",
    says: (about) => `${the(about, "届いたもの")}が送信されたものと一致しません。`,
    next: "保存先には置かれていません。再試行してください。繰り返す場合は両方のディスクを調べてください。",
  },
  protocol: {
    severity: "error",
    says: () => "相手のデバイスから意味の通らない通信がありました。",
    next: "両側の ChunkStream Pro を同じ版にして、再試行してください。",
  },
  connection_lost: {
    severity: "warning",
    says: () => "接続が切れ、戻りませんでした。",
    next: "受信した分はすべて残ります。両方のデバイスがつながったら再試行してください。",
  },
  database: {
    severity: "error",
    says: () => "転送の記録を使えません。",
    next: "ディスクに空きがあり、正常に動いているか確かめて、ChunkStream Pro を起動し直してください。",
  },
  database_newer: {
    severity: "error",
    says: () => "転送の記録は、より新しい ChunkStream Pro で書かれています。",
    next: "何も変更していません。新しいほうを起動するか、こちらを同じ版にしてください。",
  },
  database_damaged: {
    severity: "error",
    says: () => "転送の記録が壊れているか、別のプログラムで書かれています。",
    next: "ChunkStream Pro を起動し直すと、記録を脇に置くか尋ねます。届いたファイルは残ります。",
  },
  already_running: {
    severity: "warning",
    says: () => "このデータで ChunkStream Pro がすでに動いています。",
    next: "開いているウィンドウを使うか、先にもう一方を終了してください。",
  },
  listen_failed: {
    severity: "error",
    says: (about) => `${the(about, "ネットワークポート")}を使えません。`,
    next: "別のプログラムが使っている可能性があります。それを終了し、ChunkStream Pro を起動し直してください。",
  },
  wrong_code: {
    severity: "error",
    says: () => "相手のデバイスに表示されているコードと違います。",
    next: "誰も受け入れていません。新しいコードを表示してもらってください。正しいコードでも起こる場合は、間に誰かがいる可能性があります。",
  },
  code_spent: {
    severity: "warning",
    says: () => "このコードまたはチケットはもう使えません。",
    next: "それぞれ一度だけ、短い間だけ有効です。相手のデバイスで新しいものを表示してもらってください。",
  },
  not_pairing: {
    severity: "warning",
    says: () => "相手のデバイスは、この方法のペアリングを待っていません。",
    next: "コードを表示してもらい、それを入力してください。何度か間違えた後は 10 分お待ちください。",
  },
  over_rule: {
    severity: "warning",
    says: () => "このデバイスに決めた規則の範囲を超えています。",
    next: "内容を確かめて、受け取るかどうか決めてください。規則はデバイスの詳細にあります。",
  },
  words_differ: {
    severity: "error",
    says: () => "二つの画面の言葉が異なります。",
    next: "誰も受け入れていません。間に誰かがいる可能性があります。コードを使うか、別のネットワークでペアリングしてください。",
  },
  no_network: {
    severity: "warning",
    says: () => "このコンピューターはネットワークに接続されていません。",
    next: "ケーブルか Wi-Fi で接続してください。待っているものは自動で始まります。",
  },
  udp_blocked: {
    severity: "error",
    says: () => "データグラム (UDP) がこのプログラムに届きません。",
    next: "このコンピューターのファイアウォールで、ChunkStream Pro の UDP の送受信を許可してください。",
  },
  discovery_failed: {
    severity: "warning",
    says: () => "ローカルネットワークを探せません。",
    next: "アドレス、チケット、コードでは接続できます。ファイアウォールがマルチキャスト (UDP 5353) を止めているかもしれません。",
  },
  wrong_passphrase: {
    severity: "error",
    says: () => "パスフレーズがこのファイルのものではないか、ファイルが変更されています。",
    next: "ここでは何も変わっていません。もう一度試すか、ファイルの別の写しを使ってください。",
  },
  key_unavailable: {
    severity: "error",
    says: () => "このデバイスの鍵を取り出せません。",
    next: "ほかのデバイスから見て同じデバイスであり続けるように、別の鍵は作っていません。システムのキーリングのロックを解除して起動し直すか、書き出した鍵を取り込んでください。",
  },
  internal: {
    severity: "error",
    says: () => "ChunkStream Pro の内部で問題が起きました。",
    next: "もう一度お試しください。繰り返す場合は起動し直してください。受信した分は失われません。",
  },
};
