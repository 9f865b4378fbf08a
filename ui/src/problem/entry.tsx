import { createRoot } from "react-dom/client";
import "../look/tokens.css";
import "../look/base.css";
import { HostContext } from "../host/context";
import { openHost } from "../host/open";
import { WindowBoundary } from "../parts/WindowBoundary";
import { keepBrowserMenuOut } from "../state/browserMenu";
import { keepFocus } from "../state/keepFocus";
import { speak } from "../words";
import { ProblemPage } from "./ProblemPage";

keepBrowserMenuOut();
keepFocus();
const host = await openHost();
const problem = await host.startProblem();

const root = document.getElementById("root");
if (root !== null && problem !== null) {
  // What was chosen in the windows lies in the data folder, which this page keeps away from: the shell knows it.
  speak(problem.language);
  document.documentElement.lang = problem.language;
  createRoot(root).render(
    <HostContext value={host}>
      <WindowBoundary>
        <ProblemPage problem={problem} />
      </WindowBoundary>
    </HostContext>,
  );
}
