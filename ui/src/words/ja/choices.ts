// 複数の場所で選べるもの。

import type { Words } from "..";

export const priorities: Words["priorities"] = { normal: "通常", high: "高", critical: "緊急" };

export const roles: Words["roles"] = {
  mine: { name: "自分のもの", means: "確認なしで承諾します（自分の別のデバイス）" },
  trusted: { name: "信頼済み", means: "確認なしで承諾します" },
  ask: { name: "毎回確認", means: "リクエストごとに返答を待ちます" },
  blocked: { name: "ブロック", means: "接続も送信もできません" },
};

export const kinds: Words["kinds"] = { file: "ファイル", folder: "フォルダー", symlink: "リンク" };

export const conflicts: Words["conflicts"] = {
  rename: { name: "両方残す", means: "届いたものの名前の後ろに番号を付けます" },
  overwrite: { name: "置き換える", means: "届いたものが今あるものと入れ替わります" },
  skip: { name: "スキップ", means: "今あるものを残し、新しいものは受信しません" },
  skip_identical: { name: "同じ内容ならスキップ", means: "同じ内容は受信し直しません。違う場合は両方残します" },
  ask: { name: "毎回確認", means: "信頼済みのデバイスからでも、リクエストごとに返答を待ちます" },
};

export const outboxOrders: Words["outboxOrders"] = {
  together: { name: "すべて同時に", means: "待っているものを同時に始め、優先度に応じて回線を分け合います" },
  oldest: { name: "古い順", means: "先に送ったものから進み、残りは順番を待ちます" },
  smallest: { name: "小さい順", means: "サイズの小さいものから進み、残りは順番を待ちます" },
};
