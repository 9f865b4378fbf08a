import { useState, type ReactNode } from "react";
import type { DeviceView } from "../../host/api";
import { useCommand } from "../../host/context";
import { ConfirmDialog } from "../../parts/Confirm";
import { words } from "../../words";
import { RenameDialog } from "./RenameDialog";

export type DeviceQuestion = "rename" | "block" | "forget";

/** The dialogs that the menus of a device open: they stay when the menu has gone. */
export function useDeviceQuestions(device: DeviceView): { ask: (question: DeviceQuestion) => void; dialog: ReactNode } {
  const [asked, ask] = useState<DeviceQuestion | null>(null);
  return { ask, dialog: asked !== null && <Asked device={device} asked={asked} onClose={() => ask(null)} /> };
}

function Asked({ device, asked, onClose }: { device: DeviceView; asked: DeviceQuestion; onClose: () => void }) {
  const command = useCommand();
  if (asked === "rename") return <RenameDialog device={device} onClose={onClose} />;
  const question = words.devices[asked === "block" ? "confirmBlock" : "confirmForget"];
  return (
    <ConfirmDialog
      {...question}
      title={question.title(device.name)}
      onYes={() => void command(asked, { device: device.device_id })}
      onClose={onClose}
    />
  );
}
