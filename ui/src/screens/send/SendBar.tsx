import { useState } from "react";
import type { Priority, SendRequest } from "../../host/api";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Segmented } from "../../parts/Segmented";
import { useDraft } from "../../state/draft";
import { useEngine } from "../../state/engine";
import { afterSend } from "../../state/sent";
import { isUsable, readTarget, type Target } from "../../transfer/target";
import { words } from "../../words";
import styles from "./SendBar.module.css";

const CHOICES = ["normal", "high", "critical"] satisfies Priority[];

export function SendBar() {
  const { paths, devices, target, priority, setPriority, reset } = useDraft();
  const known = useEngine((state) => state.devices);
  const command = useCommand();
  const [sending, setSending] = useState(false);

  const read = readTarget(target, known);
  const targets = isUsable(read) ? [...new Set([...devices, target.trim()])] : [...devices];
  const missing = whatIsMissing(paths.length > 0, targets.length > 0, read.kind);

  const send = async () => {
    setSending(true);
    const request: SendRequest = { paths: [...paths], targets, priority };
    const sent = await command("send", request);
    setSending(false);
    if (sent === undefined) return;
    reset();
    afterSend(request, sent);
  };

  return (
    <div className={styles.bar}>
      <Segmented
        label={words.send.priority}
        value={priority}
        choices={CHOICES.map((value) => ({ value, name: words.priorities[value] }))}
        onChange={setPriority}
        testId="priority"
      />
      <output id="send-missing" className={styles.says} data-testid="send-hint">
        {missing ?? words.send.ready(paths.length)}
      </output>
      <Button
        look="primary"
        icon="send"
        disabled={missing !== null || sending}
        aria-describedby="send-missing"
        data-send=""
        data-testid="send-button"
        onClick={() => void send()}
      >
        {sending ? words.send.sending : targets.length > 1 ? words.send.buttonTo(targets.length) : words.send.button}
      </Button>
    </div>
  );
}

function whatIsMissing(files: boolean, device: boolean, typed: Target["kind"]): string | null {
  const { missing } = words.send;
  if (typed === "incomplete") return missing.target;
  if (typed === "code") return missing.pairing;
  if (!files && !device) return missing.both;
  if (!files) return missing.files;
  return device ? null : missing.device;
}
