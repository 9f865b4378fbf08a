import { Pane } from "../../parts/Pane";
import { Segmented } from "../../parts/Segmented";
import { LISTS, useHistory } from "../../state/history";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import { AuditLog } from "./AuditLog";
import { TransferHistory } from "./TransferHistory";

/** What has been: transfers with their receipts, and the log of what was decided about devices and offers. */
export function HistoryScreen() {
  const chosen = useHistory((state) => state.list);
  const logs = useEngine((state) => state.trusts);
  const list = logs ? chosen : "transfers";
  return (
    <Pane
      title={words.history.title}
      fill
      actions={
        logs && (
          <Segmented
            label={words.history.lists}
            value={list}
            choices={LISTS.map((value) => ({ value, name: words.history.list[value] }))}
            onChange={(next) => useHistory.setState({ list: next })}
            testId="history"
          />
        )
      }
    >
      {list === "transfers" ? <TransferHistory /> : <AuditLog />}
    </Pane>
  );
}
