// Whether this device can work: looked at when the window opens, when a person comes back to it, when the network comes
// or goes, and when asked for.

import { useCallback, useEffect, useRef, useState } from "react";
import type { Code, SelfCheckResult } from "../host/api";
import { useHost } from "../host/context";
import { useEngine } from "../state/engine";

// A test writes a file of 4 kB through to the disk and sends one datagram to this device's own port: milliseconds of
// processor time, but it wakes a disk that sleeps, and where datagrams are blocked it waits 1.5 s for the answer. So it
// is run often only while there is something to be mended, and never for a window that nobody sees.

/** While a trouble is shown: whoever mends it looks at the window for that. */
const TROUBLED_MS = 30_000;
/** While all is well: networks say when they go, so this is for a disk that fills up and for a firewall. */
const WELL_MS = 300_000;
/** Not sooner again because a person comes back. */
const REST_MS = 60_000;
/** "Online" is said when the cable is in; the address may follow a little later. */
const SETTLE_MS = 3_000;
/** What nothing works with. That the local network cannot be searched is said where its devices are listed. */
const GRAVE: ReadonlySet<Code> = new Set<Code>(["no_network", "udp_blocked", "listen_failed", "disk_unwritable", "disk_full"]);

export function useTroubles(): { troubles: readonly SelfCheckResult[]; again: () => void } {
  const host = useHost();
  const introduced = useEngine(({ settings }) => settings?.introduced ?? false);
  const folder = useEngine(({ identity }) => identity?.inbox_folder);
  const [troubles, setTroubles] = useState<readonly SelfCheckResult[]>([]);
  const tester = useRef<() => void>(null);
  useEffect(() => {
    // The first run has a test of its own.
    if (!introduced || folder === undefined) return undefined;
    let latest = 0;
    let began = 0;
    let troubled = false;
    /** Whether the network changed since a test began. */
    let changed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const test = () => {
      clearTimeout(timer);
      latest += 1;
      const [mine, wait] = [latest, changed ? SETTLE_MS : null];
      changed = false;
      began = Date.now();
      const take = (results: readonly SelfCheckResult[] | null) => {
        if (mine !== latest) return;
        clearTimeout(timer);
        if (results !== null) {
          const grave = results.filter(({ failure }) => failure !== null && GRAVE.has(failure.code));
          troubled = grave.length > 0;
          setTroubles(grave);
        }
        if (!document.hidden) timer = setTimeout(test, wait ?? (troubled ? TROUBLED_MS : WELL_MS));
      };
      host.call("self_test", {}).then(take, () => take(null));
    };
    const look = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      const passed = Date.now() - began;
      if (changed || troubled || passed > REST_MS) test();
      else timer = setTimeout(test, WELL_MS - passed);
    };
    const change = () => {
      changed = true;
      if (!document.hidden) test();
    };
    const come = () => {
      if (!document.hidden && Date.now() - began > REST_MS) test();
    };
    tester.current = test;
    test();
    document.addEventListener("visibilitychange", look);
    addEventListener("focus", come);
    addEventListener("online", change);
    addEventListener("offline", change);
    return () => {
      latest = -1;
      tester.current = null;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
      removeEventListener("focus", come);
      removeEventListener("online", change);
      removeEventListener("offline", change);
    };
  }, [host, introduced, folder]);
  const again = useCallback(() => tester.current?.(), []);
  return { troubles: introduced ? troubles : [], again };
}
