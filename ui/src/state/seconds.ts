// Seconds until a moment that the engine has named, counted down while somebody looks.

import { useEffect, useState } from "react";

/** Whole seconds that are left, 0 when it is over; null where there is no such moment. */
export function useSecondsTo(until: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (until === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [until]);
  // Another moment may have been named since the last tick.
  return until === null ? null : Math.max(0, Math.ceil((until - Math.max(now, 0)) / 1000));
}
