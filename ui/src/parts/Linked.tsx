import { useEffect, useRef } from "react";
import { words } from "../words";
import { Icon } from "./Icon";
import styles from "./Linked.module.css";

/** Says that a link has filled in what stands below, and that nothing has happened yet; comes into sight with it. */
export function Linked() {
  const line = useRef<HTMLParagraphElement>(null);
  // jsdom draws nothing, so nothing can be out of sight there.
  useEffect(() => line.current?.parentElement?.scrollIntoView?.({ block: "nearest" }), []);
  return (
    <p ref={line} className={styles.linked} role="status" data-testid="linked">
      <Icon name="warning" />
      {words.link.filled}
    </p>
  );
}
