// Renders a window on a scripted engine.

import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HostContext } from "../../src/host/context";
import { fakeHost, type Scene } from "../../src/host/fake";
import { MainWindow } from "../../src/main/MainWindow";
import { InboxWindow } from "../../src/screens/inbox/InboxWindow";
import { connectEngine, connectMain } from "../../src/state/connect";
import { useNavigation, type Screen } from "../../src/state/navigation";

export function mainWindow(scene: Scene, screen: Screen = "send") {
  const host = fakeHost(scene);
  connectMain(host);
  useNavigation.getState().go(screen);
  render(
    <HostContext value={host}>
      <MainWindow />
    </HostContext>,
  );
  return { host, user: userEvent.setup() };
}

export function inboxWindow(scene: Scene) {
  const host = fakeHost(scene);
  connectEngine(host);
  render(
    <HostContext value={host}>
      <InboxWindow />
    </HostContext>,
  );
  return { host, user: userEvent.setup() };
}
