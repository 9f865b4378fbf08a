import { useAttempt } from "../host/context";
import { Icon, type IconName } from "../parts/Icon";
import { useEngine } from "../state/engine";
import { SCREENS, useNavigation, type Screen } from "../state/navigation";
import { isOffer } from "../transfer/kinds";
import { words } from "../words";
import styles from "./Sidebar.module.css";

const ICONS: Record<Screen, IconName> = { send: "send", activity: "activity", history: "history", devices: "devices", settings: "settings" };

export function Sidebar() {
  const { screen, go } = useNavigation();
  const moving = useEngine(({ totals }) => totals.active + totals.queued);
  const offers = useEngine(({ transfers }) => Object.values(transfers).filter(isOffer).length);
  const attempt = useAttempt();
  return (
    <nav className={styles.sidebar} aria-label={words.nav.label}>
      <ul className={styles.screens}>
        {SCREENS.map((name) => (
          <li key={name}>
            <button
              type="button"
              className={styles.item}
              aria-current={name === screen ? "page" : undefined}
              data-testid={`nav-${name}`}
              onClick={() => go(name)}
            >
              <Icon name={ICONS[name]} />
              {words.nav[name]}{" "}
              {name === "activity" && moving > 0 && (
                <span className={styles.count} title={words.nav.inProgress(moving)}>
                  {moving}
                </span>
              )}
            </button>
          </li>
        ))}
      </ul>
      <button
        type="button"
        className={styles.item}
        data-testid="open-inbox"
        title={words.nav.openInbox(offers)}
        onClick={() => void attempt((host) => host.showInbox())}
      >
        <Icon name="inbox" />
        {words.nav.inbox}{" "}
        {offers > 0 && (
          <span className={styles.count} data-urgent="">
            {offers}
          </span>
        )}
      </button>
    </nav>
  );
}
