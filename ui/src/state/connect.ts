// Joins a host to the stores: what the engine pushes, what is dropped, what the shell asks for.

import type { SendRequest } from "../host/api";
import type { DropHandlers, Host, Point, ShellEvent, Unsubscribe } from "../host/host";
import { toFailure } from "../host/host";
import { useDraft } from "./draft";
import { useDrag } from "./drag";
import { useEngine } from "./engine";
import { followLink } from "./link";
import { isScreen, useNavigation } from "./navigation";
import { useNotices } from "./notices";
import { spoken, usePreferences, type LanguageChoice } from "./preferences";
import { useQuit } from "./quit";
import { useStories } from "./samples";
import { afterSend } from "./sent";
import { words } from "../words";

/** What both windows need. */
export function connectEngine(host: Host): Unsubscribe {
  return host.subscribe((update) => {
    useEngine.getState().apply(update);
    useStories.getState().record(update.transfers, update.removed, Date.now());
  });
}

/** What the main window needs besides. */
export function connectMain(host: Host): Unsubscribe {
  const stops = [
    connectEngine(host),
    host.onShell(hear),
    host.onQuitAsked((asked) => useQuit.setState({ asked })),
    host.onDrop(dropHandlers(host)),
  ];
  const say = ({ language }: { language: LanguageChoice }) => host.speak(spoken(language)).catch(() => undefined);
  void say(usePreferences.getState());
  stops.push(usePreferences.subscribe((now, before) => now.language !== before.language && void say(now)));
  host.otherPort().then(tellPort, () => undefined);
  host.takePending().then((events) => events.forEach(hear), report);
  return () => {
    for (const stop of stops) stop();
  };
}

/** What is dragged over the window is to be sent, unless the drag began in it. */
function dropHandlers(host: Host): DropHandlers {
  // Decided when it comes over the window: that its own drag has ended may be told before the drop is.
  let own: boolean | null = null;
  const isOwn = () => (own ??= useDrag.getState().own);
  return {
    over: (at) => {
      if (!isOwn()) useDrag.setState({ dragging: true, device: deviceAt(at) });
    },
    leave: () => {
      own = null;
      endDrag();
    },
    drop: (paths, at) => {
      const back = isOwn();
      own = null;
      if (back) return;
      const device = deviceAt(at);
      endDrag();
      if (device === null) choose(paths);
      else void sendAtOnce(host, paths, device);
    },
  };
}

function tellPort(port: number | null): void {
  if (port !== null) useNotices.getState().tell(words.settings.otherPort(port));
}

function hear(event: ShellEvent): void {
  if (event.kind === "paths") choose(event.paths);
  else if (event.kind === "link") followLink(event.link);
  else if (event.transfer !== null) useNavigation.getState().goToNew([event.transfer]);
  else if (isScreen(event.screen)) useNavigation.getState().go(event.screen);
}

/** Sends without asking more; the draft stays as it is. */
async function sendAtOnce(host: Host, paths: string[], device: string): Promise<void> {
  const { priority } = useDraft.getState();
  try {
    const request: SendRequest = { paths, targets: [device], priority };
    afterSend(request, await host.call("send", request));
  } catch (thrown) {
    report(thrown);
  }
}

/** Joins what is to be sent, and shows it. */
export function choose(paths: readonly string[]): void {
  if (paths.length === 0) return;
  useDraft.getState().add(paths);
  useNavigation.getState().go("send");
}

function endDrag(): void {
  useDrag.setState({ dragging: false, device: null });
}

/** Tiles say whose they are by `data-drop-device`. */
function deviceAt({ x, y }: Point): string | null {
  const tile = document.elementFromPoint(x, y)?.closest<HTMLElement>("[data-drop-device]");
  return tile?.dataset["dropDevice"] ?? null;
}

function report(thrown: unknown): void {
  useNotices.getState().show(toFailure(thrown));
}
