import { describe, expect, it } from "vitest";
import { longOffer, offer } from "../../src/gallery/offers";
import { preflight } from "../../src/gallery/make";
import { allLeftOut, chosenOf, contentsOf, onlyOf, sumOf, toggled, type LeftOut } from "../../src/transfer/choice";
import { fitOf } from "../../src/transfer/fit";

const NOTHING: LeftOut = new Set();
const entry = (path: string, bytes = 1) => ({ path, kind: "file", bytes }) as const;

describe("the choice of entries", () => {
  const contents = contentsOf(offer);

  it("is everything at first, which needs no list", () => {
    expect(onlyOf(contents, NOTHING)).toBeUndefined();
    expect(new Set(chosenOf(contents, NOTHING).values())).toEqual(new Set(["all"]));
  });

  it("names a folder for all below it, and single files of a folder taken in part", () => {
    const one = toggled(contents, NOTHING, "Summer house/2025/IMG_2211.jpg");
    expect(onlyOf(contents, one)).toEqual([
      "Summer house/2025/IMG_2210.mov",
      "Summer house/latest",
      "plan of the garden.pdf",
      "keys.txt",
    ]);
    expect(chosenOf(contents, one).get("Summer house")).toBe("some");
    expect(sumOf(contents, one)).toEqual({ files: 3, bytes: 812e6 + 2.1e6 + 412 });
    const root = toggled(contents, NOTHING, "keys.txt");
    expect(onlyOf(contents, root)).toEqual(["Summer house", "plan of the garden.pdf"]);
  });

  it("takes a folder back with everything in it", () => {
    const without = toggled(contents, NOTHING, "Summer house");
    expect(onlyOf(contents, without)).toEqual(["plan of the garden.pdf", "keys.txt"]);
    const partly = toggled(contents, without, "Summer house/latest");
    expect(onlyOf(contents, toggled(contents, partly, "Summer house"))).toBeUndefined();
  });

  it("can be nothing", () => {
    expect(onlyOf(contents, allLeftOut(contents))).toEqual([]);
    expect(sumOf(contents, allLeftOut(contents))).toEqual({ files: 0, bytes: 0 });
  });

  it("keeps a folder left out when its entries are announced later", () => {
    const early = { ...offer, scan_complete: false, preview: [{ path: "a", kind: "folder", bytes: 0 } as const, entry("b")], roots: [] };
    const leftOut = toggled(contentsOf(early), NOTHING, "a");
    const later = contentsOf({ ...early, scan_complete: true, files: 3, preview: [...early.preview, entry("a/x"), entry("a/y")] });
    expect(onlyOf(later, leftOut)).toEqual(["b"]);
    expect(onlyOf(later, toggled(later, leftOut, "a/y"))).toEqual(["a/y", "b"]);
  });

  it("offers folders only while not every file is listed", () => {
    const long = contentsOf(longOffer);
    expect(longOffer.preview).toHaveLength(200);
    expect(long.whole).toBe(false);
    expect(long.nodes.map(({ path }) => path)).toEqual([
      "field recordings",
      "field recordings/Monday",
      "field recordings/Tuesday",
      "field recordings/Wednesday",
      "index.csv",
      "notes",
    ]);
    expect(long.unlistedRoots).toBe(49);
    expect(long.byPath.get("notes")?.listed).toBeNull();
    const part = toggled(long, NOTHING, "field recordings/Tuesday");
    expect(sumOf(long, part).bytes).toBe(130 * 31e6 + 88_000);
  });

  it("shows the folders of files whose folders were not listed themselves", () => {
    const bare = contentsOf({ files: 1, scan_complete: true, roots: [], root_count: 1, preview: [entry("a/b/c")] });
    expect(bare.nodes.map(({ path, depth, kind }) => `${depth} ${kind} ${path}`)).toEqual(["0 folder a", "1 folder a/b", "2 file a/b/c"]);
  });
});

describe("whether it fits", () => {
  const all = { part: null, more: false, less: false };

  it("says nothing while nothing is known", () => {
    expect(fitOf(null, all)).toBeNull();
    expect(fitOf(preflight({ free_bytes: null }), all)).toBeNull();
  });

  it("names the narrower of disk and limit", () => {
    expect(fitOf(preflight({ quota_left: 5 }), all)).toMatchObject({ limit: "quota", shortBy: 0, fits: "yes" });
    expect(fitOf(preflight({ free_bytes: 4, quota_left: 5, short_by: 3 }), all)).toMatchObject({ limit: "disk", shortBy: 3, fits: "no" });
  });

  it("counts a part anew", () => {
    const full = preflight({ needed_bytes: 100, free_bytes: 40, short_by: 60 });
    expect(fitOf(full, { ...all, part: 40 })?.shortBy).toBe(0);
    expect(fitOf(full, { ...all, part: 41 })?.shortBy).toBe(1);
  });

  it("promises and refuses nothing that only the engine knows", () => {
    const full = preflight({ free_bytes: 40, short_by: 60 });
    expect(fitOf(full, { part: 40, more: true, less: false })?.fits).toBe("perhaps");
    expect(fitOf(full, { part: 41, more: true, less: false })?.fits).toBe("no");
    expect(fitOf(full, { ...all, less: true })?.fits).toBe("perhaps");
    expect(fitOf(preflight(), { ...all, less: true })?.fits).toBe("yes");
  });
});
