import { percentText, size } from "../../../format/numbers";
import type { EntryDetail } from "../../../host/api";
import { useAttempt } from "../../../host/context";
import { Icon, type IconName } from "../../../parts/Icon";
import { MenuItem } from "../../../parts/MenuPopup";
import { useDragOut } from "../../../transfer/useDragOut";
import { words } from "../../../words";
import styles from "./FileList.module.css";

const ICONS: Partial<Record<EntryDetail["standing"], IconName>> = { done: "check", changed: "warning", withdrawn: "cross", skipped: "cross" };

interface FileRowProps {
  entry: EntryDetail | undefined;
  /** The transfer that has brought it here; null unless it stands here. */
  arrived: string | null;
}

/** One file on one line; an empty one while it is asked for. */
export function FileRow({ entry, arrived }: FileRowProps) {
  const drags = entry?.standing === "done" && arrived !== null;
  const dragOut = useDragOut(drags ? arrived : null, entry?.file_id);
  if (entry === undefined) return <span className={styles.row} />;
  const { path, kind, bytes, durable_bytes, standing, stored_as } = entry;
  const { standings, storedAs } = words.activity.fileList;
  const icon = ICONS[standing] ?? (kind === "folder" ? "folder" : undefined);
  return (
    <span className={styles.row} data-testid="file-row" data-standing={standing}>
      <span {...dragOut} className={styles.icon} title={drags ? words.activity.dragOut : undefined}>
        {icon !== undefined && <Icon name={icon} size="1em" />}
      </span>
      <span className={styles.path} title={path} data-text>
        {path}
        {stored_as !== null && <span className={styles.dim}> {storedAs(stored_as)}</span>}
      </span>
      <span className={styles.standing}>
        {standing === "partial" ? percentText(durable_bytes, bytes) : kind === "file" || standing !== "waiting" ? standings[standing] : ""}
      </span>
      <span className={styles.size}>{kind === "file" ? size(bytes) : words.kinds[kind]}</span>
    </span>
  );
}

/** A file's menu. Its name stands in a button, where not each web view lets it be marked and copied. */
export function FileItems({ entry: { path, stored_as } }: { entry: EntryDetail }) {
  const attempt = useAttempt();
  return (
    <MenuItem
      name={words.activity.fileList.copyPath}
      data-testid="copy-path-item"
      onClick={() => void attempt((host) => host.copyText(stored_as ?? path))}
    />
  );
}
