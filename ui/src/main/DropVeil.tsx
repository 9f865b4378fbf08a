import { useDrag } from "../state/drag";
import { useEngine } from "../state/engine";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import styles from "./DropVeil.module.css";

/** Says what a drop would do here. It lets the pointer through: a drop on a device's tile must find the tile. */
export function DropVeil() {
  const device = useDrag((state) => state.device);
  const name = useEngine((state) => state.devices.find((other) => other.device_id === device)?.name);
  return (
    <div className={styles.veil} data-testid="drop-veil">
      <p className={styles.says}>
        <Icon name="drop" />
        {name === undefined ? words.send.dropNow : words.send.dropOn(name)}
      </p>
    </div>
  );
}
