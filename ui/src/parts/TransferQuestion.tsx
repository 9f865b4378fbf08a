import { useEffect } from "react";
import type { TransferView } from "../host/api";
import { useEngine } from "../state/engine";
import { ConfirmDialog, type Question } from "./Confirm";

interface TransferQuestionProps {
  id: string;
  /** Whether there is still something to ask about. */
  stands: (transfer: TransferView) => boolean;
  question: (transfer: TransferView) => Omit<Question, "onYes">;
  onYes: () => void;
  onClose: () => void;
}

/** A question about a transfer that a menu has asked, which is gone by then; it goes away when there is nothing left to ask. */
export function TransferQuestion({ id, stands, question, onYes, onClose }: TransferQuestionProps) {
  const transfer = useEngine((state) => state.transfers[id]);
  const asks = transfer !== undefined && stands(transfer);
  useEffect(() => {
    if (!asks) onClose();
  }, [asks, onClose]);
  return asks ? <ConfirmDialog {...question(transfer)} onYes={onYes} onClose={onClose} /> : null;
}
