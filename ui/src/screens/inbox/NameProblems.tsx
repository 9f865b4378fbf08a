import type { Preflight } from "../../host/api";
import { Disclosure } from "../../parts/Disclosure";
import { PathList } from "../../parts/PathList";
import { words } from "../../words";

/** Names that this system cannot hold, and what they will be called instead. */
export function NameProblems({ preflight }: { preflight: Preflight }) {
  const { problems, problem_count } = preflight;
  return (
    <Disclosure label={words.inbox.problems(problem_count)} icon="info" data-testid="problems-toggle">
      <PathList
        label={words.inbox.problemsLabel}
        paths={problems.map(({ path, kind, stored_as }) => ({ path, says: words.inbox.problem(kind, stored_as) }))}
        count={problem_count}
      />
    </Disclosure>
  );
}
