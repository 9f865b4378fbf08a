// システムのダイアログの題名と、ファイルの種類。

import type { Words } from "..";

export const dialogs: Words["dialogs"] = {
  files: "送るファイルを選ぶ",
  folders: "送るフォルダーを選ぶ",
  inboxFolder: "受信フォルダーを選ぶ",
  offerFolder: "この提示の保存先を選ぶ",
  ruleFolder: "このデバイスから届くものの保存先を選ぶ",
  watchedFolder: "監視するフォルダーを選ぶ",
  importKey: "書き出された鍵のファイルを選ぶ",
  exportKey: "このデバイスの鍵を保存",
  receipt: "受領記録を保存",
  log: "セキュリティ記録を保存",
  types: { text: "テキスト", table: "表 (CSV)", lines: "JSON Lines" },
};
