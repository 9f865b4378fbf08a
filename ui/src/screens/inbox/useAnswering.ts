import { useState } from "react";
import type { AcceptRequest } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import type { Answer } from "../../transfer/answer";
import { words } from "../../words";
import type { Always } from "./useAlways";

/** The three answers to an offer. */
export interface Answering {
  busy: boolean;
  accept: () => void;
  /** Into that folder; without one, into the one that the system's dialog chooses. */
  acceptTo: (into?: string) => void;
  decline: () => void;
}

/** One answer at a time: a second press must not become a second answer. */
export function useAnswering(id: string, answer: Answer, always: Always | null): Answering {
  const command = useCommand();
  const attempt = useAttempt();
  const [busy, setBusy] = useState(false);
  const once = async (act: () => Promise<unknown>) => {
    setBusy(true);
    await act();
    setBusy(false);
  };
  const take = async (request: AcceptRequest) => {
    const taken = await command("accept", request);
    if (taken !== undefined && always?.on === true) await always.begin(request.into ?? null);
  };
  const elsewhere = async (known?: string) => {
    const into = known ?? (await attempt((host) => host.chooseFolder(words.dialogs.offerFolder)));
    if (typeof into === "string") await take({ ...answer.requestElsewhere, into });
  };
  return {
    busy,
    accept: () => void once(() => take(answer.request)),
    acceptTo: (into) => void once(() => elsewhere(into)),
    decline: () => void once(() => command("decline", { id })),
  };
}
