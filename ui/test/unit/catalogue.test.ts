// The catalogue holds nothing that nobody reads. The sources are read as text: every `words.a.b` and every
// `const { b, c: d } = words.a` is followed by name within its file. A way that is taken apart no further (an index,
// a value handed on) counts for everything below it, so this may overlook a dead word and never accuses a live one.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { en } from "../../src/words/en";

const SRC = join(import.meta.dirname, "../../src");
const SHELL = join(import.meta.dirname, "../../../src-tauri/src");

function texts(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name) && !/^(words|gallery)\b/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** A source without what only looks like code: comments, texts, the names that a function takes. */
function bare(text: string): string {
  return text
    .replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, "")
    .replaceAll(/"[^"\n]*"/g, '""')
    .replaceAll(/\(\{(?!.*\bwords\b)[^{}]*\}(?:: [^=]*?)?\) (?=[={])/g, "() ");
}

/** The ways into the catalogue that a file takes. */
function ways(text: string): string[] {
  const alias = new Map([["words", ""]]);
  const taken = /\b(?:const|let) \{([^}]*)\} = (\w+)((?:\.\w+)*)(?![\w([?.])/g;
  const inside = text.replaceAll(taken, (whole, names: string, base: string, rest: string) => {
    const from = alias.get(base);
    if (from === undefined) return whole;
    for (const [, key, other] of names.matchAll(/(\w+)(?:\s*:\s*(\w+))?/g)) alias.set(other ?? key ?? "", `${from}${rest}.${key}`);
    return "";
  });
  return [...alias].flatMap(([name, from]) =>
    [...inside.matchAll(new RegExp(String.raw`(?<!\w|(?<!\.\.)\.)${name}((?:\??\.\w+)*)(?!\w)`, "g"))].map(
      ([, rest]) => `${from}${(rest ?? "").replaceAll("?", "")}`,
    ),
  );
}

function leaves(value: object, path = ""): string[] {
  return Object.entries(value).flatMap(([key, below]: [string, unknown]) =>
    typeof below === "object" && below !== null && !Array.isArray(below) ? leaves(below, `${path}.${key}`) : [`${path}.${key}`],
  );
}

describe("the catalogue", () => {
  it("holds no word that nobody reads", () => {
    const read = new Set(texts(SRC, /\.tsx?$/).map(bare).flatMap(ways).filter((way) => way !== ""));
    const { shell: _, ...rest } = en;
    const all = leaves(rest);
    expect(all.length).toBeGreaterThan(500);
    // A string's own members (`.length`) make a way longer than the leaf.
    const dead = all.filter((leaf) => !read.has(leaf) && ![...read].some((way) => leaf.startsWith(`${way}.`) || way.startsWith(`${leaf}.`)));
    expect(dead).toEqual([]);
  });

  it("hands the shell no word that neither it nor a window reads", () => {
    const read = texts(SHELL, /\.rs$/).join("\n") + texts(SRC, /\.tsx?$/).join("\n");
    const dead = leaves(en.shell).filter((leaf) => !new RegExp(String.raw`\b${leaf.split(".").at(-1)}\b`).test(read));
    expect(dead).toEqual([]);
  });
});
