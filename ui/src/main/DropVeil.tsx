import { useDrag } from "../state/drag";
import { useEngine } from "../state/engine";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import styles from "./DropVeil.module.css";

/**
 * Frames the window and says what a drop would do here, in the place of the status strip that holds it: nothing is
 * covered that can be dropped on. It lets the pointer through.
 */
export function DropVeil() {
  const device = useDrag((state) => state.device);
  const name = useEngine((state) => state.devices.find((other) => other.device_id === device)?.name);
  return (
    <>
      <div className={styles.veil} />
      <p className={styles.says} data-testid="drop-veil">
        <Icon name="drop" />
        <span className={styles.text}>{name === undefined ? words.send.dropNow : words.send.dropOn(name)}</span>
      </p>
    </>
  );
}
