// 数え方、並べ方、名指し方。

import { count } from "../../format/numbers";

export const list = new Intl.ListFormat("ja", { type: "conjunction" });
export const the = (about: string | null, other: string): string => (about === null ? other : `「${about}」`);
export const tail = (before: string, text: string | null, after = ""): string => (text === null ? "" : `${before}${text}${after}`);
/** ファイルが一つもないもの。 */
export const noFiles = "ファイルなし（フォルダーかリンクのみ）";
/** 数と助数詞。その間で行は終わらない。 */
export const counted = (n: number, counter: string): string => `${count(n)}\u00a0${counter}`;
export const files = (n: number): string => `${counted(n, "個")}のファイル`;
export const transfers = (n: number): string => `${counted(n, "件")}の転送`;

/** 名前のうち、英数字などの側だけを和文から空ける。 */
const JAPANESE = "[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}ー（）「」]";
const begins = new RegExp(`^${JAPANESE}`, "u");
const ends = new RegExp(`${JAPANESE}$`, "u");
/** 文や句の初めにある名前。助詞は行の初めに来ない。 */
export const named = (name: string): string => (ends.test(name) ? name : `${name}\u00a0`);
/** 和文に続く名前。 */
export const within = (name: string): string => `${begins.test(name) ? "" : " "}${named(name)}`;
