import { useEffect, useState } from "react";
import { useAttempt } from "../host/context";
import { words } from "../words";
import { Button } from "./Button";

const SHOWN_MS = 2000;

interface CopyButtonProps {
  text: string;
  /** What is copied, for those who hear it. */
  label: string;
  /** On the button; "Copy" if missing. */
  name?: string;
}

export function CopyButton({ text, label, name = words.copy }: CopyButtonProps) {
  const attempt = useAttempt();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    attempt(async (host) => {
      await host.copyText(text);
      setCopied(true);
    });
  return (
    <Button
      icon={copied ? "check" : "copy"}
      disabled={text === ""}
      onClick={() => void copy()}
      aria-label={`${copied ? words.copied : name}: ${label}`}
    >
      {copied ? words.copied : name}
    </Button>
  );
}
