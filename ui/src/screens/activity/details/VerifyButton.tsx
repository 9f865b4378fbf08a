import type { TransferView } from "../../../host/api";
import { useCommand } from "../../../host/context";
import { Button } from "../../../parts/Button";
import { canVerify } from "../../../transfer/kinds";
import { words } from "../../../words";

/** Reads again what arrived and compares it with the roots with which it arrived. */
export function VerifyButton({ transfer }: { transfer: TransferView }) {
  const { id, title } = transfer;
  const command = useCommand();
  if (!canVerify(transfer)) return null;
  return (
    <div>
      <Button
        icon="verify"
        aria-label={words.activity.verification.verifyLabel(title)}
        data-testid="verify-button"
        onClick={() => void command("verify", { id })}
      >
        {words.activity.verification.verify}
      </Button>
    </div>
  );
}
