import { Icon } from "../parts/Icon";
import { rate } from "../format/numbers";
import { countdown } from "../format/time";
import { useDrag } from "../state/drag";
import { useEngine } from "../state/engine";
import { useNavigation } from "../state/navigation";
import { useSecondsTo } from "../state/seconds";
import { words } from "../words";
import { DropVeil } from "./DropVeil";
import styles from "./StatusStrip.module.css";

/** Always in sight: what moves, what waits, what needs a person, who we are. */
export function StatusStrip() {
  const { ready, totals, identity } = useEngine();
  const dragging = useDrag((state) => state.dragging);
  const { down_rate, up_rate, active, queued, needs_you } = totals;
  return (
    <footer className={styles.strip} aria-label={words.strip.label} data-testid="status-strip">
      <span className={styles.rate} data-moving={down_rate > 0 ? "in" : undefined} title={words.strip.down(down_rate)}>
        <Icon name="down" size="1em" />
        {rate(down_rate)}
      </span>
      <span className={styles.rate} data-moving={up_rate > 0 ? "out" : undefined} title={words.strip.up(up_rate)}>
        <Icon name="up" size="1em" />
        {rate(up_rate)}
      </span>
      <span className={styles.rule} />
      {!ready && <span>{words.strip.connecting}</span>}
      {ready && active + queued + needs_you === 0 && <span>{words.strip.idle}</span>}
      {active > 0 && <span>{words.strip.active(active)}</span>}
      {queued > 0 && <span>{words.strip.queued(queued)}</span>}
      {needs_you > 0 && <strong className={styles.needs}>{words.strip.needsYou(needs_you)}</strong>}
      <Visibility />
      <span className={styles.device}>
        {identity !== null && <span className={styles.online} aria-hidden="true" />}
        {identity?.name}
      </span>
      {dragging && <DropVeil />}
    </footer>
  );
}

/** Who may find this device; for everyone, how long still. It leads to the switch. */
function Visibility() {
  const settings = useEngine((state) => state.settings);
  const go = useNavigation((state) => state.go);
  const left = useSecondsTo(settings?.visible_until_ms ?? null);
  const visibility = settings?.visibility;
  if (visibility === undefined) return null;
  const { choices, means, title } = words.devices.visibility;
  const time = visibility === "everyone" && left !== null ? ` ${countdown(left)}` : "";
  return (
    <button
      type="button"
      className={styles.visibility}
      data-visibility={visibility}
      title={`${title}: ${means[visibility]}`}
      data-testid="strip-visibility"
      onClick={() => go("devices")}
    >
      <Icon name={visibility === "nobody" ? "hidden" : "visible"} size="1.2em" />
      {choices[visibility]}
      {time}
    </button>
  );
}
