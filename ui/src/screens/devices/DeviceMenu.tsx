import { Menu } from "@base-ui/react/menu";
import type { DeviceView } from "../../host/api";
import { useAttempt } from "../../host/context";
import { IconButton } from "../../parts/Button";
import { MenuItem, MenuPopup, MenuRule } from "../../parts/MenuPopup";
import { useEngine } from "../../state/engine";
import { words } from "../../words";
import type { DeviceQuestion } from "./useDeviceQuestions";

interface DeviceMenuProps {
  device: DeviceView;
  ask: (question: DeviceQuestion) => void;
}

/** What is done seldom. */
export function DeviceMenu(props: DeviceMenuProps) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        render={<IconButton icon="more" label={words.devices.menu.label(props.device.name)} data-testid="device-menu" />}
      />
      <MenuPopup below>
        <DeviceItems {...props} />
      </MenuPopup>
    </Menu.Root>
  );
}

/** For the button and for the pointer. What cannot be taken back is asked about first. */
export function DeviceItems({ device, ask }: DeviceMenuProps) {
  const { device_id, role, known } = device;
  const attempt = useAttempt();
  const renames = useEngine((state) => state.trusts);
  const { menu } = words.devices;
  return (
    <>
      {renames && <MenuItem name={menu.rename} data-testid="rename-item" onClick={() => ask("rename")} />}
      <MenuItem
        name={menu.copyId}
        data-testid="copy-id-item"
        onClick={() => void attempt((host) => host.copyText(device_id))}
      />
      <MenuRule />
      {role !== "blocked" && <MenuItem name={menu.block} data-testid="block-item" onClick={() => ask("block")} />}
      {known && <MenuItem name={menu.forget} data-testid="forget-item" onClick={() => ask("forget")} />}
    </>
  );
}
