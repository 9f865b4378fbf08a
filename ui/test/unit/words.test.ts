import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { size, sizePair } from "../../src/format/numbers";
import { duration, moment, until } from "../../src/format/time";
import { speak, words, type Words } from "../../src/words";
import { de } from "../../src/words/de";
import { en } from "../../src/words/en";
import { ja } from "../../src/words/ja";
import { LANGUAGES } from "../../src/words/locale";

const ENGINE = join(import.meta.dirname, "../../../engine");

/** The variants of a Rust enum, as serde writes them. */
function variants(file: string, name: string): string[] {
  const source = readFileSync(join(ENGINE, file), "utf8");
  const body = new RegExp(`pub enum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";
  return [...body.matchAll(/^ {4}([A-Z]\w*),/gm)].map(([, variant]) =>
    (variant ?? "").replace(/(?!^)[A-Z]/g, "_$&").toLowerCase(),
  );
}

afterEach(() => speak("en"));

/** How a sentence begins and ends. */
const SENTENCE = { en: /^[“A-Z].*[.]$/, de: /^[„A-ZÄÖÜ].*[.]$/, ja: /。$/ };

describe.each(LANGUAGES)("the catalogue in %s", (language) => {
  it("has words, a severity and a next step for every failure code of the engine, and for no other", () => {
    speak(language);
    const codes = variants("src/api/failure.rs", "Code");
    expect(codes.length).toBeGreaterThan(15);
    expect(Object.keys(words.failures).toSorted()).toEqual(codes.toSorted());
    for (const { severity, says, next } of Object.values(words.failures)) {
      expect(["info", "warning", "error"]).toContain(severity);
      for (const text of [says(null), says("holiday.jpg"), next]) {
        expect(text).toMatch(SENTENCE[language]);
        expect(text).not.toMatch(/undefined|null\b|_/);
      }
    }
  });

  it("has a sentence for every reason of the engine, from both sides", () => {
    speak(language);
    const reasons = variants("core/src/session/state.rs", "Reason");
    expect(reasons.length).toBeGreaterThan(8);
    expect(Object.keys(words.reasons).toSorted()).toEqual(reasons.toSorted());
    for (const says of Object.values(words.reasons)) {
      for (const direction of ["sending", "receiving"] as const) {
        const standing = { direction, device: "Studio Mac", left: 4e6 };
        for (const about of [
          { about: null, until: null, short: 0 },
          { about: "a.txt", until: "14:00", short: 1e6 },
          { about: "quota", until: null, short: 1e6 },
        ]) {
          // A device's name may be the first word.
          expect(says({ ...standing, ...about })).toMatch(SENTENCE[language]);
        }
      }
    }
  });

  it("has words for what the engine notes of an offer that outgrew its rule, and of what it refused", () => {
    speak(language);
    const noted = ["core/src/access/rule.rs", "src/coordinator/start.rs", "src/coordinator/receiving/offer.rs"]
      .map((file) => readFileSync(join(ENGINE, file), "utf8"))
      .flatMap((source) => [...source.matchAll(/Self::(?:Size|Type) \{ \.\. \} => "(\w+)"|Note::refused\([\w.]+, "(\w+)"/g)])
      .map(([, excess, refusal]) => excess ?? refusal ?? "");
    expect(new Set(noted)).toEqual(new Set(["size", "type", "blocked", "protocol", "too_many_offers"]));
    for (const word of noted) expect(words.history.log.words[word], word).toMatch(/./);
  });

  it("has a word for every role", () => {
    speak(language);
    const roles = variants("core/src/session/mod.rs", "Role");
    expect(Object.keys(words.roles).toSorted()).toEqual(roles.toSorted());
  });

  it("says something in every place, and takes the arguments that English takes", () => {
    speak(language);
    const other: Record<string, Words> = { en, de, ja };
    const places = leaves(en);
    expect(places.length).toBeGreaterThan(500);
    for (const [path, english] of places) {
      const own = path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], other[language]);
      expect(typeof own, path.join(".")).toBe(typeof english);
      if (typeof own === "string") expect(own.trim(), path.join(".")).not.toBe("");
      else expect((own as () => void).length, path.join(".")).toBeLessThanOrEqual((english as () => void).length);
    }
  });
});

/** Every text and every function of a catalogue, with the way to it. */
function leaves(value: unknown, path: string[] = []): [string[], unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, [...path, key]));
}

const held = (...counts: number[]) => counts.map((n) => words.quantity(n, 1e6).replaceAll("\u00a0", " "));

const together = () => [`A.${words.following("B.")}`, words.facts(["a", "b"])];

describe("the words in Japanese", () => {
  const folder = join(import.meta.dirname, "../../src/words");
  const files = [...readdirSync(join(folder, "ja")).map((name) => `ja/${name}`), "shell/ja.json"];
  const text = files.map((name) => readFileSync(join(folder, name), "utf8").replaceAll(/^\s*(?:\/\/|\/\*).*$/gm, "")).join("\n");
  /** Hiragana, katakana, kanji. */
  const sign = "[\\u3041-\\u30ff\\u4e00-\\u9fff]";

  it("are one for one thing", () => {
    const others = /端末|フォルダ(?!ー)|コンピュータ(?!ー)|提示|規則|尋ね|不在|取り除|飛ばす|警報|キャンセル済|起動し直|.版(?:を|が|に)/g;
    // The terminal client is a kind of the program.
    expect(text.replaceAll("ターミナル版", "").match(others) ?? []).toEqual([]);
  });

  it("have the full-width punctuation of the language, and no space within it", () => {
    expect(text.match(new RegExp(`${sign}(?:[,?!;()]|\\.(?!txt)| ${sign}).*`, "g")) ?? []).toEqual([]);
  });

  it("let no line end between a number and its counter", () => {
    // The shell's words stand in menus and notifications, whose lines are the system's.
    const ours = text.slice(0, text.indexOf('"inbox_title"'));
    expect(ours.match(new RegExp(`[0-9] ${sign}.*`, "g")) ?? []).toEqual([]);
  });

  it("leave a space only on the side of a name that is not Japanese", () => {
    speak("ja");
    const { peer } = words.activity;
    expect([peer("receiving", "Studio Mac"), peer("receiving", "書斎のパソコン")]).toEqual(["Studio Mac\u00a0から", "書斎のパソコンから"]);
    const { other_key } = words.alarm.keep;
    expect([other_key("Mac"), other_key("書斎の Mac")]).toEqual(["登録済みの Mac\u00a0のまま続ける", "登録済みの書斎の Mac\u00a0のまま続ける"]);
  });
});

describe("counting", () => {
  it("counts one and many in each language", () => {
    expect(held(1, 1204)).toEqual(["1 file, 1 MB", "1,204 files, 1 MB"]);
    expect([words.strip.needsYou(1), words.strip.needsYou(2)]).toEqual(["1 needs you", "2 need you"]);
    speak("de");
    expect(held(1, 1204)).toEqual(["1 Datei, 1 MB", "1.204 Dateien, 1 MB"]);
    speak("ja");
    expect(held(1, 1204)).toEqual(["1 個のファイル、1 MB", "1,204 個のファイル、1 MB"]);
  });

  it("never counts no files where links and folders are all that there is", () => {
    expect(words.quantity(0, 0)).toBe("No files, only folders or links");
    expect(words.activity.arrived("0 bytes", 0, "12:04")).toBe("No files, only folders or links, verified on both sides, 12:04");
    for (const language of ["de", "ja"] as const) {
      speak(language);
      expect(words.quantity(0, 0)).not.toContain("0");
      expect(words.activity.total("0", 0)).not.toContain("0");
    }
  });

  it("writes numbers and times as each language does", () => {
    const now = new Date(2026, 10, 22, 18, 0).getTime();
    const written = () => [size(41.5e9), sizePair(18.2e9, 41.5e9).join("|"), duration(7500), moment(new Date(2026, 10, 19).getTime(), now)].map((text) => text.replaceAll("\u00a0", " ").replaceAll("\u2060", ""));
    expect(written()).toEqual(["41.5 GB", "18.2|41.5 GB", "2 hr 5 min", "Nov 19"]);
    speak("de");
    expect(written()).toEqual(["41,5 GB", "18,2|41,5 GB", "2 Std. 5 Min.", "19. Nov."]);
    speak("ja");
    expect(written()).toEqual(["41.5 GB", "18.2|41.5 GB", "2 時間 5 分", "11月19日"]);
  });

  it("writes what is to come as each language does", () => {
    const now = new Date(2026, 10, 22, 18, 0).getTime();
    const at = (day: number) => until(new Date(2026, 10, day, 14, 0).getTime(), now).replaceAll("\u00a0", " ").replaceAll("\u2060", "");
    speak("de");
    expect([at(24), at(29)]).toEqual(["Di 14:00", "29. Nov., 14:00"]);
    speak("ja");
    expect([at(24), at(29)]).toEqual(["火曜日 14:00", "11月29日 14:00"]);
  });

  it("lets no Japanese line end in a number with its unit, or in a date", () => {
    speak("ja");
    const now = new Date(2026, 10, 22).getTime();
    expect([size(41.5e9), duration(7500)]).toEqual(["41.5\u00a0GB", "2\u00a0時間\u00a05\u00a0分"]);
    expect(moment(new Date(2025, 10, 19).getTime(), now)).toBe("2025\u2060年\u206011\u2060月\u206019\u2060日");
  });

  it("puts sentences and facts together as each language does", () => {
    expect(together()).toEqual(["A. B.", "a, b"]);
    speak("de");
    expect(together()).toEqual(["A. B.", "a, b"]);
    speak("ja");
    expect(together()).toEqual(["A.B.", "a、b"]);
  });
});
