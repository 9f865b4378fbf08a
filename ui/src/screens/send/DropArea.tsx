import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { useDrag } from "../../state/drag";
import { words } from "../../words";
import { useChoosing } from "./choosing";
import styles from "./DropArea.module.css";

export function DropArea() {
  const { files, folders } = useChoosing();
  const dragging = useDrag((state) => state.dragging);
  return (
    <section className={styles.area} data-testid="drop-area" data-dragging={dragging ? "" : undefined}>
      <span className={styles.icon}>
        <Icon name="drop" size="1.7rem" />
      </span>
      <div className={styles.says}>
        <h2 className={styles.title}>{words.send.drop}</h2>
        <p className={styles.hint}>{words.send.dropHint}</p>
      </div>
      <div className={styles.buttons}>
        <Button icon="file" data-testid="choose-files" onClick={files}>
          {words.send.chooseFiles}
        </Button>
        <Button icon="folder" data-testid="choose-folder" onClick={folders}>
          {words.send.chooseFolder}
        </Button>
      </div>
    </section>
  );
}
