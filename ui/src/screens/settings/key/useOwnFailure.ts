import { useState } from "react";
import type { Commands, Failure } from "../../../host/api";
import { useHost } from "../../../host/context";
import { toFailure } from "../../../host/host";

/** Runs commands whose failure is shown where they were given: a notice would be behind the dialog. */
export function useOwnFailure() {
  const host = useHost();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const run = async <N extends keyof Commands>(name: N, args: Commands[N][0]): Promise<Commands[N][1] | undefined> => {
    setBusy(true);
    setFailure(null);
    try {
      return await host.call(name, args);
    } catch (thrown) {
      setFailure(toFailure(thrown));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { failure, busy, run };
}
