import { useEffect, useState } from "react";
import { tellMilestones } from "../state/milestones";
import styles from "./Milestones.module.css";

/** The one place of a window that speaks by itself, to who does not see it: what has happened, never how far it is. */
export function Milestones() {
  const [said, setSaid] = useState({ key: 0, text: "" });
  // The same sentence again is another event.
  useEffect(() => tellMilestones((text) => setSaid(({ key }) => ({ key: key + 1, text }))), []);
  return (
    <div role="status" aria-live="polite" className={styles.heard} data-testid="milestones">
      {said.text !== "" && <p key={said.key}>{said.text}</p>}
    </div>
  );
}
