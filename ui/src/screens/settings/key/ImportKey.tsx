import { useState } from "react";
import type { KeyView } from "../../../host/api";
import { useAttempt } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { Dialog } from "../../../parts/Dialog";
import { FailureText } from "../../../parts/FailureText";
import { Field } from "../../../parts/Field";
import { Icon } from "../../../parts/Icon";
import { words } from "../../../words";
import { FileLine } from "./FileLine";
import styles from "./Key.module.css";
import { useOwnFailure } from "./useOwnFailure";

interface ImportKeyProps {
  onClose: () => void;
  onDone: (view: KeyView) => void;
}

/** Takes the key of a file in the place of this device's own, once a person has said that this one is given up. */
export function ImportKey({ onClose, onDone }: ImportKeyProps) {
  const attempt = useAttempt();
  const { failure, busy, run } = useOwnFailure();
  const [path, setPath] = useState<string | null>(null);
  const [passphrase, setPassphrase] = useState("");
  const [agreed, setAgreed] = useState(false);
  const { key } = words.settings;
  const ready = path !== null && passphrase !== "" && agreed;
  const choose = async () => {
    const chosen = await attempt((host) => host.chooseFile(words.dialogs.importKey));
    if (typeof chosen === "string") setPath(chosen);
  };
  const take = async () => {
    if (!ready) return;
    const view = await run("import_key", { path, passphrase, replace: true });
    if (view !== undefined) onDone(view);
  };
  return (
    <Dialog title={key.import.title} text={key.import.text} onClose={onClose} data-testid="import-dialog">
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void take();
        }}
      >
        <FileLine path={path} onChoose={() => void choose()} testId="import-file" />
        <Field
          label={key.passphrase}
          type="password"
          value={passphrase}
          data-first-focus
          data-testid="import-passphrase"
          hint={key.import.passphraseHint}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <div className={styles.warning}>
          <Icon name="warning" />
          <div>
            <p data-text>{key.import.warning}</p>
            <label className={styles.check}>
              <input
                type="checkbox"
                checked={agreed}
                data-testid="import-agreed"
                onChange={(event) => setAgreed(event.target.checked)}
              />
              {key.import.agreed}
            </label>
          </div>
        </div>
        {failure !== null && <FailureText failure={failure} />}
        <div className={styles.answers}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" look="danger" disabled={busy || !ready} data-testid="import-yes">
            {busy ? key.import.busy : key.import.yes}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
