import { Pane } from "../../parts/Pane";
import { Segmented } from "../../parts/Segmented";
import { LISTS, useHistory } from "../../state/history";
import { words } from "../../words";
import { AuditLog } from "./AuditLog";
import { TransferHistory } from "./TransferHistory";

/** What has been: transfers with their receipts, and the log of what was decided about devices and offers. */
export function HistoryScreen() {
  const list = useHistory((state) => state.list);
  return (
    <Pane
      title={words.history.title}
      fill
      actions={
        <Segmented
          label={words.history.lists}
          value={list}
          choices={LISTS.map((value) => ({ value, name: words.history.list[value] }))}
          onChange={(next) => useHistory.setState({ list: next })}
          testId="history"
        />
      }
    >
      {list === "transfers" ? <TransferHistory /> : <AuditLog />}
    </Pane>
  );
}
