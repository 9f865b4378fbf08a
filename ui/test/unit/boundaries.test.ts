// Who may import whom.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = join(import.meta.dirname, "../../src");

function sources(): { name: string; text: string; lines: number }[] {
  return readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const text = readFileSync(join(SRC, name), "utf8");
      return { name: name.replaceAll("\\", "/"), text, lines: text.split("\n").length };
    });
}

/** Attributes that a person reads or hears, with a text of their own. */
const SPOKEN = /\b(?:aria-(?:label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label|hint|tip|text)=(?:"([^"]*)"|\{\s*(["'`])((?:(?!\2).)*)\2\s*\})/g;
/** What stands between tags, or between one and an expression, on one line. */
const BETWEEN = /(?<![=\s])>([^<>{}()=;]*)(?=<\/?[A-Za-z]|<>|<\/>|\{)|\}([^<>{}()=;]*)<\//g;
/** A line that is nothing but words. */
const LINE = /^\s+(\p{Lu}\p{Ll}+(?:,? [\p{L}\d’'-]+)*[.!?…]?)$/gmu;

/** Words in a component that the catalogue should have. */
function literals(source: string): string[] {
  const text = source.replaceAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
  const found = [
    ...[...text.matchAll(SPOKEN)].map(([, plain, , quoted]) => (plain ?? quoted ?? "").replaceAll(/\$\{[^}]*\}/g, "")),
    ...text.split("\n").flatMap((line) => [...line.matchAll(BETWEEN)].map(([, before, behind]) => before ?? behind ?? "")),
    ...[...text.matchAll(LINE)].map(([, line]) => line ?? ""),
  ];
  return found.filter((word) => /\p{L}/u.test(word));
}

describe("boundaries", () => {
  it("lets one file import the Tauri packages", () => {
    const importing = sources().filter(({ text }) => /from\s+"@tauri-apps\/|import\("@tauri-apps\//.test(text));
    expect(importing.map(({ name }) => name)).toEqual(["host/tauri.ts"]);
  });

  it("keeps the scripted engine and the gallery away from the product", () => {
    const allowed = /^(gallery\/|host\/fake|host\/open\.ts)/;
    const importing = sources().filter(
      ({ name, text }) => !allowed.test(name) && /from "[^"]*(\/fake|\/fakeTransfers|gallery\/)/.test(text),
    );
    expect(importing.map(({ name }) => name)).toEqual([]);
  });

  it("names no class that its style sheet does not have", () => {
    const missing = sources().flatMap(({ name, text }) =>
      [...text.matchAll(/import (\w+) from "(\.[^"]+\.module\.css)"/g)].flatMap(([, sheet, path]) => {
        const css = readFileSync(join(SRC, name, "..", path as string), "utf8");
        const classes = new Set([...css.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, one]) => one));
        const named = [...text.matchAll(new RegExp(`\\b${sheet}\\.(\\w+)`, "g"))].map(([, one]) => one);
        return named.filter((one) => !classes.has(one)).map((one) => `${name}: ${sheet}.${one}`);
      }),
    );
    expect(missing).toEqual([]);
  });

  it("keeps components small", () => {
    const lines = sources().filter(({ name }) => name.endsWith(".tsx")).map(({ lines: n }) => n);
    const sorted = lines.toSorted((a, b) => a - b);
    expect(Math.max(...lines)).toBeLessThanOrEqual(300);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(80);
  });

  it("puts no words for people into components", () => {
    const offenders = sources()
      .filter(({ name }) => name.endsWith(".tsx") && !name.startsWith("gallery/"))
      .flatMap(({ name, text }) => literals(text).map((word) => `${name}: ${word}`));
    expect(offenders).toEqual([]);
  });

  it("knows words for people from code", () => {
    const bad = [
      "<p>Received</p>",
      "<p className={styles.text}>nothing yet</p>",
      "<p>Sent to {name}</p>",
      "<p>{count} files</p>",
      "<p>\n        Nothing has come yet.\n      </p>",
      '<button aria-label="Close">',
      '<input placeholder={"Name"} />',
      "<img alt={`Picture of ${name}`} />",
      '<Card title="Speed" />',
    ];
    for (const one of bad) expect(literals(one), one).toHaveLength(1);
    const good = [
      "const [open, setOpen] = useState<Set<string>>(new Set<string>());",
      "const press = (event: KeyboardEvent<HTMLElement>): Promise<void> => act(event);",
      "<p title={words.inbox.show}>{words.inbox.title} · {rate(n)}</p>",
      'if (a > b && c < d) return <Tag tone="warning">{name}</Tag>;',
      "<span aria-label={`${label}: ${shown}`} /> // as in <p>Received</p>",
    ];
    for (const one of good) expect(literals(one), one).toEqual([]);
  });

  it("reads the catalogue where something is drawn, not while a module is loaded", () => {
    // A line that begins at the margin is run once; what a function holds is run in the language of the moment.
    const offenders = sources()
      .filter(({ name }) => !name.startsWith("words/"))
      .flatMap(({ name, text }) => [...text.matchAll(/^(?:export )?const [^\n]*(?<!=> ?[^\n]*)\bwords\.\w+[^\n]*$/gm)].map(([line]) => `${name}: ${line}`))
      .filter((line) => !line.includes("=>"));
    expect(offenders).toEqual([]);
  });
});
