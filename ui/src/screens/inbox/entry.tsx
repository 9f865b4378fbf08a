import { createRoot } from "react-dom/client";
import "../../look/tokens.css";
import "../../look/base.css";
import { HostContext } from "../../host/context";
import { openHost } from "../../host/open";
import { connectEngine } from "../../state/connect";
import { InboxWindow } from "./InboxWindow";

const host = await openHost();
connectEngine(host);

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <HostContext value={host}>
      <InboxWindow />
    </HostContext>,
  );
}
