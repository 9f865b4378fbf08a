// Hands the host to the components, and runs commands whose failure becomes a notice.

import { createContext, useCallback, useContext } from "react";
import { useNotices } from "../state/notices";
import type { Commands } from "./api";
import { toFailure, type Host } from "./host";

export const HostContext = createContext<Host | null>(null);

export function useHost(): Host {
  const host = useContext(HostContext);
  if (host === null) throw new Error("a component that needs the host stands outside of its context");
  return host;
}

/** Runs anything that a person asked for; a failure is shown, and the answer is then undefined. */
export function useAttempt(): <T>(act: (host: Host) => Promise<T>) => Promise<T | undefined> {
  const host = useHost();
  return useCallback(
    async (act) => {
      try {
        return await act(host);
      } catch (thrown) {
        useNotices.getState().show(toFailure(thrown));
        return undefined;
      }
    },
    [host],
  );
}

/** The same for one command of the engine. */
export function useCommand(): <N extends keyof Commands>(
  name: N,
  args: Commands[N][0],
) => Promise<Commands[N][1] | undefined> {
  const attempt = useAttempt();
  return useCallback((name, args) => attempt((host) => host.call(name, args)), [attempt]);
}
