import { Milestones } from "../parts/Milestones";
import { Notices } from "../parts/Notices";
import { PaneBoundary } from "../parts/Pane";
import { ActivityScreen } from "../screens/activity/ActivityScreen";
import { DevicesScreen } from "../screens/devices/DevicesScreen";
import { HistoryScreen } from "../screens/history/HistoryScreen";
import { SendScreen } from "../screens/send/SendScreen";
import { SettingsScreen } from "../screens/settings/SettingsScreen";
import { useDrag } from "../state/drag";
import { useNavigation, type Screen } from "../state/navigation";
import { Alarms } from "../parts/Alarms";
import styles from "./MainWindow.module.css";
import { PairDialog } from "../screens/pairing/PairDialog";
import { QuitDialog } from "./QuitDialog";
import { ShortcutList } from "./ShortcutList";
import { Sidebar } from "./Sidebar";
import { StatusStrip } from "./StatusStrip";
import { Troubles } from "./Troubles";
import { useShortcuts } from "./useShortcuts";

const SCREEN: Record<Screen, () => React.JSX.Element> = {
  send: SendScreen,
  activity: ActivityScreen,
  history: HistoryScreen,
  devices: DevicesScreen,
  settings: SettingsScreen,
};

export function MainWindow() {
  useShortcuts();
  const screen = useNavigation((state) => state.screen);
  const dragging = useDrag((state) => state.dragging);
  const Shown = SCREEN[screen];
  return (
    <div className={styles.window} data-dragging={dragging ? "" : undefined}>
      <Sidebar />
      <main className={styles.main}>
        <Milestones />
        <Alarms />
        <Troubles />
        <Notices />
        <div className={styles.screen}>
          <PaneBoundary key={screen}>
            <Shown />
          </PaneBoundary>
        </div>
      </main>
      <StatusStrip />
      <PairDialog />
      <ShortcutList />
      <QuitDialog />
    </div>
  );
}
