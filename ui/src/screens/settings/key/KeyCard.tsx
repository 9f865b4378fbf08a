import { useEffect, useState } from "react";
import type { Failure, KeyView } from "../../../host/api";
import { useCommand, useHost } from "../../../host/context";
import { toFailure } from "../../../host/host";
import { Button } from "../../../parts/Button";
import { Card } from "../../../parts/Card";
import { Confirm } from "../../../parts/Confirm";
import { FailureText } from "../../../parts/FailureText";
import { Icon } from "../../../parts/Icon";
import { PathText } from "../../../parts/PathText";
import { useNotices } from "../../../state/notices";
import { words } from "../../../words";
import { ExportKey } from "./ExportKey";
import { ImportKey } from "./ImportKey";
import styles from "./Key.module.css";

/** Where this device's key is, and how it gets to another computer or from one. */
export function KeyCard() {
  const host = useHost();
  const command = useCommand();
  const [view, setView] = useState<KeyView | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [open, setOpen] = useState<"export" | "import" | null>(null);
  useEffect(() => {
    host.call("key", {}).then(setView, (thrown: unknown) => setFailure(toFailure(thrown)));
  }, [host]);
  const { key } = words.settings;
  const close = () => setOpen(null);
  const move = async (to: KeyView["place"]) => {
    const moved = await command("move_key", { to });
    if (moved !== undefined) setView(moved);
  };
  const rotate = async () => {
    const rotated = await command("rotate_key", {});
    if (rotated !== undefined) setView(rotated);
  };
  return (
    <Card title={key.title} hint={key.hint} wide>
      {failure !== null && <FailureText failure={failure} />}
      {view !== null && (
        <>
          <p data-testid="key-place">
            <strong>{key.places[view.place]}</strong>
            {words.following(key.means[view.place])}
          </p>
          <p className={styles.path} data-testid="key-path" data-text>
            <PathText>{view.path}</PathText>
          </p>
          {view.keyring_problem !== null && (
            <p className={styles.why} title={view.keyring_problem} data-testid="keyring-problem" data-text>
              {key.problem}
            </p>
          )}
          {view.restart_needed && (
            <p className={styles.warning} role="status" data-testid="key-restart">
              <Icon name="warning" />
              <span data-text>
                {key.restart} <span className={styles.id}>{view.device_id}</span>
              </span>
            </p>
          )}
        </>
      )}
      <div className={styles.actions}>
        {view !== null && (
          <Button data-testid="export-key" onClick={() => setOpen("export")}>
            {key.export.button}
          </Button>
        )}
        <Button data-testid="import-key" onClick={() => setOpen("import")}>
          {key.import.button}
        </Button>
        {view?.place === "keyring" && (
          <Button data-testid="move-key" onClick={() => void move("file")}>
            {key.toFile}
          </Button>
        )}
        {view?.place === "file" && (
          <Button data-testid="move-key" disabled={view.keyring_problem !== null} onClick={() => void move("keyring")}>
            {key.toKeyring}
          </Button>
        )}
        {view !== null && (
          <Confirm
            trigger={
              <Button data-testid="rotate-key" disabled={view.restart_needed}>
                {key.rotate.button}
              </Button>
            }
            title={key.rotate.title}
            text={key.rotate.text}
            yes={key.rotate.yes}
            no={key.rotate.no}
            onYes={() => void rotate()}
          />
        )}
      </div>
      {open === "export" && (
        <ExportKey
          onClose={close}
          onDone={(path) => {
            close();
            useNotices.getState().tell(key.export.done(path));
          }}
        />
      )}
      {open === "import" && (
        <ImportKey
          onClose={close}
          onDone={(taken) => {
            close();
            setFailure(null);
            setView(taken);
          }}
        />
      )}
    </Card>
  );
}
