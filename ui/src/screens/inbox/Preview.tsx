import { useState } from "react";
import { size } from "../../format/numbers";
import type { EntryView, EntryViewKind } from "../../host/api";
import { Icon, type IconName } from "../../parts/Icon";
import { baseName } from "../../transfer/describe";
import { words } from "../../words/en";
import styles from "./Preview.module.css";

const ICONS: Record<EntryViewKind, IconName> = { file: "file", folder: "folder", symlink: "link" };

/** The entries as a tree, closed at first: the answer must stay in sight. */
export function Preview({ entries }: { entries: readonly EntryView[] }) {
  const [open, setOpen] = useState(false);
  if (entries.length === 0) return null;
  return (
    <div>
      <button
        type="button"
        className={styles.toggle}
        aria-expanded={open}
        data-testid="preview-toggle"
        onClick={() => setOpen(!open)}
      >
        <Icon name="chevron" size="1em" />
        {words.inbox.preview(entries.length)}
      </button>
      {open && (
        <ul className={styles.entries}>
          {entries.map(({ path, kind, bytes }) => (
            <li key={path} className={styles.entry} style={{ paddingInlineStart: `${depthOf(path) * 1.2 + 0.6}rem` }}>
              <Icon name={ICONS[kind]} />
              <span className={styles.name}>{baseName(path)}</span>
              <span className={styles.size}>{kind === "file" ? size(bytes) : words.kinds[kind]}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A peer chooses the depth: deeper than this is drawn no further to the right. */
const DEEPEST = 8;

function depthOf(path: string): number {
  return Math.min(DEEPEST, path.split("/").length - 1);
}
