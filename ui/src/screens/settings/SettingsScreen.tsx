import { useAttempt, useCommand } from "../../host/context";
import { Button } from "../../parts/Button";
import { Card } from "../../parts/Card";
import { CopyButton } from "../../parts/CopyButton";
import { Pane } from "../../parts/Pane";
import { PathText } from "../../parts/PathText";
import { useEngine } from "../../state/engine";
import { useShortcutList } from "../../state/shortcuts";
import { words } from "../../words";
import { AppearanceCards } from "./AppearanceCards";
import { KeyCard } from "./key/KeyCard";
import { Leftovers } from "./Leftovers";
import { NameField } from "./NameField";
import { NetworkCard } from "./NetworkCard";
import { OutboxCards } from "./OutboxCards";
import { RateCard } from "./RateCard";
import { ReceivingCards } from "./ReceivingCards";
import { SystemCards } from "./SystemCards";
import styles from "./SettingsScreen.module.css";
import { WatchedFolders } from "./watched/WatchedFolders";

export function SettingsScreen() {
  const identity = useEngine((state) => state.identity);
  const settings = useEngine((state) => state.settings);
  const attempt = useAttempt();
  const command = useCommand();
  const changeFolder = async () => {
    const folder = await attempt((host) => host.chooseFolder(words.dialogs.inboxFolder));
    if (typeof folder === "string") await command("change_settings", { inbox_folder: folder });
  };
  if (identity === null) return <Pane title={words.settings.title}>{words.strip.connecting}</Pane>;
  return (
    <Pane title={words.settings.title}>
      <div className={styles.cards}>
        <section className={styles.card}>
          <NameField key={identity.name} name={identity.name} />
        </section>
        <h2 className={styles.group}>{words.settings.receiving}</h2>
        <div className={styles.grid}>
          <Card
            title={words.settings.folder}
            hint={words.settings.folderHint}
            control={
              <Button icon="folder" data-testid="change-folder" onClick={() => void changeFolder()}>
                {words.settings.change}
              </Button>
            }
          >
            <p className={styles.value} data-testid="inbox-folder" data-text>
              <PathText>{identity.inbox_folder}</PathText>
            </p>
          </Card>
          {settings !== null && <ReceivingCards settings={settings} />}
          {settings !== null && <RateCard settings={settings} way="receive" />}
          <Leftovers />
        </div>
        {settings !== null && (
          <>
            <h2 className={styles.group}>{words.settings.sending}</h2>
            <div className={styles.grid}>
              <RateCard settings={settings} way="send" />
              <OutboxCards settings={settings} />
              <WatchedFolders />
            </div>
          </>
        )}
        <h2 className={styles.group}>{words.settings.system.title}</h2>
        <div className={styles.grid}>
          <SystemCards />
        </div>
        <h2 className={styles.group}>{words.settings.appearance.title}</h2>
        <div className={styles.grid}>
          <AppearanceCards />
          <Card
            title={words.settings.keys}
            hint={words.settings.keysHint}
            control={
              <Button data-testid="show-keys" onClick={() => useShortcutList.setState({ shown: true })}>
                {words.settings.keysButton}
              </Button>
            }
          />
        </div>
        <h2 className={styles.group}>{words.settings.device}</h2>
        <div className={styles.grid}>
          <Card title={words.settings.id} hint={words.settings.idHint} control={<CopyButton text={identity.device_id} label={words.settings.id} />}>
            <p className={styles.value} data-text>
              {identity.device_id}
            </p>
          </Card>
          <NetworkCard identity={identity} />
          <KeyCard />
        </div>
      </div>
    </Pane>
  );
}
