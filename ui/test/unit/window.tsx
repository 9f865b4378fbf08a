// Renders a window on a scripted engine.

import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HostContext } from "../../src/host/context";
import { fakeHost, type Scene } from "../../src/host/fake";
import { MainWindow } from "../../src/main/MainWindow";
import { Spoken } from "../../src/parts/Spoken";
import { InboxWindow } from "../../src/screens/inbox/InboxWindow";
import { connectEngine, connectMain } from "../../src/state/connect";
import { useNavigation, type Screen } from "../../src/state/navigation";

export function mainWindow(scene: Scene, screen: Screen = "send") {
  const host = fakeHost(scene);
  connectMain(host);
  useNavigation.getState().go(screen);
  render(
    <HostContext value={host}>
      <Spoken>
        <MainWindow />
      </Spoken>
    </HostContext>,
  );
  return { host, user: userEvent.setup() };
}

export function inboxWindow(scene: Scene) {
  const host = fakeHost(scene);
  connectEngine(host);
  render(
    <HostContext value={host}>
      <Spoken>
        <InboxWindow />
      </Spoken>
    </HostContext>,
  );
  return { host, user: userEvent.setup() };
}
