import { byName } from "../../format/order";
import { Button } from "../../parts/Button";
import { Empty } from "../../parts/Empty";
import { Pane } from "../../parts/Pane";
import { useEngine } from "../../state/engine";
import { usePairing } from "../../state/pairing";
import { words } from "../../words";
import { AddDevice } from "./AddDevice";
import { DeviceRow } from "./DeviceRow";
import styles from "./DevicesScreen.module.css";
import { NearbyList } from "./NearbyList";
import { VisibilityCard } from "./VisibilityCard";

export function DevicesScreen() {
  const devices = useEngine((state) => state.devices);
  const pair = usePairing((state) => state.open);
  const sorted = devices.toSorted((a, b) => Number(b.online) - Number(a.online) || byName(a, b));
  const groups = [
    { title: words.devices.known, shown: sorted.filter((device) => device.known && device.role !== "blocked") },
    { title: words.devices.seen, shown: sorted.filter((device) => !device.known) },
    { title: words.devices.blocked, shown: sorted.filter((device) => device.known && device.role === "blocked") },
  ];
  return (
    <Pane
      title={words.devices.title}
      actions={
        <Button look="primary" icon="plus" data-testid="pair-button" onClick={() => pair("show")}>
          {words.pair.button}
        </Button>
      }
    >
      <div className={styles.page}>
        <VisibilityCard />
        {devices.length === 0 && (
          <div className={styles.empty}>
            <Empty icon="devices" title={words.devices.empty} hint={words.devices.emptyHint} />
          </div>
        )}
        {groups.map(
          ({ title, shown }) =>
            shown.length > 0 && (
              <section key={title} aria-label={title}>
                <h2 className={styles.title}>{title}</h2>
                <ul className={styles.list}>
                  {shown.map((device) => (
                    <DeviceRow key={device.device_id} device={device} />
                  ))}
                </ul>
              </section>
            ),
        )}
        <NearbyList />
        <AddDevice />
      </div>
    </Pane>
  );
}
