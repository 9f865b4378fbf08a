import { useState } from "react";
import { useAttempt } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { Dialog } from "../../../parts/Dialog";
import { FailureText } from "../../../parts/FailureText";
import { Field } from "../../../parts/Field";
import { words } from "../../../words";
import { FileLine } from "./FileLine";
import styles from "./Key.module.css";
import { useOwnFailure } from "./useOwnFailure";

/** As the engine counts: characters, not units of UTF-16. */
const LEAST_CHARACTERS = 10;

interface ExportKeyProps {
  onClose: () => void;
  onDone: (path: string) => void;
}

/** Writes the key to a file that only a passphrase opens. */
export function ExportKey({ onClose, onDone }: ExportKeyProps) {
  const attempt = useAttempt();
  const { failure, busy, run } = useOwnFailure();
  const [path, setPath] = useState<string | null>(null);
  const [first, setFirst] = useState("");
  const [again, setAgain] = useState("");
  const { key } = words.settings;
  const { dialogs } = words;
  const long = [...first].length >= LEAST_CHARACTERS;
  const differs = again !== "" && again !== first;
  const choose = async () => {
    const chosen = await attempt((host) => host.chooseSavePath(dialogs.exportKey, key.export.file, [{ name: dialogs.types.text, ending: "txt" }]));
    if (typeof chosen === "string") setPath(chosen);
  };
  const write = async () => {
    if (path === null || !long || again !== first) return;
    const written = await run("export_key", { path, passphrase: first });
    if (written !== undefined) onDone(path);
  };
  return (
    <Dialog title={key.export.title} text={key.export.text} onClose={onClose} data-testid="export-dialog">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void write();
        }}
      >
        <Field
          label={key.passphrase}
          type="password"
          autoComplete="new-password"
          value={first}
          data-first-focus
          data-testid="export-passphrase"
          tone={first !== "" && !long ? "warning" : "calm"}
          hint={key.export.least(LEAST_CHARACTERS)}
          onChange={(event) => setFirst(event.target.value)}
        />
        <Field
          label={key.export.again}
          type="password"
          autoComplete="new-password"
          value={again}
          data-testid="export-again"
          tone={differs ? "warning" : "calm"}
          hint={differs ? key.export.differs : null}
          onChange={(event) => setAgain(event.target.value)}
        />
        <FileLine path={path} onChoose={() => void choose()} testId="export-file" />
        <p className={styles.why}>{key.export.newFile}</p>
        {failure !== null && <FailureText failure={failure} />}
        <div className={styles.answers}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" look="primary" disabled={busy || path === null || !long || again !== first} data-testid="export-yes">
            {busy ? key.export.busy : key.export.yes}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
