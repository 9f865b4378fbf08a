// The test of this device: run when it comes into sight, for another folder, and when it is asked for.

import { useCallback, useEffect, useState } from "react";
import type { SelfCheckResult } from "../../host/api";
import { useHost } from "../../host/context";

export type Tested = readonly SelfCheckResult[] | "failed" | null;

/** Null while it runs. */
export function useSelfTest(folder: string): { tested: Tested; again: () => void } {
  const host = useHost();
  const [found, setFound] = useState<{ run: number; folder: string; tested: Tested } | null>(null);
  const [run, setRun] = useState(0);
  useEffect(() => {
    let wanted = true;
    const take = (tested: Tested) => wanted && setFound({ run, folder, tested });
    host.call("self_test", { inbox_folder: folder }).then(take, () => take("failed"));
    return () => {
      wanted = false;
    };
  }, [host, folder, run]);
  const again = useCallback(() => setRun((old) => old + 1), []);
  return { tested: found?.run === run && found.folder === folder ? found.tested : null, again };
}
