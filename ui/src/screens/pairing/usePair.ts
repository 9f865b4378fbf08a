// Begins and gives up pairings for the dialog. What the engine refuses at once is shown in the dialog, not behind it.

import { useCallback } from "react";
import type { Commands } from "../../host/api";
import { useHost } from "../../host/context";
import { toFailure } from "../../host/host";
import { usePairing } from "../../state/pairing";

type Begin = "invite_device" | "join_device" | "confirm_words" | "cancel_pairing";

export function usePair(): <N extends Begin>(name: N, args: Commands[N][0]) => Promise<void> {
  const host = useHost();
  return useCallback(
    async (name, args) => {
      usePairing.setState({ refused: null });
      try {
        await host.call(name, args);
      } catch (thrown) {
        usePairing.setState({ refused: toFailure(thrown) });
      }
    },
    [host],
  );
}
