import { createRoot } from "react-dom/client";
import "../look/tokens.css";
import "../look/base.css";
import { HostContext } from "../host/context";
import { openHost } from "../host/open";
import { connectMain } from "../state/connect";
import { MainWindow } from "./MainWindow";

const host = await openHost();
connectMain(host);

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <HostContext value={host}>
      <MainWindow />
    </HostContext>,
  );
}
