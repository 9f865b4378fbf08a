import { useCallback, useRef, useState } from "react";
import { Button, IconButton } from "../../parts/Button";
import { ContextArea } from "../../parts/ContextArea";
import { Icon } from "../../parts/Icon";
import { MenuItem } from "../../parts/MenuPopup";
import { useRoving } from "../../parts/useRoving";
import { useRows } from "../../parts/useRows";
import { useDraft } from "../../state/draft";
import { useDrag } from "../../state/drag";
import { baseName, parentOf } from "../../transfer/describe";
import { words } from "../../words";
import { useChoosing } from "./choosing";
import { MeasureLine } from "./MeasureLine";
import styles from "./Selection.module.css";

const ROW_REM = 2.4;

/** What will be sent, once there is something: a hundred thousand files as well as one, and one stop of Tab. */
export function Selection() {
  const { paths, remove, clearPaths } = useDraft();
  const { files, folders } = useChoosing();
  const scroll = useRef<HTMLDivElement>(null);
  const keyAt = useCallback((index: number) => paths[index] ?? index, [paths]);
  const rows = useRows(scroll, paths.length, ROW_REM, keyAt);
  const { current, onKeyDown, onFocus } = useRoving(scroll, paths.length, rows);
  const [asked, setAsked] = useState<string | null>(null);
  const dragging = useDrag((state) => state.dragging);
  const ask = (at: Element): boolean => {
    const path = at.closest<HTMLElement>("[data-path]")?.dataset["path"];
    if (path !== undefined) setAsked(path);
    return path !== undefined;
  };
  const list = (
    <ul className={styles.list} aria-label={words.send.chosen(paths.length)} style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().map(({ index, key, start, size }) => {
        const path = paths[index] ?? "";
        return (
          <li
            key={key}
            className={styles.item}
            style={{ height: size, transform: `translateY(${start}px)` }}
            aria-setsize={paths.length}
            aria-posinset={index + 1}
            data-index={index}
            data-testid="selection-item"
            data-path={path}
            title={path}
          >
            <Icon name="file" />
            <span className={styles.name}>{baseName(path)}</span>
            <span className={styles.parent}>{parentOf(path)}</span>
            <IconButton
              icon="cross"
              label={words.send.remove(baseName(path))}
              data-testid="remove-item"
              data-heir=""
              tabIndex={index === current ? 0 : -1}
              aria-keyshortcuts="Delete"
              onFocus={() => onFocus(index)}
              onKeyDown={(event) => {
                if (event.key === "Delete" || event.key === "Backspace") remove(path);
                else onKeyDown(event);
              }}
              onClick={() => remove(path)}
            />
          </li>
        );
      })}
    </ul>
  );
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
      <div ref={scroll} className={styles.items}>
        <ContextArea render={list} onAsk={ask}>
          {asked !== null && (
            <>
              <MenuItem name={words.send.remove(baseName(asked))} data-testid="remove-chosen-item" onClick={() => remove(asked)} />
              <MenuItem name={words.send.clear} onClick={clearPaths} />
            </>
          )}
        </ContextArea>
      </div>
      <MeasureLine paths={paths} />
    </section>
  );
}
