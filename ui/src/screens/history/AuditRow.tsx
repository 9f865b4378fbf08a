import { moment } from "../../format/time";
import type { AuditEntry, AuditKind } from "../../host/api";
import { Icon, type IconName } from "../../parts/Icon";
import { useEngine } from "../../state/engine";
import { useNow } from "../../state/now";
import { auditSentence } from "../../transfer/audit";
import { words } from "../../words";
import styles from "./History.module.css";

const ICONS: Partial<Record<AuditKind, IconName>> = {
  offer_sent: "up",
  offer_received: "down",
  offer_accepted: "check",
  offer_declined: "cross",
  offer_stopped: "pause",
  refused: "blocked",
  identity_alarm: "warning",
  pairing_failed: "warning",
  events_lost: "warning",
  alarm_acknowledged: "verify",
};
const TONES: Partial<Record<AuditKind, "error" | "warning" | "done">> = {
  identity_alarm: "error",
  refused: "warning",
  pairing_failed: "warning",
  events_lost: "warning",
  paired: "done",
  offer_accepted: "done",
};

export function AuditRow({ entry }: { entry: AuditEntry }) {
  const { kind, last_ms, count, device } = entry;
  const now = useNow();
  const devices = useEngine((state) => state.devices);
  return (
    <span className={styles.entry} data-tone={TONES[kind]} data-testid="log-row">
      <span className={styles.icon}>
        <Icon name={ICONS[kind] ?? (kind.includes("key") ? "verify" : "devices")} />
      </span>
      <span className={styles.what}>
        <span className={styles.sentence}>{auditSentence(entry, devices)}</span>
        <span className={styles.peer}>
          {device ?? words.history.log.here}
          {count > 1 && ` · ${words.history.log.times(count)}`}
        </span>
      </span>
      <span className={styles.when}>{moment(last_ms, now)}</span>
    </span>
  );
}
