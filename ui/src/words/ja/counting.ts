// 数え方、並べ方、名指し方。

import { count } from "../../format/numbers";

export const list = new Intl.ListFormat("ja", { type: "conjunction" });
export const the = (about: string | null, other: string): string => (about === null ? other : `「${about}」`);
export const tail = (before: string, text: string | null, after = ""): string => (text === null ? "" : `${before}${text}${after}`);
/** ファイルが一つもないもの。 */
export const noFiles = "ファイルなし（フォルダーかリンクのみ）";
export const files = (n: number): string => `${count(n)} 個のファイル`;
export const transfers = (n: number): string => `${count(n)} 件の転送`;
