// Whether this device can work: looked at when the window opens, when a person comes back to it, and when asked for.

import { useCallback, useEffect, useState } from "react";
import type { Code, SelfCheckResult } from "../host/api";
import { useHost } from "../host/context";
import { useEngine } from "../state/engine";

/** Not sooner again by itself: the test writes a little file. */
const REST_MS = 60_000;
/** What nothing works with. That the local network cannot be searched is said where its devices are listed. */
const GRAVE: ReadonlySet<Code> = new Set<Code>(["no_network", "udp_blocked", "listen_failed", "disk_unwritable", "disk_full"]);

export function useTroubles(): { troubles: readonly SelfCheckResult[]; again: () => void } {
  const host = useHost();
  const introduced = useEngine(({ settings }) => settings?.introduced ?? false);
  const folder = useEngine(({ identity }) => identity?.inbox_folder);
  const [troubles, setTroubles] = useState<readonly SelfCheckResult[]>([]);
  const [run, setRun] = useState(0);
  const again = useCallback(() => setRun((old) => old + 1), []);
  useEffect(() => {
    // The first run has a test of its own.
    if (!introduced || folder === undefined) return undefined;
    const began = Date.now();
    let wanted = true;
    const take = (results: readonly SelfCheckResult[]) => {
      const grave = results.filter(({ failure }) => failure !== null && GRAVE.has(failure.code));
      if (wanted) setTroubles(grave);
    };
    host.call("self_test", {}).then(take, () => {});
    const come = () => {
      if (!document.hidden && Date.now() - began > REST_MS) again();
    };
    document.addEventListener("visibilitychange", come);
    addEventListener("focus", come);
    return () => {
      wanted = false;
      document.removeEventListener("visibilitychange", come);
      removeEventListener("focus", come);
    };
    // Another run is another test.
    // eslint-disable-next-line react/exhaustive-effect-dependencies
  }, [host, introduced, folder, run, again]);
  return { troubles: introduced ? troubles : [], again };
}
