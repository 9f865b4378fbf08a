import { useState } from "react";
import type { AuditEntry, AuditFilter, AuditKind } from "../../host/api";
import { useAttempt } from "../../host/context";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Empty } from "../../parts/Empty";
import { FilterBar } from "../../parts/FilterBar";
import { MenuItem } from "../../parts/MenuPopup";
import { VirtualList } from "../../parts/VirtualList";
import { useEngine } from "../../state/engine";
import { useMedia } from "../../state/media";
import { useNotices } from "../../state/notices";
import { words } from "../../words";
import { AuditRow } from "./AuditRow";
import styles from "./History.module.css";
import { useAuditPages } from "./pages";

const GROUPS = {
  all: [],
  devices: ["paired", "pairing_failed", "role_changed", "rule_changed", "device_renamed", "device_forgotten"],
  offers: ["offer_sent", "offer_received", "offer_accepted", "offer_declined", "offer_stopped"],
  refused: ["refused", "identity_alarm", "alarm_acknowledged", "pairing_failed", "events_lost"],
  keys: ["key_created", "key_exported", "key_imported", "key_rotated", "key_moved", "peer_key_rotated"],
} as const satisfies Record<string, readonly AuditKind[]>;
type Group = keyof typeof GROUPS;

const ANY = "";

const idOf = ({ id }: AuditEntry) => id;

/** What happened between this device and others: filtered here, written to a file by the engine. */
export function AuditLog() {
  const devices = useEngine((state) => state.devices);
  const attempt = useAttempt();
  const [group, setGroup] = useState<Group>("all");
  const [device, setDevice] = useState(ANY);
  const only: AuditFilter = { kinds: [...GROUPS[group]], ...(device === ANY ? {} : { device }) };
  const { entries, more } = useAuditPages(JSON.stringify(only));
  // Room for a sentence in two lines, where one is too short for it.
  const narrow = useMedia("(max-width: 900px)");
  const { log } = words.history;
  const { dialogs } = words;
  const write = () =>
    attempt(async (host) => {
      const path = await host.chooseSavePath(dialogs.log, log.file, [
        { name: dialogs.types.table, ending: "csv" },
        { name: dialogs.types.lines, ending: "jsonl" },
      ]);
      if (path === null) return;
      const format = /\.jsonl?$/i.test(path) ? "json_lines" : "csv";
      // The chooser has asked about a file that is there.
      const written = await host.call("export_audit", { path, replace: true, format, only });
      useNotices.getState().tell(log.written(written.entries, path));
    });
  return (
    <div className={styles.page}>
      <FilterBar
        action={
          <Button data-testid="log-export" onClick={() => void write()}>
            {log.write}
          </Button>
        }
      >
        <Choice
          label={log.what}
          value={group}
          choices={(Object.keys(GROUPS) as Group[]).map((value) => ({ value, name: log.groups[value] }))}
          onChange={setGroup}
          data-testid="log-group"
        />
        <Choice
          label={log.device}
          value={device}
          choices={[{ value: ANY, name: log.anyDevice }, ...devices.map(({ device_id, name }) => ({ value: device_id, name }))]}
          onChange={setDevice}
          data-testid="log-device"
        />
      </FilterBar>
      {entries !== null && entries.length === 0 ? (
        <Empty icon="history" title={log.empty} hint={log.emptyHint} />
      ) : (
        <VirtualList<AuditEntry>
          label={log.title}
          items={entries ?? []}
          keyOf={idOf}
          rem={narrow ? 4.5 : 3.8}
          render={(entry) => <AuditRow entry={entry} />}
          onEnd={more}
          renderMenu={({ device: about }) =>
            about === null ? null : (
              <MenuItem name={words.devices.menu.copyId} onClick={() => void attempt((host) => host.copyText(about))} />
            )
          }
          data-testid="log-list"
        />
      )}
    </div>
  );
}
