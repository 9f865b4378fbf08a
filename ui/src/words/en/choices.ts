// What can be chosen in more than one place: names and what they mean.

import type { Conflict, EntryViewKind, OutboxOrder, Priority, Role } from "../../host/api";

export const priorities: Record<Priority, string> = { normal: "Normal", high: "High", critical: "Critical" };

export const roles: Record<Role, { name: string; means: string }> = {
  mine: { name: "Mine", means: "Accepted without asking: another device of yours" },
  trusted: { name: "Trusted", means: "Accepted without asking" },
  ask: { name: "Ask", means: "Each offer waits for your answer" },
  blocked: { name: "Blocked", means: "Reaches nothing" },
};

export const kinds: Record<EntryViewKind, string> = { file: "File", folder: "Folder", symlink: "Link" };

export const conflicts: Record<Conflict, { name: string; means: string }> = {
  rename: { name: "Keep both", means: "What arrives gets a number behind its name" },
  overwrite: { name: "Replace", means: "What arrives takes the place of what is there" },
  skip: { name: "Skip", means: "What is there stays; the new one is not received" },
  skip_identical: { name: "Skip if identical", means: "The same content is not received again; else both are kept" },
  ask: { name: "Ask", means: "Each offer waits for your answer, from trusted devices too" },
};

export const outboxOrders: Record<OutboxOrder, { name: string; means: string }> = {
  together: { name: "All at once", means: "What waits starts together and shares the link by its priorities" },
  oldest: { name: "Oldest first", means: "What was sent first goes first, the rest waits for its turn" },
  smallest: { name: "Smallest first", means: "What has the fewest bytes goes first, the rest waits for its turn" },
};
