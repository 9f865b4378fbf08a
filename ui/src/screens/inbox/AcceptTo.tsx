import { Menu } from "@base-ui/react/menu";
import { useMemo } from "react";
import { Button } from "../../parts/Button";
import { MenuGroup, MenuItem, MenuPopup, MenuRule } from "../../parts/MenuPopup";
import { useEngine } from "../../state/engine";
import { recentFolders } from "../../transfer/recent";
import { words } from "../../words";

interface AcceptToProps {
  word: string;
  busy: boolean;
  disabled: boolean;
  acceptTo: (into?: string) => void;
}

/** Takes an offer into another folder: one that was chosen lately, or another. The dialog at once where none was. */
export function AcceptTo({ word, busy, disabled, acceptTo }: AcceptToProps) {
  const finished = useEngine((state) => state.finished);
  const inbox = useEngine(({ identity }) => identity?.inbox_folder ?? "");
  const folders = useMemo(() => recentFolders(finished, inbox), [finished, inbox]);
  const button = (
    <Button busy={busy} disabled={disabled} data-testid="accept-to-button" onClick={() => acceptTo()}>
      {word}
    </Button>
  );
  if (folders.length === 0) return button;
  return (
    <Menu.Root modal={false} disabled={busy || disabled}>
      <Menu.Trigger
        render={
          <Button busy={busy} disabled={disabled} data-testid="accept-to-button">
            {word}
          </Button>
        }
      />
      <MenuPopup below>
        <MenuGroup title={words.inbox.recentFolders}>
          {folders.map((folder) => (
            <MenuItem key={folder} name={folder} data-testid="recent-folder-item" onClick={() => acceptTo(folder)} />
          ))}
        </MenuGroup>
        <MenuRule />
        <MenuItem name={words.inbox.otherFolder} data-testid="other-folder-item" onClick={() => acceptTo()} />
      </MenuPopup>
    </Menu.Root>
  );
}
