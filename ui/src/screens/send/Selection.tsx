import { Button, IconButton } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useDraft } from "../../state/draft";
import { useDrag } from "../../state/drag";
import { baseName, parentOf } from "../../transfer/describe";
import { words } from "../../words";
import { useChoosing } from "./choosing";
import styles from "./Selection.module.css";

/** What will be sent, once there is something. */
export function Selection() {
  const { paths, remove, clearPaths } = useDraft();
  const { files, folders } = useChoosing();
  const dragging = useDrag((state) => state.dragging);
  return (
    <section className={styles.tray} data-testid="drop-area" data-dragging={dragging ? "" : undefined}>
      <header className={styles.header}>
        <h2>{words.send.chosen(paths.length)}</h2>
        <div className={styles.buttons}>
          <Button look="quiet" icon="file" data-testid="choose-files" onClick={files}>
            {words.send.chooseFiles}
          </Button>
          <Button look="quiet" icon="folder" data-testid="choose-folder" onClick={folders}>
            {words.send.chooseFolder}
          </Button>
          <Button look="quiet" data-testid="clear-selection" onClick={clearPaths}>
            {words.send.clear}
          </Button>
        </div>
      </header>
      <ul className={styles.items}>
        {paths.map((path) => (
          <li key={path} className={styles.item} data-testid="selection-item" data-path={path} title={path}>
            <Icon name="file" />
            <span className={styles.name}>{baseName(path)}</span>
            <span className={styles.parent}>{parentOf(path)}</span>
            <IconButton
              icon="cross"
              label={words.send.remove(baseName(path))}
              data-testid="remove-item"
              onClick={() => remove(path)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
