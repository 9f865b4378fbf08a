import type { TransferView } from "../../host/api";
import { Button } from "../../parts/Button";
import { Disclosure } from "../../parts/Disclosure";
import type { Answer } from "../../transfer/answer";
import { allLeftOut, chosenOf, toggled, type Contents, type LeftOut } from "../../transfer/choice";
import { words } from "../../words";
import { ContentsTree } from "./ContentsTree";
import styles from "./OfferContents.module.css";

interface OfferContentsProps {
  offer: TransferView;
  contents: Contents;
  leftOut: LeftOut;
  answer: Answer;
  onChange: (leftOut: LeftOut) => void;
}

/** What is offered, closed at first: the answer must stay in sight. Opened, parts of it can be left out. */
export function OfferContents({ offer, contents, leftOut, answer, onChange }: OfferContentsProps) {
  if (contents.nodes.length === 0) return null;
  return (
    <Disclosure label={labelOf(offer, contents, answer)} data-testid="preview-toggle">
      <div className={styles.bar}>
        <Button look="quiet" data-testid="select-all" onClick={() => onChange(new Set())}>
          {words.inbox.selectAll}
        </Button>
        <Button look="quiet" data-testid="select-none" onClick={() => onChange(allLeftOut(contents))}>
          {words.inbox.selectNone}
        </Button>
      </div>
      <ContentsTree
        contents={contents}
        chosen={chosenOf(contents, leftOut)}
        onToggle={(path) => onChange(toggled(contents, leftOut, path))}
      />
      {!contents.whole && (
        <p className={styles.hint} data-testid="contents-hint">
          {hintOf(offer, contents)}
        </p>
      )}
    </Disclosure>
  );
}

function labelOf(offer: TransferView, { nodes, whole }: Contents, { everything, sum, blockedElsewhere }: Answer): string {
  if (blockedElsewhere === "nothing") return words.inbox.chosenNone;
  if (everything) return whole ? words.inbox.choose(nodes.length) : words.inbox.chooseFolders;
  return whole ? words.inbox.chosen(sum.files, offer.files, sum.bytes) : words.inbox.chosenAtLeast(sum.bytes);
}

function hintOf({ scan_complete, preview }: TransferView, { unlistedRoots }: Contents): string {
  const { counting, long, partly, roots } = words.inbox.onlyFolders;
  const why = scan_complete ? long(preview.length) : counting;
  const rest = unlistedRoots > 0 ? [partly, roots(unlistedRoots)] : [partly];
  return `${why}${rest.map(words.following).join("")}`;
}
