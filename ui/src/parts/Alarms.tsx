import { useState } from "react";
import { moment } from "../format/time";
import type { AlarmView } from "../host/api";
import { useAttempt, useCommand } from "../host/context";
import { Button } from "./Button";
import { Icon } from "./Icon";
import { useEngine } from "../state/engine";
import { useNow } from "../state/now";
import { usePairing } from "../state/pairing";
import { words } from "../words";
import styles from "./Alarms.module.css";

/**
 * Another key where a known device should be. It stands above every screen until a person has decided. Of several, one
 * is open and the others are their titles with a count, so that none is out of sight in a small window.
 */
export function Alarms({ pairing = true }: { /** Whether this window can pair. */ pairing?: boolean }) {
  const alarms = useEngine((state) => state.alarms);
  const [chosen, setChosen] = useState<number | null>(null);
  if (alarms.length === 0) return null;
  const open = alarms.find(({ id }) => id === chosen) ?? alarms[0];
  return (
    <div className={styles.alarms} role="alert">
      {alarms.map((alarm, index) => (
        <article
          key={alarm.id}
          className={styles.alarm}
          aria-labelledby={`alarm-${alarm.id}`}
          data-testid="alarm"
          data-kind={alarm.kind}
          data-open={alarm === open ? "" : undefined}
        >
          <Title alarm={alarm} which={[index + 1, alarms.length]} open={alarm === open} onOpen={() => setChosen(alarm.id)} />
          {alarm === open && <Decision alarm={alarm} pairing={pairing} />}
        </article>
      ))}
    </div>
  );
}

interface TitleProps {
  alarm: AlarmView;
  /** Its number, and how many there are. */
  which: [number, number];
  open: boolean;
  onOpen: () => void;
}

function Title({ alarm: { id, kind, device }, which: [number, all], open, onOpen }: TitleProps) {
  const title = words.alarm.title[kind](device.name);
  return (
    <header className={styles.header}>
      <Icon name="warning" size="1.6em" />
      <h2 id={`alarm-${id}`} className={styles.title}>
        {all === 1 ? (
          title
        ) : (
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={open}
            aria-disabled={open}
            data-testid="alarm-open"
            onClick={onOpen}
          >
            {title}
          </button>
        )}
      </h2>
      {all > 1 && (
        <span className={styles.which} data-testid="alarm-which">
          {words.alarm.which(number, all)}
          <Icon name="chevron" size="1em" />
        </span>
      )}
    </header>
  );
}

/** What has been found, and the ways to decide about it. */
function Decision({ alarm, pairing }: { alarm: AlarmView; pairing: boolean }) {
  const { id, kind, device, found, address, at_ms, count } = alarm;
  const command = useCommand();
  const attempt = useAttempt();
  const now = useNow();
  const open = usePairing((state) => state.open);
  // A second press must not become a second decision.
  const [deciding, setDeciding] = useState(false);
  const { alarm: says } = words;
  const decide = async (act: () => Promise<unknown>) => {
    setDeciding(true);
    await act();
    setDeciding(false);
  };
  const block = () =>
    attempt(async (host) => {
      await host.call("block", { device: found });
      await host.call("acknowledge_alarm", { id });
    });
  const pairAnew = () =>
    attempt(async (host) => {
      await host.call("acknowledge_alarm", { id });
      if (kind === "other_key") await host.call("forget", { device: device.device_id });
      open("compare", address);
    });
  return (
    <>
      <p>{says.text[kind](device.name, address)}</p>
      <dl className={styles.ids}>
        <dt>{says.expected}</dt>
        <dd data-text>{device.device_id}</dd>
        <dt>{says.found}</dt>
        <dd data-text>{found}</dd>
      </dl>
      <p className={styles.seen}>{says.seen(count, moment(at_ms, now))}</p>
      <p className={styles.next}>{says.next[kind](device.name)}</p>
      <div className={styles.buttons}>
        <Button look="danger" busy={deciding} data-testid="alarm-block" onClick={() => void decide(block)}>
          {says.block}
        </Button>
        {pairing && (
          <Button busy={deciding} data-testid="alarm-pair" onClick={() => void decide(pairAnew)}>
            {says.pair[kind]}
          </Button>
        )}
        <Button
          busy={deciding}
          data-testid="alarm-keep"
          onClick={() => void decide(() => command("acknowledge_alarm", { id }))}
        >
          {says.keep[kind](device.name)}
        </Button>
      </div>
    </>
  );
}
