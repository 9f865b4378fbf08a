import { useDeferredValue, useMemo, useState } from "react";
import { Button } from "../../parts/Button";
import { Choice } from "../../parts/Choice";
import { Empty } from "../../parts/Empty";
import { FilterBar } from "../../parts/FilterBar";
import { SearchField } from "../../parts/SearchField";
import { VirtualList } from "../../parts/VirtualList";
import type { TransferView } from "../../host/api";
import { useEngine } from "../../state/engine";
import { SHOWN, useHistory } from "../../state/history";
import { found } from "../../transfer/search";
import { words } from "../../words";
import styles from "./History.module.css";
import { HistoryItems } from "./HistoryItems";
import { HistoryRow } from "./HistoryRow";
import { Receipt } from "./Receipt";
import { RemoveQuestion } from "./Removal";

const idOf = ({ id }: TransferView) => id;

export function TransferHistory() {
  const finished = useEngine((state) => state.finished);
  const { search, shown } = useHistory();
  const wanted = useDeferredValue(search);
  const rows = useMemo(() => found(finished, wanted, shown), [finished, wanted, shown]);
  const [opened, setOpened] = useState<string | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const transfer = useEngine((state) => (opened === null ? undefined : state.transfers[opened]));
  const { history } = words;
  if (finished.length === 0) return <Empty icon="history" title={history.empty} hint={history.emptyHint} />;
  return (
    <div className={styles.page}>
      <FilterBar count={history.count(rows.length)}>
        <SearchField
          label={history.search}
          value={search}
          onChange={(next) => useHistory.setState({ search: next })}
          data-testid="history-search"
        />
        <Choice
          label={history.shownLabel}
          value={shown}
          choices={SHOWN.map((value) => ({ value, name: history.shown[value] }))}
          onChange={(next) => useHistory.setState({ shown: next })}
          data-testid="history-shown"
        />
      </FilterBar>
      {rows.length === 0 ? (
        <Empty icon="search" title={history.nothing} hint={history.nothingHint}>
          <Button data-testid="history-all" onClick={() => useHistory.setState({ search: "", shown: "all" })}>
            {history.showAll}
          </Button>
        </Empty>
      ) : (
        <VirtualList
          label={history.title}
          items={rows}
          keyOf={idOf}
          rem={4}
          render={(one) => <HistoryRow transfer={one} />}
          onOpen={({ id }) => setOpened(id)}
          renderMenu={({ id }) => <HistoryItems id={id} onOpen={() => setOpened(id)} onAsk={() => setAsked(id)} />}
          data-testid="history-list"
        />
      )}
      {asked !== null && <RemoveQuestion id={asked} onClose={() => setAsked(null)} />}
      {transfer !== undefined && <Receipt transfer={transfer} onClose={() => setOpened(null)} />}
    </div>
  );
}
