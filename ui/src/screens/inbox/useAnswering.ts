import { useState } from "react";
import { useAttempt, useCommand } from "../../host/context";
import type { Answer } from "../../transfer/answer";
import { words } from "../../words";

/** The three answers to an offer. */
export interface Answering {
  busy: boolean;
  accept: () => void;
  acceptTo: () => void;
  decline: () => void;
}

/** One answer at a time: a second press must not become a second answer. */
export function useAnswering(id: string, answer: Answer): Answering {
  const command = useCommand();
  const attempt = useAttempt();
  const [busy, setBusy] = useState(false);
  const once = async (act: () => Promise<unknown>) => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  const elsewhere = async () => {
    const into = await attempt((host) => host.chooseFolder(words.dialogs.offerFolder));
    if (typeof into === "string") await command("accept", { ...answer.requestElsewhere, into });
  };
  return {
    busy,
    accept: () => void once(() => command("accept", answer.request)),
    acceptTo: () => void once(elsewhere),
    decline: () => void once(() => command("decline", { id })),
  };
}
