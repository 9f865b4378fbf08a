import { Pane } from "../../parts/Pane";
import { useDraft } from "../../state/draft";
import { words } from "../../words";
import { FirstRun } from "../first/FirstRun";
import { DropArea } from "./DropArea";
import { OwnTicket } from "./OwnTicket";
import { Selection } from "./Selection";
import { SendBar } from "./SendBar";
import styles from "./SendScreen.module.css";
import { Targets } from "./Targets";

export function SendScreen() {
  const chosen = useDraft((draft) => draft.paths.length > 0);
  return (
    <Pane title={words.send.title} grow footer={<SendBar />}>
      <FirstRun />
      <div className={styles.columns}>
        <div className={styles.column}>
          {chosen ? <Selection /> : <DropArea />}
          <Targets />
        </div>
        <OwnTicket />
      </div>
    </Pane>
  );
}
