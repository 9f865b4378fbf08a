import { Field } from "../../parts/Field";
import { useEngine } from "../../state/engine";
import { usePairing } from "../../state/pairing";
import { words } from "../../words";
import styles from "./PlaceField.module.css";

/** Whether the local network is searched: then a device nearby is found without its address. */
export function useSearching(): boolean {
  return useEngine(({ nearby }) => nearby !== null && nearby.searching && nearby.problem === null);
}

const set = (place: string) => usePairing.setState({ place });

/** Where the other device is: one that waits nearby at a click, else its address. */
export function PlaceField() {
  const place = usePairing((state) => state.place);
  const nearby = useEngine((state) => state.nearby);
  const waiting = nearby?.devices.filter(({ open_for_pairing }) => open_for_pairing) ?? [];
  const searching = useSearching();
  const { enter } = words.pair;
  return (
    <div>
      {waiting.length > 0 && (
        <ul className={styles.waiting} aria-label={enter.waiting}>
          {waiting.map(({ id, name, addresses }) => {
            const at = addresses[0] ?? "";
            return (
              <li key={id}>
                <button type="button" className={styles.device} aria-pressed={place === at} data-testid="pair-waiting-device" onClick={() => set(place === at ? "" : at)}>
                  <strong>{name}</strong>
                  <span className={styles.at}>{at}</span>
                </button>
              </li>
            );
          })}
        </ul>
      )}
      <Field
        label={enter.place}
        placeholder={enter.placePlaceholder}
        hint={searching ? enter.placeNearby : enter.placeHint}
        value={place}
        onChange={(event) => set(event.target.value)}
        data-testid="pair-place"
      />
    </div>
  );
}
