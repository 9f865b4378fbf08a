import { useEffect, useState } from "react";
import { useAttempt } from "../../host/context";
import type { About } from "../../host/host";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { words } from "../../words";

/** Which program this is, and its end: where the desktop shows no tray, this and a key are the only buttons for it. */
export function AboutCard() {
  const [about, setAbout] = useState<About | null>(null);
  const attempt = useAttempt();
  useEffect(() => {
    void attempt((host) => host.about()).then((told) => setAbout(told ?? null));
  }, [attempt]);
  const { system } = words.settings;
  return (
    <Card
      title={system.program(about?.version ?? "").trim()}
      hint={
        <>
          {about !== null && <span data-testid="license">{system.license(about.license)}</span>}
          {system.quitHint}
        </>
      }
      control={
        <Button data-testid="quit-button" onClick={() => void attempt((host) => host.requestQuit())}>
          {system.quit}
        </Button>
      }
    />
  );
}
