import type { NearbyDevice } from "../../host/api";
import { useAttempt } from "../../host/context";
import { Button } from "../../parts/Button";
import { ContextArea } from "../../parts/ContextArea";
import { Icon } from "../../parts/Icon";
import { MenuItem } from "../../parts/MenuPopup";
import { Tag } from "../../parts/Tag";
import { useEngine } from "../../state/engine";
import { usePairing } from "../../state/pairing";
import { words } from "../../words";
import styles from "./DeviceRow.module.css";
import list from "./DevicesScreen.module.css";

/** Devices of the local network that nobody has decided about here. What they are called is what they say. */
export function NearbyList() {
  const nearby = useEngine((state) => state.nearby);
  const strangers = nearby?.devices.filter(({ known }) => !known) ?? [];
  if (nearby === null || (strangers.length === 0 && !nearby.searching)) return null;
  const { title, none } = words.devices.nearby;
  return (
    <section aria-label={title}>
      <h2 className={list.title}>{title}</h2>
      {strangers.length === 0 ? (
        <p className={list.none}>{none}</p>
      ) : (
        <ul className={list.list}>
          {strangers.map((device) => (
            <Row key={device.id} device={device} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ device }: { device: NearbyDevice }) {
  const { id, name, addresses, open_for_pairing } = device;
  const open = usePairing((state) => state.open);
  const attempt = useAttempt();
  const { nearby, menu } = words.devices;
  const pair = () => open(open_for_pairing ? "enter" : "compare", addresses[0]);
  const row = (
    <li className={styles.row} data-testid="nearby-row" data-device-id={id}>
      <span className={styles.icon}>
        <Icon name="question" />
      </span>
      <div className={styles.main}>
        <p className={styles.heading}>
          <strong className={styles.name}>{name}</strong>
          {open_for_pairing && <Tag tone="accent">{nearby.open}</Tag>}
        </p>
        <p className={styles.facts}>{addresses.slice(0, 2).join(" · ")}</p>
        <p className={styles.id} data-text>
          {id}
        </p>
      </div>
      <div className={styles.actions}>
        <Button
          aria-label={nearby.pairLabel(name)}
          data-testid="pair-nearby"
          onClick={pair}
        >
          {nearby.pair}
        </Button>
      </div>
    </li>
  );
  return (
    <ContextArea render={row}>
      <MenuItem name={nearby.pair} onClick={pair} />
      <MenuItem name={menu.copyId} onClick={() => void attempt((host) => host.copyText(id))} />
    </ContextArea>
  );
}
