// What the selection holds: asked again and again until the engine has counted all of it.

import { useEffect, useState } from "react";
import type { Measured } from "../../host/api";
import { useHost } from "../../host/context";

/** The engine takes as long itself for an answer that is not whole. */
const PAUSE_MS = 200;

/** Null until the first answer, and for what the engine cannot count. */
export function useMeasure(paths: readonly string[]): Measured | null {
  const host = useHost();
  const [found, setFound] = useState<{ paths: readonly string[]; measured: Measured } | null>(null);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      // Too many, or gone: what is wrong is said when it is sent.
      const measured = await host.call("measure", { paths: [...paths] }).catch(() => null);
      if (!wanted || measured === null) return;
      setFound({ paths, measured });
      if (!measured.complete) timer = setTimeout(() => void ask(), PAUSE_MS);
    };
    void ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [host, paths]);
  return found?.paths === paths ? found.measured : null;
}
