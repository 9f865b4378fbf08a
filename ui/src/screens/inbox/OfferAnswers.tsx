import { useId } from "react";
import { Button } from "../../parts/Button";
import { MenuCheck, MenuItem, MenuRule } from "../../parts/MenuPopup";
import type { Answer } from "../../transfer/answer";
import { words } from "../../words";
import { AcceptTo } from "./AcceptTo";
import { AlwaysChoice } from "./AlwaysChoice";
import styles from "./OfferAnswers.module.css";
import type { Always } from "./useAlways";
import type { Answering } from "./useAnswering";

interface OfferAnswersProps {
  answer: Answer;
  answering: Answering;
  /** Whether the number of chosen files is known. */
  whole: boolean;
  always: Always | null;
}

export function OfferAnswers({ answer, answering: { busy, accept, acceptTo, decline }, whole, always }: OfferAnswersProps) {
  const hint = useId();
  const { blocked } = answer;
  return (
    <>
      {blocked !== null && (
        <p id={hint} className={styles.hint} data-blocked={blocked} data-testid="answer-hint">
          {words.inbox.blocked[blocked === "space" ? (answer.fit?.limit ?? "disk") : blocked]}
        </p>
      )}
      {always !== null && <AlwaysChoice always={always} disabled={busy} />}
      <div className={styles.answers}>
        <Button
          look="primary"
          busy={busy}
          disabled={blocked !== null}
          aria-describedby={blocked === null ? undefined : hint}
          data-testid="accept-button"
          onClick={accept}
        >
          {acceptWord(answer, whole)}
        </Button>
        <AcceptTo word={acceptToWord(answer)} busy={busy} disabled={answer.blockedElsewhere !== null} acceptTo={acceptTo} />
        <Button look="quiet" className={styles.decline} busy={busy} data-testid="decline-button" onClick={decline}>
          {words.inbox.decline}
        </Button>
      </div>
    </>
  );
}

/** The same answers in the card's menu. */
export function OfferItems({ answer, answering: { busy, accept, acceptTo, decline }, whole, always }: OfferAnswersProps) {
  return (
    <>
      <MenuItem
        name={acceptWord(answer, whole)}
        disabled={busy || answer.blocked !== null}
        data-testid="accept-item"
        onClick={accept}
      />
      <MenuItem name={acceptToWord(answer)} disabled={busy || answer.blockedElsewhere !== null} onClick={() => acceptTo()} />
      <MenuItem name={words.inbox.decline} disabled={busy} data-testid="decline-item" onClick={decline} />
      {always !== null && (
        <>
          <MenuRule />
          <MenuCheck
            name={words.inbox.always.choice(always.name)}
            checked={always.on}
            disabled={busy}
            onCheckedChange={always.choose}
            data-testid="always-item"
          />
        </>
      )}
    </>
  );
}

function acceptToWord({ blocked }: Answer): string {
  return blocked === "space" ? words.inbox.otherFolder : words.inbox.acceptTo;
}

function acceptWord({ everything, sum, blockedElsewhere }: Answer, whole: boolean): string {
  if (everything || blockedElsewhere !== null) return words.inbox.accept;
  return whole && sum.files > 0 ? words.inbox.acceptFiles(sum.files) : words.inbox.acceptPart;
}
