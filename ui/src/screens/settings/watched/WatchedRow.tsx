import { useState } from "react";
import type { WatchedView } from "../../../host/api";
import { useCommand } from "../../../host/context";
import { Button, IconButton } from "../../../parts/Button";
import { Confirm } from "../../../parts/Confirm";
import { FailureText } from "../../../parts/FailureText";
import { Field } from "../../../parts/Field";
import { words } from "../../../words";
import styles from "./Watched.module.css";

/** One watched folder: where its content goes, how it stands, and the names that it leaves out. */
export function WatchedRow({ view, onChanged }: { view: WatchedView; onChanged: () => Promise<void> }) {
  const { id, path, device_name, paused, failure, ignore } = view;
  const command = useCommand();
  const [names, setNames] = useState<string | null>(null);
  const { watched } = words.settings;
  const change = async (what: { paused: boolean } | { ignore: string[] }) => {
    const changed = await command("change_watched", { id, ...what });
    await onChanged();
    return changed !== undefined;
  };
  const remove = async () => {
    await command("unwatch_folder", { id });
    await onChanged();
  };
  const save = async () => {
    const list = (names ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
    if (await change({ ignore: list })) setNames(null);
  };
  return (
    <li className={styles.row} data-testid="watched-folder">
      <div className={styles.line}>
        <div className={styles.what}>
          <p className={styles.path} data-text title={path}>
            {path}
          </p>
          <p className={styles.state} data-testid="watched-state">
            {watched.to(device_name)} · {watched.state(view)}
          </p>
        </div>
        <Button
          aria-expanded={names !== null}
          data-testid="watched-names"
          onClick={() => setNames(names === null ? ignore.join(", ") : null)}
        >
          {watched.ignored(ignore.length)}
        </Button>
        <IconButton
          icon={paused ? "resume" : "pause"}
          label={paused ? watched.resumeLabel(path) : watched.pauseLabel(path)}
          data-testid="watched-pause"
          onClick={() => void change({ paused: !paused })}
        />
        <Confirm
          trigger={<IconButton icon="cross" label={watched.removeLabel(path)} data-testid="watched-remove" />}
          title={watched.confirm.title(path)}
          text={watched.confirm.text}
          yes={watched.confirm.yes}
          no={watched.confirm.no}
          onYes={() => void remove()}
        />
      </div>
      {failure !== null && !paused && <FailureText failure={failure} />}
      {names !== null && (
        <form
          className={styles.names}
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Field
            label={watched.ignoredNames}
            hint={watched.ignoredHint}
            value={names}
            data-testid="watched-ignore"
            onChange={(event) => setNames(event.target.value)}
            action={
              <Button type="submit" data-testid="watched-save">
                {words.settings.save}
              </Button>
            }
          />
        </form>
      )}
    </li>
  );
}
