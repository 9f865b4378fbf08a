import { useState } from "react";
import { useCommand } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { Choice } from "../../../parts/Choice";
import { useEngine } from "../../../state/engine";
import { words } from "../../../words";
import styles from "./Watched.module.css";

interface AddFolderProps {
  path: string;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

/** What is still to be said of a folder that was chosen: where its content goes, and whether that of today does. */
export function AddFolder({ path, onDone, onCancel }: AddFolderProps) {
  const command = useCommand();
  const devices = useEngine((state) => state.devices).filter(({ role }) => role !== "blocked");
  const [device, setDevice] = useState<string | null>(null);
  const [existing, setExisting] = useState(false);
  const { watched } = words.settings;
  const add = async () => {
    if (device === null) return;
    const added = await command("watch_folder", { path, device, existing });
    if (added !== undefined) await onDone();
  };
  return (
    <form
      className={styles.form}
      aria-label={watched.add}
      data-testid="add-watched"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <p className={styles.path} data-text title={path}>
        {path}
      </p>
      {devices.length === 0 ? (
        <p>{watched.noDevice}</p>
      ) : (
        <div className={styles.line}>
          <span>{watched.device}</span>
          <Choice
            label={watched.device}
            value={device}
            placeholder={watched.choose}
            choices={devices.map(({ device_id, name }) => ({ value: device_id, name }))}
            onChange={setDevice}
            data-testid="watched-device"
          />
        </div>
      )}
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={existing}
          data-testid="watched-existing"
          onChange={(event) => setExisting(event.target.checked)}
        />
        {watched.existing}
      </label>
      <div className={styles.line}>
        <Button type="submit" look="primary" disabled={device === null} data-testid="watched-start">
          {watched.start}
        </Button>
        <Button onClick={onCancel}>{words.cancel}</Button>
      </div>
    </form>
  );
}
