import { useId, useState } from "react";
import { moment } from "../../format/time";
import type { DeviceView, Role } from "../../host/api";
import { useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { ContextArea } from "../../parts/ContextArea";
import { Icon } from "../../parts/Icon";
import { MenuItem } from "../../parts/MenuPopup";
import { Tag } from "../../parts/Tag";
import { useDraft } from "../../state/draft";
import { useNavigation } from "../../state/navigation";
import { useNow } from "../../state/now";
import { words } from "../../words";
import { DeviceDetails } from "./DeviceDetails";
import { DeviceItems, DeviceMenu } from "./DeviceMenu";
import styles from "./DeviceRow.module.css";
import { useDeviceQuestions } from "./useDeviceQuestions";

const ROLES = ["mine", "trusted", "ask", "blocked"] satisfies Role[];

export function DeviceRow({ device }: { device: DeviceView }) {
  const { device_id, name, role, online, nearby, rule, last_seen_ms } = device;
  const command = useCommand();
  const now = useNow();
  const details = useId();
  const [open, setOpen] = useState(false);
  const go = useNavigation((state) => state.go);
  const { devices: chosen, toggleDevice } = useDraft();
  const { ask, dialog } = useDeviceQuestions(device);

  const setRole = (next: Role) =>
    void (next === "blocked" ? command("block", { device: device_id }) : command("trust", { device: device_id, role: next }));
  const sendTo = () => {
    if (!chosen.includes(device_id)) toggleDevice(device_id);
    go("send");
  };
  const seen = last_seen_ms === null ? words.devices.neverSeen : words.devices.lastSeen(moment(last_seen_ms, now));
  const here = nearby ? words.devices.nearbyNow : words.devices.offline;
  const standing = online ? words.devices.online : words.facts([here, seen]);
  const row = (
    <li
      className={styles.row}
      data-testid="device-row"
      data-device-id={device_id}
      data-online={online ? "" : undefined}
      data-role={role}
    >
      <span className={styles.icon}>
        <Icon name={role === "blocked" ? "blocked" : "devices"} />
      </span>
      <div className={styles.main}>
        <p className={styles.heading}>
          <strong className={styles.name} title={name}>
            {name}
          </strong>
          {rule !== undefined && (role === "mine" || role === "trusted") && <Tag>{words.devices.rule.tag}</Tag>}
        </p>
        <p className={styles.facts}>{standing}</p>
        <p className={styles.id} data-text>
          {device_id}
        </p>
      </div>
      <div className={styles.actions}>
        {role !== "blocked" && <IconButton icon="send" label={words.devices.sendTo(name)} onClick={sendTo} />}
        <Choice
          label={words.devices.role(name)}
          value={role}
          choices={ROLES.map((value) => ({ value, ...words.roles[value] }))}
          onChange={setRole}
          data-testid="role-select"
        />
        <DeviceMenu device={device} ask={ask} />
        <IconButton
          icon="chevron"
          label={words.devices.details(name)}
          className={styles.chevron}
          aria-expanded={open}
          aria-controls={open ? details : undefined}
          data-testid="device-details"
          onClick={() => setOpen(!open)}
        />
      </div>
      {open && (
        <div id={details} className={styles.details}>
          <DeviceDetails device={device} />
        </div>
      )}
    </li>
  );
  return (
    <>
      <ContextArea render={row}>
        {role !== "blocked" && <MenuItem name={words.devices.sendTo(name)} data-testid="send-to-item" onClick={sendTo} />}
        <DeviceItems device={device} ask={ask} />
      </ContextArea>
      {dialog}
    </>
  );
}
