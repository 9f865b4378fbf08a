// What can be said about a transfer that has ended, as lines of name and value: for the eye, and as text.

import { count, size } from "../format/numbers";
import { exact } from "../format/time";
import type { TransferView } from "../host/api";
import { words } from "../words";
import { contentsLine, sentence, standing } from "./describe";

export type Line = readonly [name: string, value: string];

export function receiptOf(transfer: TransferView): readonly Line[] {
  const { id, direction, peer, bytes, durable_bytes, created_ms, finished_ms, folder, roots, root, failure, state, stats } = transfer;
  const { receipt } = words.history;
  const place = direction === "sending" ? (roots.find(({ path }) => path !== null)?.path ?? null) : folder;
  const seconds = finished_ms === null ? 0 : (finished_ms - created_ms) / 1000;
  const lines: (readonly [string, string | null])[] = [
    [receipt.result, state === "completed" ? receipt.verified : standing(transfer)],
    [receipt.why, failure === null ? null : sentence(failure)],
    [direction === "sending" ? receipt.to : receipt.from, peer.name],
    [receipt.device, peer.device_id],
    [receipt.contents, contentsLine(transfer)],
    [receipt.arrived, state === "completed" ? null : size(durable_bytes)],
    [direction === "sending" ? words.activity.facts.from : words.activity.facts.into, place],
    [receipt.begun, exact(created_ms)],
    [receipt.ended, finished_ms === null ? null : exact(finished_ms)],
    [receipt.average, seconds > 1 && state === "completed" ? `${size(bytes / seconds)}/s` : null],
    [receipt.recovered, stats.chunks_rebuilt > 0 ? count(stats.chunks_rebuilt) : null],
    [receipt.again, stats.chunks_resent > 0 ? count(stats.chunks_resent) : null],
    [words.activity.facts.root, root],
    [receipt.id, id],
  ];
  return lines.filter((line): line is Line => line[1] !== null);
}

/** For a letter or a ticket system: one line each. */
export function receiptText(transfer: TransferView): string {
  return [transfer.title, ...receiptOf(transfer).map(([name, value]) => `${name}: ${value}`)].join("\n");
}
