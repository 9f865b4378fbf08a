import type { ReactNode } from "react";
import { Icon, type IconName } from "./Icon";
import styles from "./Tag.module.css";

type TagTone = "calm" | "accent" | "warning" | "error" | "done";

export function Tag({ tone = "calm", icon, children }: { tone?: TagTone; icon?: IconName; children: ReactNode }) {
  return (
    <span className={styles.tag} data-tone={tone}>
      {icon !== undefined && <Icon name={icon} size="1.1em" />}
      {children}
    </span>
  );
}
