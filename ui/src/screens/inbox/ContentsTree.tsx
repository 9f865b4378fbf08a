import { useRef, useState, type KeyboardEvent } from "react";
import { size } from "../../format/numbers";
import type { EntryViewKind } from "../../host/api";
import { Icon, type IconName } from "../../parts/Icon";
import type { Chosen, Contents, Node } from "../../transfer/choice";
import { words } from "../../words";
import styles from "./ContentsTree.module.css";

const ICONS: Record<EntryViewKind, IconName> = { file: "file", folder: "folder", symlink: "link" };
const CHECKED = { all: true, some: "mixed", none: false } as const;

interface ContentsTreeProps {
  contents: Contents;
  chosen: ReadonlyMap<string, Chosen>;
  onToggle: (path: string) => void;
}

/** A tree with a tick before each entry: one stop of the Tab key, arrows within, Space ticks. */
export function ContentsTree({ contents, chosen, onToggle }: ContentsTreeProps) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);

  const shown = contents.nodes.filter((node) => !isHidden(contents, closed, node));
  const at = Math.max(0, shown.findIndex(({ path }) => path === active));
  const fold = (path: string) => {
    const next = new Set(closed);
    if (!next.delete(path)) next.add(path);
    setClosed(next);
  };
  const goTo = (index: number) => {
    const items = list.current?.querySelectorAll<HTMLElement>("[role=treeitem]") ?? [];
    items[Math.min(items.length - 1, Math.max(0, index))]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const node = shown[at];
    if (node === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    const open = node.children.length > 0 && !closed.has(node.path);
    const act: Record<string, () => void> = {
      ArrowDown: () => goTo(at + 1),
      ArrowUp: () => goTo(at - 1),
      Home: () => goTo(0),
      End: () => goTo(shown.length - 1),
      " ": () => onToggle(node.path),
      Enter: () => onToggle(node.path),
      ArrowRight: () => (open ? goTo(at + 1) : node.children.length > 0 && fold(node.path)),
      ArrowLeft: () => (open ? fold(node.path) : goTo(shown.findIndex(({ path }) => path === node.parent))),
    };
    if (act[event.key] === undefined) return;
    event.preventDefault();
    act[event.key]?.();
  };

  return (
    <ul ref={list} role="tree" aria-label={words.inbox.contents} aria-multiselectable className={styles.entries} data-testid="contents-tree">
      {shown.map((node, index) => (
        <li
          key={node.path}
          role="treeitem"
          aria-level={node.depth + 1}
          aria-checked={CHECKED[chosen.get(node.path) ?? "all"]}
          aria-expanded={node.children.length > 0 ? !closed.has(node.path) : undefined}
          tabIndex={index === at ? 0 : -1}
          className={styles.entry}
          style={{ paddingInlineStart: `${Math.min(DEEPEST, node.depth) * 1.4 + 0.4}rem` }}
          data-path={node.path}
          onFocus={() => setActive(node.path)}
          onKeyDown={onKeyDown}
          onClick={(event) => {
            const onFold = (event.target as Element).closest("[data-fold]") !== null;
            if (onFold) fold(node.path);
            else onToggle(node.path);
          }}
        >
          <span className={styles.fold} data-fold={node.children.length > 0 ? "" : undefined}>
            {node.children.length > 0 && <Icon name="chevron" size="1em" />}
          </span>
          <span className={styles.tick} data-chosen={chosen.get(node.path)}>
            <Icon name={chosen.get(node.path) === "some" ? "minus" : "check"} size="1em" />
          </span>
          <Icon name={ICONS[node.kind]} />
          <span className={styles.name} title={node.name}>
            {node.name}
          </span>{" "}
          <span className={styles.size}>{sizeOf(node, contents.whole)}</span>
        </li>
      ))}
    </ul>
  );
}

/** A peer chooses the depth: deeper than this is drawn no further to the right. */
const DEEPEST = 8;

function isHidden(contents: Contents, closed: ReadonlySet<string>, node: Node): boolean {
  let parent = node.parent;
  while (parent !== null) {
    if (closed.has(parent)) return true;
    parent = contents.byPath.get(parent)?.parent ?? null;
  }
  return false;
}

function sizeOf({ kind, listed }: Node, whole: boolean): string {
  if (kind === "symlink" || listed === null) return words.kinds[kind];
  if (kind === "folder" && listed.bytes === 0) return words.kinds.folder;
  return kind === "file" || whole ? size(listed.bytes) : words.inbox.atLeastSize(listed.bytes);
}
