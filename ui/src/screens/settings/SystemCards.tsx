import { useEffect, useState } from "react";
import { useAttempt } from "../../host/context";
import { Card } from "../../parts/Card";
import { Switch } from "../../parts/Switch";
import { words } from "../../words";
import { AboutCard } from "./AboutCard";

/** What the desktop does for the program, starting it, and the program itself. The system is asked each time, it may have been changed there. */
export function SystemCards() {
  const [on, setOn] = useState<boolean | null>(null);
  const attempt = useAttempt();
  useEffect(() => {
    void attempt((host) => host.autostart()).then((now) => setOn(now ?? null));
  }, [attempt]);
  const { system } = words.settings;
  const change = async (wanted: boolean) => {
    const now = await attempt((host) => host.setAutostart(wanted));
    if (now !== undefined) setOn(now);
  };
  return (
    <>
      <Card
        title={system.autostart}
        hint={system.autostartHint}
        control={
          <Switch
            label={system.autostart}
            on={on === true}
            disabled={on === null}
            onChange={(wanted) => void change(wanted)}
            data-testid="autostart"
          />
        }
      />
      <AboutCard />
    </>
  );
}
