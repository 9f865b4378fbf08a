import { createRoot } from "react-dom/client";
import "../../look/tokens.css";
import "../../look/base.css";
import { HostContext } from "../../host/context";
import { openHost } from "../../host/open";
import { Spoken } from "../../parts/Spoken";
import { WindowBoundary } from "../../parts/WindowBoundary";
import { keepBrowserMenuOut } from "../../state/browserMenu";
import { connectEngine } from "../../state/connect";
import { keepFocus } from "../../state/keepFocus";
import { rememberPreferences } from "../../state/preferences";
import { InboxWindow } from "./InboxWindow";

keepBrowserMenuOut();
keepFocus();
rememberPreferences();
const host = await openHost();
connectEngine(host);

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <HostContext value={host}>
      <Spoken>
        <WindowBoundary>
          <InboxWindow />
        </WindowBoundary>
      </Spoken>
    </HostContext>,
  );
}
