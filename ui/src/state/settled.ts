// Whether something that came by itself has been in sight for a while.

import { useEffect, useState } from "react";
import { SETTLE_MS } from "./link";

/** False at first while `waits`; each change of `what` begins anew. */
export function useSettled(waits: boolean, what: string): boolean {
  const [settled, setSettled] = useState<string | null>(null);
  useEffect(() => {
    if (!waits) return undefined;
    const timer = setTimeout(() => setSettled(what), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [waits, what]);
  return !waits || settled === what;
}
