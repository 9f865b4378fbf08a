import type { DeviceView } from "../../host/api";
import { useCommand } from "../../host/context";
import { Choice } from "../../parts/Choice";
import { limitChoices } from "../../transfer/limits";
import { words } from "../../words";
import styles from "./DeviceRow.module.css";

/** How fast at most to a device and from it. */
export function DeviceLimits({ device }: { device: DeviceView }) {
  const { device_id, name, send_limit, receive_limit } = device;
  const command = useCommand();
  const { sendLimit, receiveLimit, limits } = words.devices;
  return (
    <div className={styles.limits}>
      <span className={styles.limit}>
        {limits.send}
        <Choice
          label={sendLimit(name)}
          value={String(send_limit ?? 0)}
          choices={limitChoices(send_limit)}
          onChange={(next) => void command("limit_device", { device: device_id, send: Number(next) })}
          data-testid="device-send-limit"
        />
      </span>
      <span className={styles.limit}>
        {limits.receive}
        <Choice
          label={receiveLimit(name)}
          value={String(receive_limit ?? 0)}
          choices={limitChoices(receive_limit)}
          onChange={(next) => void command("limit_device", { device: device_id, receive: Number(next) })}
          data-testid="device-receive-limit"
        />
      </span>
    </div>
  );
}
