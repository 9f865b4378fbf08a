// システムのダイアログの題名と、ファイルの種類。

import type { Words } from "..";

export const dialogs: Words["dialogs"] = {
  files: "送信するファイルを選択",
  folders: "送信するフォルダーを選択",
  inboxFolder: "受信フォルダーを選択",
  offerFolder: "このリクエストの保存先を選択",
  ruleFolder: "このデバイスから届くものの保存先を選択",
  watchedFolder: "監視するフォルダーを選択",
  importKey: "書き出した鍵のファイルを選択",
  exportKey: "このデバイスの鍵を保存",
  receipt: "受領記録を保存",
  log: "セキュリティログを保存",
  types: { text: "テキスト", table: "表（CSV）", lines: "JSON Lines" },
};
