import { useDeferredValue, useMemo } from "react";
import { useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Empty } from "../../parts/Empty";
import { Pane } from "../../parts/Pane";
import { ALL_ROWS, useActivity } from "../../state/activity";
import { useEngine } from "../../state/engine";
import { useNavigation } from "../../state/navigation";
import { useNotices } from "../../state/notices";
import { prefer, usePreferences } from "../../state/preferences";
import { canPause, canResume } from "../../transfer/kinds";
import { activityGroups, lastEnd, notCleared, sizeOf } from "../../transfer/order";
import { narrowed } from "../../transfer/search";
import { words } from "../../words";
import { ActivityFilter, FEW_ROWS } from "./ActivityFilter";
import { Group } from "./Group";
import { TransferRow } from "./TransferRow";

export function ActivityScreen() {
  const transfers = useEngine((state) => state.transfers);
  const ended = useEngine((state) => state.finished);
  const go = useNavigation((state) => state.go);
  const command = useCommand();
  const cleared = usePreferences((state) => state.cleared_ms);
  const fresh = useNavigation((state) => state.fresh);
  const shown = useMemo(() => notCleared(ended, cleared, fresh), [ended, cleared, fresh]);
  const groups = useMemo(() => activityGroups(transfers, shown), [transfers, shown]);
  const only = useActivity();
  const search = useDeferredValue(only.search);
  const narrow = search.trim() !== "" || only.shown !== "all";
  const { needsYou, underWay, finished } = useMemo(
    () => (narrow ? narrowed(groups, transfers, search, only.shown) : groups),
    [narrow, groups, transfers, search, only.shown],
  );
  const rows = sizeOf(groups);
  const found = sizeOf({ needsYou, underWay, finished });

  // A filter that is in use has its bar, whatever has become of the rows.
  const filters = rows > FEW_ROWS || narrow || only.search !== "";
  if (rows === 0 && !filters) {
    return (
      <Pane title={words.activity.title}>
        <Empty icon="activity" title={words.activity.empty} hint={words.activity.emptyHint}>
          <Button icon="send" onClick={() => go("send")}>
            {words.activity.toSend}
          </Button>
          {ended.length > 0 && (
            <Button icon="history" data-testid="to-history" onClick={() => go("history")}>
              {words.activity.toHistory}
            </Button>
          )}
        </Empty>
      </Pane>
    );
  }
  const all = Object.values(transfers);
  // Records, receipts and what is kept for a retry stay: only this screen shows them no more.
  const clear = () => {
    // What was opened for a moment may have ended before what was put away already.
    prefer({ cleared_ms: Math.max(cleared, lastEnd(shown)) });
    useNavigation.setState({ fresh: [] });
    useNotices.getState().tell(words.activity.cleared(finished.length));
  };
  return (
    <Pane
      title={words.activity.title}
      actions={
        <>
          <Button
            look="quiet"
            icon="pause"
            disabled={!all.some(canPause)}
            data-testid="pause-all"
            onClick={() => void command("pause_all", {})}
          >
            {words.activity.pauseAll}
          </Button>
          <Button
            look="quiet"
            icon="resume"
            disabled={!all.some(canResume)}
            data-testid="resume-all"
            onClick={() => void command("resume_all", {})}
          >
            {words.activity.resumeAll}
          </Button>
        </>
      }
    >
      {filters && <ActivityFilter found={narrow ? found : null} />}
      {found === 0 && (
        <Empty icon="search" title={words.activity.filter.nothing} hint={words.activity.filter.nothingHint}>
          <Button data-testid="activity-all" onClick={() => useActivity.setState(ALL_ROWS)}>
            {words.history.showAll}
          </Button>
        </Empty>
      )}
      <Group title={words.activity.needsYou} ids={needsYou} row={TransferRow} />
      <Group title={words.activity.underWay} ids={underWay} row={TransferRow} />
      <Group
        title={words.activity.finished}
        ids={finished}
        row={TransferRow}
        action={
          !narrow && (
            <Button look="quiet" title={words.activity.clearedStay} data-testid="clear-finished" onClick={clear}>
              {words.activity.clearFinished}
            </Button>
          )
        }
      />
    </Pane>
  );
}
