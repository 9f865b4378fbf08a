import { useEffect, useState } from "react";
import type { Identity } from "../../host/api";
import { useHost } from "../../host/context";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { words } from "../../words";
import { SelfTest } from "../test/SelfTest";
import { useSelfTest } from "../test/useSelfTest";
import styles from "./SettingsScreen.module.css";

/** Where this device listens, and whether its port, its network and its disk work. */
export function NetworkCard({ identity }: { identity: Identity }) {
  const { tested, again } = useSelfTest(identity.inbox_folder);
  const host = useHost();
  const [taken, setTaken] = useState<number | null>(null);
  useEffect(() => {
    host.otherPort().then(setTaken, () => undefined);
  }, [host]);
  const hint = taken === null ? words.settings.networkHint : words.settings.otherPort(taken);
  return (
    <Card
      title={words.settings.network}
      hint={identity.hint ?? hint}
      below={<SelfTest tested={tested} />}
      control={
        <Button data-testid="test-again" disabled={tested === null} onClick={again}>
          {words.selfTest.again}
        </Button>
      }
    >
      <p className={styles.value} data-testid="listen-address" data-text>
        {identity.listen}
      </p>
    </Card>
  );
}
