import { Menu } from "@base-ui/react/menu";
import { useState } from "react";
import type { DeviceView } from "../../host/api";
import { useAttempt, useCommand } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { ConfirmDialog } from "../../parts/Confirm";
import styles from "../../parts/Popup.module.css";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import { RenameDialog } from "./RenameDialog";

type Asked = "rename" | "block" | "forget";

/** What is done seldom. What cannot be taken back is asked about first. */
export function DeviceMenu({ device }: { device: DeviceView }) {
  const { device_id, name, role, known } = device;
  const command = useCommand();
  const attempt = useAttempt();
  const renames = useEngine((state) => state.trusts);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { menu, confirmForget, confirmBlock } = words.devices;
  const close = () => setAsked(null);
  return (
    <>
      <Menu.Root modal={false}>
        <Menu.Trigger render={<IconButton icon="more" label={menu.label(name)} data-testid="device-menu" />} />
        <Menu.Portal>
          <Menu.Positioner className={styles.positioner} align="end" sideOffset={4}>
            <Menu.Popup className={styles.popup}>
              {renames && (
                <Menu.Item className={styles.item} data-testid="rename-item" onClick={() => setAsked("rename")}>
                  <span className={styles.name}>{menu.rename}</span>
                </Menu.Item>
              )}
              <Menu.Item className={styles.item} onClick={() => void attempt((host) => host.copyText(device_id))}>
                <span className={styles.name}>{menu.copyId}</span>
              </Menu.Item>
              <Menu.Separator className={styles.rule} />
              {role !== "blocked" && (
                <Menu.Item className={styles.item} data-testid="block-item" onClick={() => setAsked("block")}>
                  <span className={styles.name}>{menu.block}</span>
                </Menu.Item>
              )}
              {known && (
                <Menu.Item className={styles.item} data-testid="forget-item" onClick={() => setAsked("forget")}>
                  <span className={styles.name}>{menu.forget}</span>
                </Menu.Item>
              )}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {asked === "rename" && <RenameDialog device={device} onClose={close} />}
      {asked === "block" && (
        <ConfirmDialog
          {...confirmBlock}
          title={confirmBlock.title(name)}
          onYes={() => void command("block", { device: device_id })}
          onClose={close}
        />
      )}
      {asked === "forget" && (
        <ConfirmDialog
          {...confirmForget}
          title={confirmForget.title(name)}
          onYes={() => void command("forget", { device: device_id })}
          onClose={close}
        />
      )}
    </>
  );
}
