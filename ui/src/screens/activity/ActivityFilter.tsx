import { Choice } from "../../parts/Choice";
import { FilterBar } from "../../parts/FilterBar";
import { SearchField } from "../../parts/SearchField";
import { NARROWED, useActivity } from "../../state/activity";
import { words } from "../../words";
import styles from "./ActivityFilter.module.css";

/** Below that many rows one sees what there is. */
export const FEW_ROWS = 5;

/** Which rows are shown. How many these are is said when it is not all of them. */
export function ActivityFilter({ found }: { found: number | null }) {
  const { search, shown } = useActivity();
  const { filter } = words.activity;
  return (
    <div className={styles.above}>
      <FilterBar count={found === null ? "" : words.history.count(found)} data-testid="activity-filter">
        <SearchField
          label={filter.search}
          value={search}
          onChange={(next) => useActivity.setState({ search: next })}
          data-testid="activity-search"
        />
        <Choice
          label={filter.which}
          value={shown}
          choices={NARROWED.map((value) => ({ value, name: filter.shown[value] }))}
          onChange={(next) => useActivity.setState({ shown: next })}
          data-testid="activity-shown"
        />
      </FilterBar>
    </div>
  );
}
