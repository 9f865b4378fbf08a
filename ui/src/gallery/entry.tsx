// gallery.html           every stage as a frame, in light and dark
// gallery.html?stage=X   one stage alone, as its window shows it; &theme=light|dark overrides the system's

import { createRoot } from "react-dom/client";
import "../look/tokens.css";
import "../look/base.css";
import { HostContext } from "../host/context";
import { fakeHost } from "../host/fake";
import { MainWindow } from "../main/MainWindow";
import { Spoken } from "../parts/Spoken";
import { WindowBoundary } from "../parts/WindowBoundary";
import { ProblemPage } from "../problem/ProblemPage";
import { InboxWindow } from "../screens/inbox/InboxWindow";
import { keepBrowserMenuOut } from "../state/browserMenu";
import { connectEngine, connectMain } from "../state/connect";
import { keepFocus } from "../state/keepFocus";
import { prefer } from "../state/preferences";
import { LANGUAGES } from "../words/locale";
import { useNavigation } from "../state/navigation";
import { Frames } from "./Frames";
import { isStage, STAGES, type Stage } from "./stages";
import { force } from "./theme";

const asked = new URLSearchParams(location.search);
const name = asked.get("stage");
force(asked.get("theme"));
keepBrowserMenuOut();
keepFocus();
// &language=de|ja speaks another one.
const language = LANGUAGES.find((one) => one === asked.get("language"));
if (language !== undefined) prefer({ language });

const root = createRoot(document.getElementById("root") ?? document.body);
if (isStage(name)) {
  document.title = name;
  const stage: Stage = STAGES[name];
  const host = fakeHost({ ...stage.scene, moving: asked.has("moving") });
  if (stage.window === "main") connectMain(host);
  else if (stage.window === "inbox") connectEngine(host);
  if (stage.screen !== undefined) useNavigation.getState().go(stage.screen);
  // For the Chromium run: it drives the same host.
  Object.assign(window, { fake: host });
  root.render(
    <HostContext value={host}>
      <Spoken>
        <WindowBoundary>{windowOf(stage)}</WindowBoundary>
      </Spoken>
    </HostContext>,
  );
  stage.before?.(host);
} else {
  root.render(<Frames />);
}

function windowOf({ window, scene }: Stage): React.JSX.Element {
  if (window === "problem" && scene.problem !== undefined) return <ProblemPage problem={scene.problem} />;
  return window === "main" ? <MainWindow /> : <InboxWindow />;
}
