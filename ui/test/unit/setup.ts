import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { useActivity } from "../../src/state/activity";
import { useDraft } from "../../src/state/draft";
import { useDrag } from "../../src/state/drag";
import { useEngine } from "../../src/state/engine";
import { useHistory } from "../../src/state/history";
import { useNavigation } from "../../src/state/navigation";
import { useNotices } from "../../src/state/notices";
import { usePairing } from "../../src/state/pairing";
import { usePreferences } from "../../src/state/preferences";
import { useStories } from "../../src/state/samples";
import { useShortcutList } from "../../src/state/shortcuts";
import { useQuit } from "../../src/state/quit";

// jsdom has no layout and does not know these; the parts only ask whether they are there.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("PointerEvent", window.PointerEvent ?? MouseEvent);
// Lists draw what is in sight: as if every element were a window high.
for (const side of ["clientHeight", "clientWidth"] as const) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => 600 });
}
document.elementFromPoint ??= () => null;
Element.prototype.getAnimations ??= () => [];
HTMLCanvasElement.prototype.getContext = () => null;

configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  for (const store of [useActivity, useDraft, useDrag, useEngine, useHistory, useNavigation, useNotices, usePairing, usePreferences, useQuit, useShortcutList, useStories]) {
    (store as typeof useDrag).setState((store as typeof useDrag).getInitialState(), true);
  }
});
