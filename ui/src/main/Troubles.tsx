import type { SelfCheckResult } from "../host/api";
import { useAttempt, useCommand } from "../host/context";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { shortened } from "../transfer/describe";
import { words } from "../words";
import styles from "./Troubles.module.css";
import { useTroubles } from "./useTroubles";

/** What keeps this device from its work, above every screen, with the way out: until it is mended. */
export function Troubles() {
  const { troubles, again } = useTroubles();
  if (troubles.length === 0) return null;
  return (
    <div className={styles.troubles} role="alert">
      {troubles.map((trouble) => (
        <Trouble key={trouble.check} trouble={trouble} again={again} />
      ))}
    </div>
  );
}

function Trouble({ trouble: { check, failure }, again }: { trouble: SelfCheckResult; again: () => void }) {
  const attempt = useAttempt();
  const command = useCommand();
  if (failure === null) return null;
  const { says, next } = words.failures[failure.code] ?? words.failures.internal;
  const choose = async () => {
    const folder = await attempt((host) => host.chooseFolder(words.dialogs.inboxFolder));
    if (typeof folder !== "string") return;
    await command("change_settings", { inbox_folder: folder });
    again();
  };
  return (
    <section className={styles.trouble} data-testid="trouble" data-code={failure.code} title={failure.message}>
      <Icon name="warning" size="1.4em" />
      <p className={styles.text} data-text>
        <strong>{says(shortened(failure.detail))}</strong>
        {words.following(next)}
      </p>
      {check === "disk" && (
        <Button icon="folder" data-testid="trouble-folder" onClick={() => void choose()}>
          {words.settings.change}
        </Button>
      )}
      <Button data-testid="trouble-again" onClick={again}>
        {words.selfTest.again}
      </Button>
    </section>
  );
}
