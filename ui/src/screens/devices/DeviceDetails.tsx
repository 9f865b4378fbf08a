import type { DeviceView } from "../../host/api";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import styles from "./DeviceDetails.module.css";
import { DeviceLimits } from "./DeviceLimits";
import { RuleEditor } from "./RuleEditor";

/** Where it is, how fast it may be, what it may bring without a question. */
export function DeviceDetails({ device }: { device: DeviceView }) {
  const { addresses, role } = device;
  const rules = useEngine((state) => state.trusts);
  return (
    <div className={styles.details}>
      <section className={styles.part}>
        <h3 className={styles.title}>{words.devices.addresses}</h3>
        {addresses.length === 0 ? (
          <p className={styles.none}>{words.devices.noAddresses}</p>
        ) : (
          <ul className={styles.addresses}>
            {addresses.map((address) => (
              <li key={address} data-text>
                {address}
              </li>
            ))}
          </ul>
        )}
      </section>
      {role !== "blocked" && (
        <section className={styles.part}>
          <h3 className={styles.title}>{words.devices.limits.title}</h3>
          <DeviceLimits device={device} />
        </section>
      )}
      {rules && (role === "mine" || role === "trusted") && <RuleEditor key={JSON.stringify(device.rule ?? null)} device={device} />}
    </div>
  );
}
