import { Tabs } from "@base-ui/react/tabs";
import { Dialog } from "../../parts/Dialog";
import { isOver, useOwnPairing, usePairing, WAYS, type PairTab } from "../../state/pairing";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import { CompareWords } from "./CompareWords";
import { EnterCode } from "./EnterCode";
import styles from "./PairDialog.module.css";
import { Paired } from "./Paired";
import { ShowCode } from "./ShowCode";
import { usePair } from "./usePair";

const PANEL: Record<PairTab, () => React.JSX.Element> = { show: ShowCode, enter: EnterCode, compare: CompareWords };

/** Makes a device known: three ways, one of them at a time. To close it is to give up what is under way. */
export function PairDialog() {
  const tab = usePairing((state) => state.tab);
  return tab === null ? null : <Open tab={tab} />;
}

function Open({ tab }: { tab: PairTab }) {
  const own = useOwnPairing();
  const close = usePairing((state) => state.close);
  const pair = usePair();
  const giveUp = () => (own !== null && !isOver(own) ? pair("cancel_pairing", {}) : undefined);
  const leave = () => {
    void giveUp();
    close();
  };
  const change = async (next: PairTab) => {
    await giveUp();
    usePairing.setState({ tab: next, refused: null, since: useEngine.getState().pairing?.revision ?? 0 });
  };
  return (
    <Dialog title={words.pair.title} text={words.pair.text} onClose={leave} data-testid="pair-dialog">
      {own?.state === "paired" && own.device !== null ? (
        <Paired device={own.device} onDone={close} />
      ) : (
        <Tabs.Root value={tab} onValueChange={(next: PairTab) => void change(next)}>
          <Tabs.List className={styles.tabs} aria-label={words.pair.ways}>
            {WAYS.map((way) => (
              <Tabs.Tab key={way} value={way} className={styles.tab} data-testid={`pair-${way}`}>
                {words.pair.way[way]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {WAYS.map((way) => {
            const Panel = PANEL[way];
            return (
              <Tabs.Panel key={way} value={way} className={styles.panel}>
                <Panel />
              </Tabs.Panel>
            );
          })}
        </Tabs.Root>
      )}
    </Dialog>
  );
}
