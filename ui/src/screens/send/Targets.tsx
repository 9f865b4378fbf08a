import { byName } from "../../format/order";
import { Button } from "../../parts/Button";
import { Field } from "../../parts/Field";
import { useDraft } from "../../state/draft";
import { useEngine } from "../../state/engine";
import { usePairing } from "../../state/pairing";
import { readTarget, type Target } from "../../transfer/target";
import { words } from "../../words";
import { DeviceTile } from "./DeviceTile";
import styles from "./Targets.module.css";

export function Targets() {
  const { target, setTarget, devices: chosen, toggleDevice } = useDraft();
  const devices = useEngine((state) => state.devices);
  const pair = usePairing((state) => state.open);
  const enterCode = usePairing((state) => state.openCode);
  const read = readTarget(target, devices);
  const tiles = devices
    .filter((device) => device.role !== "blocked")
    .toSorted((a, b) => Number(b.online || b.nearby) - Number(a.online || a.nearby) || byName(a, b));
  return (
    <section className={styles.targets}>
      <h2>{words.send.to}</h2>
      <Field
        label={words.send.targetLabel}
        hideLabel
        placeholder={words.send.targetPlaceholder}
        value={target}
        onChange={(event) => setTarget(event.target.value)}
        hint={hintOf(read)}
        action={
          read.kind === "code" && (
            <Button data-testid="target-pair" onClick={() => enterCode(target.trim())}>
              {words.pair.button}
            </Button>
          )
        }
        tone={read.kind === "incomplete" || read.kind === "code" ? "warning" : read.kind === "empty" ? "calm" : "done"}
        data-testid="target-input"
      />
      {tiles.length === 0 ? (
        <div className={styles.none}>
          <p>{words.send.noDevices}</p>
          <Button icon="plus" data-testid="send-pair" onClick={() => pair("show")}>
            {words.pair.button}
          </Button>
        </div>
      ) : (
        <ul className={styles.tiles} aria-label={words.send.devices}>
          {tiles.map((device) => (
            <DeviceTile
              key={device.device_id}
              device={device}
              chosen={chosen.includes(device.device_id)}
              onToggle={() => toggleDevice(device.device_id)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

function hintOf(read: Target): string {
  const { target } = words.send;
  switch (read.kind) {
    case "empty":
      return "";
    case "device":
      return target.device(read.name);
    case "incomplete":
      return target[read.because];
    default:
      return target[read.kind];
  }
}
