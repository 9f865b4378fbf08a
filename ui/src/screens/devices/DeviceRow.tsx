import { moment } from "../../format/time";
import type { DeviceView, Role } from "../../host/api";
import { useCommand } from "../../host/context";
import { IconButton, Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Confirm } from "../../parts/Confirm";
import { Disclosure } from "../../parts/Disclosure";
import { Icon } from "../../parts/Icon";
import { useDraft } from "../../state/draft";
import { useNavigation } from "../../state/navigation";
import { useNow } from "../../state/now";
import { words } from "../../words";
import { DeviceLimits } from "./DeviceLimits";
import styles from "./DeviceRow.module.css";

const ROLES = ["mine", "trusted", "ask", "blocked"] satisfies Role[];

export function DeviceRow({ device }: { device: DeviceView }) {
  const { device_id, name, role, known, online, addresses, last_seen_ms } = device;
  const command = useCommand();
  const now = useNow();
  const go = useNavigation((state) => state.go);
  const { devices: chosen, toggleDevice } = useDraft();

  const setRole = (next: Role) =>
    void (next === "blocked" ? command("block", { device: device_id }) : command("trust", { device: device_id, role: next }));
  const sendTo = () => {
    if (!chosen.includes(device_id)) toggleDevice(device_id);
    go("send");
  };
  const seen = last_seen_ms === null ? words.devices.neverSeen : words.devices.lastSeen(moment(last_seen_ms, now));
  const standing = online ? words.devices.online : `${words.devices.offline}, ${seen}`;
  const { confirmForget } = words.devices;
  return (
    <li className={styles.row} data-testid="device-row" data-device-id={device_id} data-online={online ? "" : undefined}>
      <span className={styles.icon}>
        <Icon name="devices" />
      </span>
      <div className={styles.main}>
        <p className={styles.name}>{name}</p>
        <p className={styles.facts}>{[standing, ...addresses.slice(0, 2)].join(" · ")}</p>
        <p className={styles.id} data-text>
          {device_id}
        </p>
        {role !== "blocked" && (
          <Disclosure label={words.devices.limits.title} data-testid="device-limits">
            <DeviceLimits device={device} />
          </Disclosure>
        )}
      </div>
      <div className={styles.actions}>
        {role !== "blocked" && <IconButton icon="send" label={words.devices.sendTo(name)} onClick={sendTo} />}
        <Choice label={words.devices.role(name)} value={role} choices={ROLES.map((value) => ({ value, ...words.roles[value] }))} onChange={setRole} data-testid="role-select" />
        <span className={styles.forget}>
          {known && (
            <Confirm
              trigger={
                <Button look="quiet" data-testid="forget-button" aria-label={words.devices.forgetLabel(name)}>
                  {words.devices.forget}
                </Button>
              }
              title={confirmForget.title(name)}
              text={confirmForget.text}
              yes={confirmForget.yes}
              no={confirmForget.no}
              onYes={() => void command("forget", { device: device_id })}
            />
          )}
        </span>
      </div>
    </li>
  );
}
