import { Fragment, type ReactNode } from "react";
import { useSpoken } from "../state/preferences";

/** Draws everything anew in another language. What the stores hold, a draft or a search, stays. */
export function Spoken({ children }: { children: ReactNode }) {
  return <Fragment key={useSpoken()}>{children}</Fragment>;
}
