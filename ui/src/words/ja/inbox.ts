// 提示と、届いたもの。

import type { NameProblemKind } from "../../host/api";
import { count, size } from "../../format/numbers";
import type { Words } from "..";
import { files } from "./counting";

const nameProblems: Record<NameProblemKind, string> = {
  unholdable: "このシステムでは使えない名前です",
  collision: "このシステムでは別の項目と同じ名前になります",
};

export const inbox: Words["inbox"] = {
  title: "受信トレイ",
  offers: "あなたへの提示",
  incoming: "受信中",
  arrived: "届いたもの",
  empty: "受信トレイは空です",
  emptyHint: "「送信」の画面にあるチケットを渡してください。相手の提示がここに表示されます。",
  offer: (device, title) => `${device} からの提示: ${title}`,
  from: (device) => `${device} からの提示`,
  unknownHint: "承諾する前に、デバイス ID を持ち主と確かめてください。",
  notByItself: "自動では承諾されませんでした。",
  fits: (free) => `入ります（空き ${size(free)}）`,
  fitsQuota: (left) => `入ります（受信フォルダーの上限まで ${size(left)}）`,
  room: (free) => `空き ${size(free)}`,
  roomQuota: (left) => `受信フォルダーの上限まで ${size(left)}`,
  perhapsTooLarge: (missing) => `最大 ${size(missing)} 不足（飛ばす分を除く）`,
  tooLarge: (missing) => `入りません（${size(missing)} 不足）`,
  overQuota: (missing) => `受信フォルダーの上限を ${size(missing)} 超えます`,
  atLeast: (n, bytes) => `少なくとも ${files(n)}、${size(bytes)}、集計中`,
  atLeastSize: (bytes) => `少なくとも ${size(bytes)}`,
  contents: "内容",
  choose: (n) => `内容、ファイルを選ぶ（${count(n)} 項目）`,
  chooseFolders: "内容、フォルダーを選ぶ",
  chosen: (part, all, bytes) => `${files(all)}のうち ${count(part)} 個を選択、${size(bytes)}`,
  chosenAtLeast: (bytes) => `一部を選択、少なくとも ${size(bytes)}`,
  chosenNone: "何も選んでいません",
  selectAll: "すべて",
  selectNone: "なし",
  onlyFolders: {
    counting: "相手のデバイスがまだ集計中です。終わるまではフォルダー単位で選べます。",
    long: (n) => `最初の ${count(n)} 項目だけを表示しているので、フォルダー単位で選べます。`,
    partly: "一部だけ選んだフォルダーは印の付いたフォルダーだけ、全体に印のあるものは中のすべてが届きます。",
    roots: (n) => `最上位の ${count(n)} 項目は表示されていません。すべてを選ぶと一緒に届きます。`,
  },
  problems: (n) => `${count(n)} 個の名前がこのシステムに合わせて変わります`,
  problemsLabel: "このシステムに合わせて変わる名前",
  problem: (kind, storedAs) => (storedAs === null ? nameProblems[kind] : `「${storedAs}」として保存: ${nameProblems[kind]}`),
  existing: (n) => `${count(n)} 個の名前がすでにフォルダーにあります`,
  existingLabel: "すでにフォルダーにある名前",
  conflict: "すでにあるもの",
  conflictAsk: "選択…",
  blocked: {
    disk: "ファイルを減らすか別のフォルダーを選ぶか、空きを作ってください。この提示は待っています。",
    quota: "ファイルを減らすか別のフォルダーを選ぶか、設定で上限を上げてください。",
    nothing: "受け取るものを選んでください。",
    conflict: "すでにあるものをどうするか、先に選んでください。",
  },
  acceptFiles: (n) => `${files(n)}を承諾`,
  acceptPart: "この部分を承諾",
  otherFolder: "別のフォルダーを選ぶ…",
  accept: "承諾",
  acceptTo: "保存先を選んで承諾…",
  decline: "辞退",
  open: "開く",
  show: "フォルダーで表示",
  remove: "一覧から取り除く",
  removeLabel: (title) => `${title} を一覧から取り除く`,
  openLabel: (title) => `${title} を開く`,
  showLabel: (title) => `${title} をフォルダーで表示`,
};
