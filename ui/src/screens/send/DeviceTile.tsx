import type { DeviceView } from "../../host/api";
import { ContextArea } from "../../parts/ContextArea";
import { Icon } from "../../parts/Icon";
import { MenuCheck, MenuRule } from "../../parts/MenuPopup";
import { useDrag } from "../../state/drag";
import { words } from "../../words";
import { DeviceItems } from "../devices/DeviceMenu";
import { useDeviceQuestions } from "../devices/useDeviceQuestions";
import styles from "./DeviceTile.module.css";

interface DeviceTileProps {
  device: DeviceView;
  chosen: boolean;
  onToggle: () => void;
}

export function DeviceTile({ device, chosen, onToggle }: DeviceTileProps) {
  const { device_id, name, online, nearby } = device;
  const says = online ? words.send.online : nearby ? words.devices.nearbyNow : words.send.offline;
  const over = useDrag((state) => state.device === device_id);
  const { ask, dialog } = useDeviceQuestions(device);
  const tile = (
    <li>
      <button
        type="button"
        className={styles.tile}
        aria-pressed={chosen}
        data-testid="device-tile"
        data-device-id={device_id}
        data-drop-device={device_id}
        data-online={online || nearby ? "" : undefined}
        data-over={over ? "" : undefined}
        title={device_id}
        onClick={onToggle}
      >
        <span className={styles.icon}>
          <Icon name={chosen ? "check" : "devices"} />
        </span>
        <span className={styles.text}>
          <span className={styles.name}>{name}</span>
          <span className={styles.state}>{says}</span>
        </span>
      </button>
    </li>
  );
  return (
    <>
      <ContextArea render={tile}>
        <MenuCheck name={words.devices.sendTo(name)} checked={chosen} onCheckedChange={onToggle} data-testid="send-to-item" />
        <MenuRule />
        <DeviceItems device={device} ask={ask} />
      </ContextArea>
      {dialog}
    </>
  );
}
