import { Dialog } from "../parts/Dialog";
import { SHORTCUTS, useShortcutList, type Act, type InboxAct, type Shortcut } from "../state/shortcuts";
import { words } from "../words";
import styles from "./ShortcutList.module.css";

const MAC = /Mac/.test(navigator.platform);

/** The keys of its window. */
export function ShortcutList({ of = SHORTCUTS }: { of?: readonly Shortcut<Act | InboxAct>[] }) {
  const shown = useShortcutList((state) => state.shown);
  if (!shown) return null;
  const { keys } = words;
  return (
    <Dialog title={keys.title} text={keys.text} onClose={() => useShortcutList.setState({ shown: false })} data-testid="shortcut-list">
      <dl className={styles.keys}>
        {of.map(({ act, key, mod, shift = false }) => (
          <div key={act} className={styles.line}>
            <dt>{keys.acts[act]}</dt>
            <dd>
              {[...(mod ? [MAC ? "⌘" : keys.control] : []), ...(shift ? [keys.shift] : []), keys.named[key] ?? key.toUpperCase()].map((one) => (
                <kbd key={one} className={styles.key}>
                  {one}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
