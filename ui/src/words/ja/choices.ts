// 複数の場所で選べるもの。

import type { Words } from "..";

export const priorities: Words["priorities"] = { normal: "通常", high: "高", critical: "緊急" };

export const roles: Words["roles"] = {
  mine: { name: "自分のもの", means: "尋ねずに承諾します（あなたの別のデバイス）" },
  trusted: { name: "信頼済み", means: "尋ねずに承諾します" },
  ask: { name: "毎回尋ねる", means: "提示ごとにあなたの返事を待ちます" },
  blocked: { name: "ブロック", means: "何にも届きません" },
};

export const kinds: Words["kinds"] = { file: "ファイル", folder: "フォルダー", symlink: "リンク" };

export const conflicts: Words["conflicts"] = {
  rename: { name: "両方残す", means: "届いたものの名前に番号を付けます" },
  overwrite: { name: "置き換える", means: "届いたものが今あるものと入れ替わります" },
  skip: { name: "飛ばす", means: "今あるものを残し、新しいものは受信しません" },
  skip_identical: { name: "同じなら飛ばす", means: "同じ内容は受信しません。違えば両方残します" },
  ask: { name: "尋ねる", means: "信頼済みのデバイスからも、提示ごとに返事を待ちます" },
};

export const outboxOrders: Words["outboxOrders"] = {
  together: { name: "すべて同時に", means: "待っているものを一緒に始め、優先度に応じて回線を分け合います" },
  oldest: { name: "古い順", means: "先に送ったものから進み、残りは順番を待ちます" },
  smallest: { name: "小さい順", means: "小さいものから進み、残りは順番を待ちます" },
};
