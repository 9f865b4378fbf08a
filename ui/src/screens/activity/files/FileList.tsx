import { memo, useCallback, useMemo, useState } from "react";
import { Disclosure } from "../../../parts/Disclosure";
import { Segmented } from "../../../parts/Segmented";
import { VirtualList } from "../../../parts/VirtualList";
import type { EntryFilter } from "../../../host/api";
import { words } from "../../../words";
import styles from "./FileList.module.css";
import { FileItems, FileRow } from "./FileRow";
import { useFiles } from "./useFiles";

const FILTERS = ["all", "unfinished", "left_out"] as const satisfies readonly EntryFilter[];
const ROW_REM = 2;
const MOST_ROWS = 8;

const itself = (place: number) => place;

interface FileListProps {
  id: string;
  title: string;
  files: number;
  /** Whether its files still arrive: then they are asked for again and again. */
  moving: boolean;
  /** Whether they have arrived and stand here, to be dragged into other programs. */
  arrived: boolean;
}

/** The files of a transfer, on demand: however many there are, those in sight are asked for. Not drawn anew for each
 * byte of it. */
export const FileList = memo(function FileList(props: FileListProps) {
  const { fileList } = words.activity;
  return (
    <Disclosure label={fileList.title(props.files)} data-testid="files-toggle">
      <OpenList {...props} />
    </Disclosure>
  );
});

function OpenList({ id, title, moving, arrived }: FileListProps) {
  const { fileList } = words.activity;
  const [only, setOnly] = useState<EntryFilter>("all");
  const [seen, setSeen] = useState<readonly [number, number]>([0, 0]);
  const files = useFiles(id, only, seen, moving);
  const count = files?.count ?? 0;
  const places = useMemo(() => Array.from({ length: count }, (_, place) => place), [count]);
  const see = useCallback((first: number, last: number) => setSeen([first, last]), []);
  return (
    <div className={styles.files}>
      <Segmented
        label={fileList.which}
        value={only}
        choices={FILTERS.map((value) => ({ value, name: fileList.filters[value] }))}
        onChange={setOnly}
        testId="files"
      />
      {files !== null && count === 0 ? (
        <p className={styles.says} data-testid="files-none">
          {fileList.none[only]}
        </p>
      ) : (
        <div style={{ height: `${ROW_REM * Math.min(MOST_ROWS, Math.max(1, count)) + 0.2}rem` }}>
          <VirtualList<number>
            label={fileList.label(title)}
            items={places}
            keyOf={itself}
            rem={ROW_REM}
            render={(place) => <FileRow entry={files?.known.get(place)} arrived={arrived ? id : null} />}
            onSeen={see}
            renderMenu={(place) => {
              const entry = files?.known.get(place);
              return entry === undefined ? null : <FileItems entry={entry} />;
            }}
            data-testid="file-list"
          />
        </div>
      )}
      {files?.cut === true && <p className={styles.says}>{fileList.cut(count)}</p>}
    </div>
  );
}
