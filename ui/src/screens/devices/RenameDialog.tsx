import { useState } from "react";
import type { DeviceView } from "../../host/api";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Field } from "../../parts/Field";
import { words } from "../../words";
import styles from "./RenameDialog.module.css";

/** A name has at most so many bytes as UTF-8; the engine refuses more. */
export const MOST_BYTES = 64;

export function RenameDialog({ device: { device_id, name }, onClose }: { device: DeviceView; onClose: () => void }) {
  const [text, setText] = useState(name);
  const command = useCommand();
  const wanted = text.trim();
  const long = new TextEncoder().encode(wanted).length > MOST_BYTES;
  const ready = wanted !== "" && wanted !== name && !long;
  const { rename } = words.devices;
  const save = async () => {
    const done = await command("rename_device", { device: device_id, name: wanted });
    if (done !== undefined) onClose();
  };
  return (
    <Dialog title={rename.title(name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void save();
        }}
      >
        <Field
          label={rename.label}
          hint={long ? rename.long : rename.hint}
          tone={long ? "warning" : "calm"}
          value={text}
          onChange={(event) => setText(event.target.value)}
          data-first-focus=""
          data-testid="rename-input"
        />
        <div className={styles.answers}>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" look="primary" disabled={!ready} data-testid="rename-save">
            {words.settings.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
