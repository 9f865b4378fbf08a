// Asks the engine about an opened row, twice a second while it may change and somebody can see it.

import { useEffect, useState } from "react";
import type { Details } from "../../../host/api";
import { useHost } from "../../../host/context";

const EVERY_MS = 500;
/** Finer would not be seen. */
const CELLS = 1024;

/** Null until the first answer. What does not move any more is asked about once. */
export function useDetails(id: string, moving: boolean): Details | null {
  const host = useHost();
  const [details, setDetails] = useState<Details | null>(null);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      // What fails is shown elsewhere; the row keeps what it had.
      const answer = document.hidden ? null : await host.call("details", { id, cells: CELLS }).catch(() => null);
      if (!wanted) return;
      if (answer !== null) setDetails(answer);
      if (moving) timer = setTimeout(() => void ask(), EVERY_MS);
    };
    void ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [host, id, moving]);
  return details;
}
