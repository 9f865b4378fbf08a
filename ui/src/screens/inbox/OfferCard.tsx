import { useMemo, useState } from "react";
import type { Conflict, TransferView } from "../../host/api";
import { useAttempt } from "../../host/context";
import { ContextArea } from "../../parts/ContextArea";
import { Icon } from "../../parts/Icon";
import { MenuItem, MenuRule } from "../../parts/MenuPopup";
import { Tag } from "../../parts/Tag";
import { useEngine } from "../../state/engine";
import { answerOf } from "../../transfer/answer";
import { contentsOf, type LeftOut } from "../../transfer/choice";
import { sentence } from "../../transfer/describe";
import { words } from "../../words";
import { ExistingNames } from "./ExistingNames";
import { NameProblems } from "./NameProblems";
import { OfferAnswers, OfferItems } from "./OfferAnswers";
import styles from "./OfferCard.module.css";
import { OfferContents } from "./OfferContents";
import { SpaceLine } from "./SpaceLine";
import { useAlways } from "./useAlways";
import { useAnswering } from "./useAnswering";

/** Who offers what, what taking it would mean, and the answers. A card, never a modal. */
export function OfferCard({ id }: { id: string }) {
  const offer = useEngine((state) => state.transfers[id]);
  return offer === undefined ? null : <Card offer={offer} />;
}

function Card({ offer }: { offer: TransferView }) {
  const { id, peer, title, files, bytes, scan_complete, priority, preflight, failure } = offer;
  const settings = useEngine((state) => state.settings);
  const [leftOut, setLeftOut] = useState<LeftOut>(new Set());
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const contents = useMemo(() => contentsOf(offer), [offer]);
  const answer = answerOf(offer, contents, leftOut, conflict, settings);
  const attempt = useAttempt();
  const always = useAlways(peer);
  const answering = useAnswering(id, answer, always);
  const answers = { answer, answering, always, whole: contents.whole };
  const card = (
    <article
      className={styles.card}
      aria-label={words.inbox.offer(peer.name, title)}
      // No stop of Tab, which its answers are: a key goes from card to card.
      tabIndex={-1}
      data-testid="offer-card"
      data-transfer-id={id}
    >
      <header className={styles.who}>
        <span className={styles.icon} data-known={peer.known ? "" : undefined}>
          <Icon name={peer.known ? "devices" : "question"} />
        </span>
        <div className={styles.names}>
          <p className={styles.name}>
            <span className={styles.device}>{words.inbox.from(peer.name)}</span>
            {!peer.known && <Tag tone="warning">{words.unknownDevice}</Tag>}
            {priority !== "normal" && (
              <Tag tone={priority === "critical" ? "error" : "accent"}>{words.priorities[priority]}</Tag>
            )}
          </p>
          <p className={styles.id} data-text title={peer.device_id}>
            {peer.device_id}
          </p>
        </div>
      </header>
      {!peer.known && <p className={styles.hint}>{words.inbox.unknownHint}</p>}
      <div className={styles.what}>
        <h3 className={styles.title}>{title}</h3>
        <p className={styles.facts}>
          <span>{scan_complete ? words.quantity(files, bytes) : words.inbox.atLeast(files, bytes)}</span>
          <SpaceLine fit={answer.fit} />
        </p>
      </div>
      {failure !== null && answer.fit?.fits !== "no" && (
        <p className={styles.failure} data-testid="offer-failure">
          {words.inbox.notByItself}
          {words.following(sentence(failure))}
        </p>
      )}
      <OfferContents offer={offer} contents={contents} leftOut={leftOut} answer={answer} onChange={setLeftOut} />
      {preflight !== null && preflight.problem_count > 0 && <NameProblems preflight={preflight} />}
      {preflight !== null && preflight.existing_count > 0 && (
        <ExistingNames preflight={preflight} conflict={conflict} usual={settings?.conflict ?? "rename"} onChange={setConflict} />
      )}
      <OfferAnswers {...answers} />
    </article>
  );
  return (
    <ContextArea render={card}>
      <OfferItems {...answers} />
      <MenuRule />
      <MenuItem name={words.devices.menu.copyId} onClick={() => void attempt((host) => host.copyText(peer.device_id))} />
    </ContextArea>
  );
}
