import { useEffect, useState } from "react";
import { useAttempt } from "../host/context";
import { words } from "../words";
import { Button } from "./Button";

const SHOWN_MS = 2000;

export function CopyButton({ text, label }: { text: string; label: string }) {
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
      aria-label={`${copied ? words.copied : words.copy}: ${label}`}
    >
      {copied ? words.copied : words.copy}
    </Button>
  );
}
