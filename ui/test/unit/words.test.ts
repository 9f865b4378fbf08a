import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { words } from "../../src/words";

const ENGINE = join(import.meta.dirname, "../../../engine");

/** The variants of a Rust enum, as serde writes them. */
function variants(file: string, name: string): string[] {
  const source = readFileSync(join(ENGINE, file), "utf8");
  const body = new RegExp(`pub enum ${name} \\{([^}]*)\\}`).exec(source)?.[1] ?? "";
  return [...body.matchAll(/^ {4}([A-Z]\w*),/gm)].map(([, variant]) =>
    (variant ?? "").replace(/(?!^)[A-Z]/g, "_$&").toLowerCase(),
  );
}

describe("the catalogue", () => {
  it("has words and a next step for every failure code of the engine, and for no other", () => {
    const codes = variants("src/api/failure.rs", "Code");
    expect(codes.length).toBeGreaterThan(15);
    expect(Object.keys(words.failures).toSorted()).toEqual(codes.toSorted());
    for (const { says, next } of Object.values(words.failures)) {
      for (const text of [says(null), says("holiday.jpg"), next]) {
        expect(text).toMatch(/^[“A-Z].*[.]$/);
        expect(text).not.toMatch(/undefined|null|_/);
      }
    }
  });

  it("has a sentence for every reason of the engine, from both sides", () => {
    const reasons = variants("core/src/session/state.rs", "Reason");
    expect(reasons.length).toBeGreaterThan(8);
    expect(Object.keys(words.reasons).toSorted()).toEqual(reasons.toSorted());
    for (const says of Object.values(words.reasons)) {
      for (const direction of ["sending", "receiving"] as const) {
        const standing = { direction, device: "Studio Mac", left: 4e6 };
        expect(says({ ...standing, about: null, until: null })).toMatch(/^[“A-Z].*[.]$/);
        expect(says({ ...standing, about: "a.txt", until: "Tue 14:00" })).toMatch(/^[“A-Z].*[.]$/);
      }
    }
  });

  it("has a word for every role", () => {
    const roles = variants("core/src/session/mod.rs", "Role");
    expect(Object.keys(words.roles).toSorted()).toEqual(roles.toSorted());
  });

  it("counts one and many", () => {
    expect([words.files(0), words.files(1), words.files(1204)]).toEqual(["0 files", "1 file", "1,204 files"]);
    expect(words.strip.needsYou(1)).toBe("1 needs you");
    expect(words.strip.needsYou(2)).toBe("2 need you");
  });
});
