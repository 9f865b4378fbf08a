// Which entries of an offer are taken. The engine lists the first entries only: while files are missing from that
// list, whole folders can be chosen and single files below them cannot, because what is not listed cannot be named.
// What is left out is kept, not what is taken: an entry that is announced later is then taken like its folder.

import type { EntryView, EntryViewKind, TransferView } from "../host/api";
import { baseName } from "./describe";

export interface Node {
  path: string;
  name: string;
  kind: EntryViewKind;
  /** 0 at the top. */
  depth: number;
  parent: string | null;
  /** Paths of what is shown below it. */
  children: readonly string[];
  /** Files and bytes listed at and below it; null when none of it is listed. */
  listed: Sum | null;
}

export interface Sum {
  files: number;
  bytes: number;
}

export interface Contents {
  /** In the order of a tree: each followed by what is below it. */
  nodes: readonly Node[];
  byPath: ReadonlyMap<string, Node>;
  /** Whether every file is listed. */
  whole: boolean;
  /** Entries at the top that are not listed. */
  unlistedRoots: number;
}

export type Chosen = "all" | "some" | "none";

/** Paths of nodes without children. */
export type LeftOut = ReadonlySet<string>;

type Draft = { path: string; kind: EntryViewKind; bytes: number; listed: boolean };

export function contentsOf(offer: Pick<TransferView, "preview" | "roots" | "root_count" | "files" | "scan_complete">): Contents {
  const { preview, roots, root_count, files, scan_complete } = offer;
  const whole = scan_complete && preview.filter(({ kind }) => kind === "file").length === files;
  const drafts = withFolders(preview);
  for (const { name, kind } of roots) {
    if (!drafts.has(name)) drafts.set(name, { path: name, kind, bytes: 0, listed: false });
  }
  const below = new Map<string, string[]>();
  for (const { path, kind } of drafts.values()) {
    if (whole || kind === "folder" || parentPath(path) === null) push(below, parentPath(path) ?? "", path);
  }
  const sums = sumsOf(preview);
  const nodes: Node[] = [];
  const visit = (path: string, depth: number) => {
    const draft = drafts.get(path);
    if (draft === undefined) return;
    const children = below.get(path) ?? [];
    const listed = draft.listed ? (sums.get(path) ?? { files: 0, bytes: 0 }) : null;
    nodes.push({ path, name: baseName(path), kind: draft.kind, depth, parent: parentPath(path), children, listed });
    for (const child of children) visit(child, depth + 1);
  };
  const top = below.get("") ?? [];
  for (const path of top) visit(path, 0);
  return {
    nodes,
    byPath: new Map(nodes.map((node) => [node.path, node])),
    whole,
    unlistedRoots: Math.max(0, root_count - top.length),
  };
}

export function chosenOf(contents: Contents, leftOut: LeftOut): ReadonlyMap<string, Chosen> {
  const chosen = new Map<string, Chosen>();
  const out = settled(contents, leftOut);
  // Backwards, so that the children are known before their folder.
  for (const { path, children } of contents.nodes.toReversed()) {
    if (children.length === 0) chosen.set(path, out.has(path) ? "none" : "all");
    else {
      const states = new Set(children.map((child) => chosen.get(child)));
      chosen.set(path, states.size === 1 ? ([...states][0] ?? "none") : "some");
    }
  }
  return chosen;
}

/** Takes it with everything below, or leaves that out if all of it was taken. */
export function toggled(contents: Contents, leftOut: LeftOut, path: string): LeftOut {
  const leaves = leavesBelow(contents, path);
  const next = settled(contents, leftOut);
  const take = leaves.some((leaf) => next.has(leaf));
  for (const leaf of leaves) {
    if (take) next.delete(leaf);
    else next.add(leaf);
  }
  return next;
}

export function allLeftOut(contents: Contents): LeftOut {
  return new Set(contents.nodes.filter(({ children }) => children.length === 0).map(({ path }) => path));
}

/** The shortest list that names what is taken; undefined for everything. */
export function onlyOf(contents: Contents, leftOut: LeftOut): string[] | undefined {
  const chosen = chosenOf(contents, leftOut);
  if ([...chosen.values()].every((one) => one === "all")) return undefined;
  return contents.nodes
    .filter(({ path, parent }) => chosen.get(path) === "all" && (parent === null || chosen.get(parent) !== "all"))
    .map(({ path }) => path);
}

/** Files and bytes of the choice, as far as they are listed. */
export function sumOf(contents: Contents, leftOut: LeftOut): Sum {
  const only = onlyOf(contents, leftOut) ?? contents.nodes.filter(({ depth }) => depth === 0).map(({ path }) => path);
  const sums = only.map((path) => contents.byPath.get(path)?.listed ?? { files: 0, bytes: 0 });
  return { files: total(sums, "files"), bytes: total(sums, "bytes") };
}

/** What was left out as a folder without entries stays left out when entries of it are announced. */
function settled(contents: Contents, leftOut: LeftOut): Set<string> {
  return new Set([...leftOut].flatMap((path) => leavesBelow(contents, path)));
}

function leavesBelow(contents: Contents, path: string): string[] {
  const node = contents.byPath.get(path);
  if (node === undefined) return [];
  return node.children.length === 0 ? [path] : node.children.flatMap((child) => leavesBelow(contents, child));
}

/** The entries, and the folders that they are in when those were not listed themselves. */
function withFolders(preview: readonly EntryView[]): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  for (const { path, kind, bytes } of preview) {
    for (const folder of foldersAbove(path)) {
      if (!drafts.has(folder)) drafts.set(folder, { path: folder, kind: "folder", bytes: 0, listed: true });
    }
    drafts.set(path, { path, kind, bytes, listed: true });
  }
  return drafts;
}

function sumsOf(preview: readonly EntryView[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { path, kind, bytes } of preview) {
    if (kind !== "file") continue;
    for (const at of [...foldersAbove(path), path]) {
      const old = sums.get(at) ?? { files: 0, bytes: 0 };
      sums.set(at, { files: old.files + 1, bytes: old.bytes + bytes });
    }
  }
  return sums;
}

/** "a" and "a/b" of "a/b/c". */
function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

function parentPath(path: string): string | null {
  const at = path.lastIndexOf("/");
  return at < 0 ? null : path.slice(0, at);
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function total(sums: readonly Sum[], what: keyof Sum): number {
  return sums.reduce((all, sum) => all + sum[what], 0);
}
