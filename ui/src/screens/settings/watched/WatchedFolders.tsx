import { useCallback, useEffect, useState } from "react";
import type { WatchedView } from "../../../host/api";
import { useAttempt, useHost } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { Card } from "../../../parts/Card";
import { words } from "../../../words";
import { AddFolder } from "./AddFolder";
import styles from "./Watched.module.css";
import { WatchedRow } from "./WatchedRow";

/** The engine tells nothing of these by itself; while somebody looks, it is asked so often. */
const LOOK_MS = 2000;

/** Folders whose content is sent by itself. */
export function WatchedFolders() {
  const host = useHost();
  const attempt = useAttempt();
  const [views, setViews] = useState<readonly WatchedView[] | null>(null);
  const [adding, setAdding] = useState<string | null>(null);
  // A failure here would be a notice every two seconds; what is done below tells its own.
  const look = useCallback(() => host.call("watched_folders", {}).then(setViews, () => undefined), [host]);
  useEffect(() => {
    void look();
    const timer = setInterval(() => void look(), LOOK_MS);
    return () => clearInterval(timer);
  }, [look]);
  const choose = async () => {
    const folder = await attempt((asked) => asked.chooseFolder(words.dialogs.watchedFolder));
    if (typeof folder === "string") setAdding(folder);
  };
  const { watched } = words.settings;
  return (
    <Card
      wide
      title={watched.title}
      hint={watched.hint}
      control={
        <Button icon="folder" data-testid="watch-folder" onClick={() => void choose()}>
          {watched.add}
        </Button>
      }
    >
      {views?.length === 0 && adding === null && <p data-testid="nothing-watched">{watched.none}</p>}
      {views !== null && views.length > 0 && (
        <ul className={styles.list} aria-label={watched.title}>
          {views.map((view) => (
            <WatchedRow key={view.id} view={view} onChanged={look} />
          ))}
        </ul>
      )}
      {adding !== null && (
        <AddFolder
          path={adding}
          onDone={async () => {
            setAdding(null);
            await look();
          }}
          onCancel={() => setAdding(null)}
        />
      )}
    </Card>
  );
}
