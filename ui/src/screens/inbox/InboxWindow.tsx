import { useMemo } from "react";
import { Alarms } from "../../parts/Alarms";
import { Empty } from "../../parts/Empty";
import { Milestones } from "../../parts/Milestones";
import { Notices } from "../../parts/Notices";
import { Pane, PaneBoundary } from "../../parts/Pane";
import { useEngine } from "../../state/engine";
import { inboxGroups } from "../../transfer/order";
import { words } from "../../words";
import { ShortcutList } from "../../main/ShortcutList";
import { INBOX_SHORTCUTS } from "../../state/shortcuts";
import { Group } from "../activity/Group";
import { TransferRow } from "../activity/TransferRow";
import { ArrivedItem } from "./ArrivedItem";
import styles from "./InboxWindow.module.css";
import { OfferCard } from "./OfferCard";
import { useInboxShortcuts } from "./useInboxShortcuts";

export function InboxWindow() {
  useInboxShortcuts();
  return (
    <main className={styles.window}>
      <Milestones />
      <Alarms pairing={false} />
      <Notices />
      <div className={styles.screen}>
        <PaneBoundary>
          <Inbox />
        </PaneBoundary>
      </div>
      <ShortcutList of={INBOX_SHORTCUTS} />
    </main>
  );
}

function Inbox() {
  const transfers = useEngine((state) => state.transfers);
  const { offers, incoming, arrived } = useMemo(() => inboxGroups(transfers), [transfers]);
  const empty = offers.length + incoming.length + arrived.length === 0;
  return (
    <Pane title={words.inbox.title}>
      {empty && <Empty icon="inbox" title={words.inbox.empty} hint={words.inbox.emptyHint} />}
      {offers.length > 0 && (
        <section className={styles.offers} aria-label={words.inbox.offers}>
          <h2 className={styles.title}>{words.inbox.offers}</h2>
          {offers.map((id) => (
            <OfferCard key={id} id={id} />
          ))}
        </section>
      )}
      <Group title={words.inbox.incoming} ids={incoming} row={TransferRow} />
      <Group title={words.inbox.arrived} ids={arrived} row={ArrivedItem} />
    </Pane>
  );
}
