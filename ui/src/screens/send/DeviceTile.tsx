import type { DeviceView } from "../../host/api";
import { Icon } from "../../parts/Icon";
import { useDrag } from "../../state/drag";
import { words } from "../../words";
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
  return (
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
}
