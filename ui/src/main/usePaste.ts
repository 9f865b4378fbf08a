// A paste of files chooses them, as a drop does. The paths are asked of the system: a page is not told them.

import { useCallback, useEffect } from "react";
import { useAttempt } from "../host/context";
import { choose } from "../state/connect";
import { isInDialog } from "../state/pressing";

/**
 * What pastes outside of fields. In them files are caught too, before their addresses stand there as text, but not in a
 * dialog or where a path is wanted.
 */
export function usePaste(): () => void {
  const attempt = useAttempt();
  const paste = useCallback(
    async (otherwise = "") => {
      const files = (await attempt((host) => host.clipboardFiles())) ?? [];
      // Not by the field's value: so it can be undone, and whoever listens to the field hears of it.
      if (files.length === 0 && otherwise !== "") document.execCommand("insertText", false, otherwise);
      else if (!isInDialog()) choose(files);
    },
    [attempt],
  );
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isInDialog() || takesPath(event.target) || !mayHoldFiles(event.clipboardData)) return;
      event.preventDefault();
      void paste(event.clipboardData?.getData("text/plain"));
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  }, [paste]);
  return useCallback(() => void (isInDialog() || paste()), [paste]);
}

function takesPath(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("[data-takes-path]") !== null;
}

/** Whether it is worth to ask for files. WebKitGTK does not say so: it gives the text that comes with them, which is
 * their paths or addresses. */
export function mayHoldFiles(data: Pick<DataTransfer, "types" | "getData"> | null): boolean {
  if (data === null) return false;
  if (data.types.includes("Files")) return true;
  const lines = data.getData("text/plain").split(/\r?\n/).filter((line) => line !== "");
  return lines.every((line) => /^(file:\/\/|\/|[A-Za-z]:\\)/.test(line));
}
