import { useAttempt } from "../../host/context";
import { useDraft } from "../../state/draft";
import { words } from "../../words";

/** The two choosers of the system; what was chosen joins the selection. */
export function useChoosing(): { files: () => void; folders: () => void } {
  const attempt = useAttempt();
  const add = useDraft((draft) => draft.add);
  return {
    files: () => void attempt(async (host) => add(await host.chooseFiles(words.dialogs.files))),
    folders: () => void attempt(async (host) => add(await host.chooseFolders(words.dialogs.folders))),
  };
}
