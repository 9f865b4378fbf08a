import { useEffect, useRef } from "react";
import type { PeerView, Role } from "../../host/api";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Icon } from "../../parts/Icon";
import { useDraft } from "../../state/draft";
import { useEngine } from "../../state/engine";
import { usePairing } from "../../state/pairing";
import { words } from "../../words";
import styles from "./PairDialog.module.css";

const ROLES = ["mine", "trusted", "ask"] satisfies Role[];

/** It is done: who it is, and what it may do here. */
export function Paired({ device, onDone }: { device: PeerView; onDone: () => void }) {
  const now = useEngine((state) => state.devices.find(({ device_id }) => device_id === device.device_id));
  const command = useCommand();
  const done = useRef<HTMLButtonElement>(null);
  // What had the focus is gone.
  useEffect(() => done.current?.focus(), []);
  useEffect(() => {
    if (usePairing.getState().toSend) useDraft.getState().found(device.device_id);
  }, [device.device_id]);
  const role = now?.role ?? device.role;
  return (
    <div className={styles.wait} data-testid="pair-done">
      <span className={styles.mark}>
        <Icon name="check" size="2rem" />
      </span>
      <p className={styles.paired} role="status">
        {words.pair.done(now?.name ?? device.name)}
      </p>
      <p className={styles.id} data-text>
        {device.device_id}
      </p>
      <div className={styles.line}>
        <span>{words.pair.may}</span>
        <Choice
          label={words.devices.role(device.name)}
          value={role}
          choices={ROLES.map((value) => ({ value, ...words.roles[value] }))}
          onChange={(next) => void command("trust", { device: device.device_id, role: next })}
          data-testid="pair-role"
        />
      </div>
      <Button ref={done} look="primary" data-first-focus="" data-testid="pair-close" onClick={onDone}>
        {words.pair.finish}
      </Button>
    </div>
  );
}
