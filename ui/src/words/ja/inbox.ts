// リクエストと、届いたもの。

import type { NameProblemKind } from "../../host/api";
import { size } from "../../format/numbers";
import type { Words } from "..";
import { counted, files, named } from "./counting";

const nameProblems: Record<NameProblemKind, string> = {
  unholdable: "このシステムでは使えない名前",
  collision: "このシステムでは別の項目と同じ名前",
};

export const inbox: Words["inbox"] = {
  title: "受信トレイ",
  offers: "届いたリクエスト",
  incoming: "受信中",
  arrived: "届いたもの",
  empty: "受信トレイは空です",
  emptyHint: "「送信」の画面にあるチケットを渡してください。相手からのリクエストがここに表示されます。",
  offer: (device, title) => `${named(device)}からのリクエスト: ${title}`,
  from: (device) => `${named(device)}から`,
  unknownHint: "承諾する前に、デバイス ID\u00a0を持ち主に確認してください。",
  notByItself: "自動では承諾しませんでした。",
  fits: (free) => `保存できます（空き ${size(free)}）`,
  fitsQuota: (left) => `保存できます（フォルダーの上限まで ${size(left)}）`,
  room: (free) => `空き ${size(free)}`,
  roomQuota: (left) => `受信フォルダーの上限まで ${size(left)}`,
  perhapsTooLarge: (missing) => `最大 ${size(missing)} 不足（スキップ分を差し引く前）`,
  tooLarge: (missing) => `保存できません（${size(missing)} 不足）`,
  overQuota: (missing) => `受信フォルダーの上限を ${size(missing)} 超えます`,
  atLeast: (n, bytes) => `${files(n)}、${size(bytes)} 以上、集計中`,
  atLeastSize: (bytes) => `${size(bytes)} 以上`,
  contents: "内容",
  choose: (n) => `内容とファイルの選択（${counted(n, "項目")}）`,
  chooseFolders: "内容とフォルダーの選択",
  chosen: (part, all, bytes) => `${files(all)}のうち ${counted(part, "個")}を選択、${size(bytes)}`,
  chosenAtLeast: (bytes) => `一部を選択、${size(bytes)} 以上`,
  chosenNone: "何も選択されていません",
  selectAll: "すべて選択",
  selectNone: "選択を解除",
  onlyFolders: {
    counting: "相手のデバイスがまだ集計中です。終わるまでは、フォルダー単位で選択できます。",
    long: (n) => `最初の ${counted(n, "項目")}だけを表示しているため、フォルダー単位で選択できます。`,
    partly: "一部を選択したフォルダーからはチェックしたフォルダーだけが届き、全体をチェックしたフォルダーは中身がすべて届きます。",
    roots: (n) => `最上位の ${counted(n, "項目")}は表示されていません。すべて選択すると一緒に届きます。`,
  },
  problems: (n) => `${counted(n, "個")}の名前をこのシステムに合わせて変更します`,
  problemsLabel: "このシステムに合わせて変更する名前",
  problem: (kind, storedAs) => (storedAs === null ? nameProblems[kind] : `「${storedAs}」として保存（${nameProblems[kind]}）`),
  existing: (n) => `同じ名前のものが ${counted(n, "個")}、フォルダーにすでにあります`,
  existingLabel: "フォルダーにすでにある名前",
  conflict: "すでにあるものの扱い",
  conflictAsk: "選択…",
  blocked: {
    disk: "ファイルを減らすか、別のフォルダーを選択するか、空きを作ってください。このリクエストは待機しています。",
    quota: "ファイルを減らすか、別のフォルダーを選択するか、設定で上限を上げてください。",
    nothing: "受け取るものを選択してください。",
    conflict: "先に、すでにあるものの扱いを選択してください。",
  },
  acceptFiles: (n) => `${files(n)}を承諾`,
  acceptPart: "選択した部分を承諾",
  recentFolders: "最近使ったフォルダー",
  otherFolder: "別のフォルダーを選択…",
  accept: "承諾",
  acceptTo: "保存先を選択して承諾…",
  decline: "辞退",
  always: {
    choice: (device) => `${named(device)}からは常に承諾`,
    means: "今後のリクエストは、確認せずに同じフォルダーへ承諾します。「デバイス」で取り消せます。",
    done: (device) => `今後、${named(device)}からのリクエストは確認せずに承諾します。`,
    undo: "「デバイス」で制限したり取り消したりできます。",
    devices: "デバイスを表示",
  },
  open: "開く",
  show: "フォルダーで表示",
  openLabel: (title) => `${named(title)}を開く`,
  showLabel: (title) => `${named(title)}をフォルダーで表示`,
};
