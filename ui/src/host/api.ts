// Written by engine/tests/typescript.rs from the engine's declarations. Do not edit.

export type Direction = "sending" | "receiving";
export type Role = "mine" | "trusted" | "ask" | "blocked";
export type Priority = "normal" | "high" | "critical";
export type State = "created" | "preparing" | "active" | "paused" | "completing" | "completed" | "failed" | "cancelled";
export type Reason = "waiting_for_device" | "waiting_for_answer" | "reconnecting" | "queued" | "paused_here" | "paused_by_peer" | "over_rule" | "source_changed" | "source_unreadable" | "disk_full" | "disk_unwritable" | "database" | "finishing";
export type Code = "usage" | "not_found" | "illegal_state" | "bad_target" | "unreachable" | "identity_refused" | "over_rule" | "declined" | "cancelled_by_peer" | "source_unreadable" | "source_changed" | "disk_full" | "disk_unwritable" | "bad_path" | "integrity" | "protocol" | "connection_lost" | "database" | "database_newer" | "database_damaged" | "already_running" | "listen_failed" | "no_network" | "udp_blocked" | "discovery_failed" | "wrong_code" | "code_spent" | "not_pairing" | "words_differ" | "wrong_passphrase" | "key_unavailable" | "internal";
export type Failure = { 
/**
 * What kind.
 */
code: Code, 
/**
 * One sentence in English without a full stop.
 */
message: string, 
/**
 * What it is about, if it is about one thing.
 */
detail: string | null, };
export type Nothing = Record<string, never>;
export type Identity = { 
/**
 * The name that others see.
 */
name: string, 
/**
 * The grouped device id with its check digits.
 */
device_id: string, 
/**
 * What others enter to send here.
 */
ticket: string, 
/**
 * The address that the engine listens on.
 */
listen: string, 
/**
 * Where what arrives is put unless another folder is chosen.
 */
inbox_folder: string, 
/**
 * What would make transfers faster here and only a person can do, if there is something.
 */
hint: string | null, };
export type DeviceView = { 
/**
 * The grouped device id.
 */
device_id: string, 
/**
 * Its own name, or the one given to it here.
 */
name: string, 
/**
 * What it may do here.
 */
role: Role, 
/**
 * Whether somebody decided about it here; else it has only been seen.
 */
known: boolean, 
/**
 * Whether there is a connection now.
 */
online: boolean, 
/**
 * Whether it is announced in the local network now.
 */
nearby: boolean, 
/**
 * Addresses that it was last reached at.
 */
addresses: Array<string>, 
/**
 * When it was last heard from.
 */
last_seen_ms: number | null, 
/**
 * At most so many bytes per second to it; no limit if None.
 */
send_limit: number | null, 
/**
 * At most so many bytes per second from it; no limit if None.
 */
receive_limit: number | null, 
/**
 * What it may bring without a question, if its role allows that at all; without limits if None.
 */
rule?: AcceptRule, };
export type PeerView = { 
/**
 * The grouped device id.
 */
device_id: string, 
/**
 * Its name.
 */
name: string, 
/**
 * What it may do here.
 */
role: Role, 
/**
 * Whether somebody decided about it here.
 */
known: boolean, };
export type TransferView = { 
/**
 * 32 hex digits, the same on both devices.
 */
id: string, 
/**
 * Which way.
 */
direction: Direction, 
/**
 * The other end.
 */
peer: PeerView, 
/**
 * "holiday.jpg", or "holiday.jpg and 3 more".
 */
title: string, 
/**
 * Where it is.
 */
state: State, 
/**
 * Why it stands there, if a person would ask.
 */
reason: Reason | null, 
/**
 * Its class.
 */
priority: Priority, 
/**
 * Sending: at most so many bytes per second; no limit of its own if None.
 */
limit: number | null, 
/**
 * Files so far announced (folders and links not counted).
 */
files: number, 
/**
 * Bytes so far announced.
 */
bytes: number, 
/**
 * Whether `files` and `bytes` are final.
 */
scan_complete: boolean, 
/**
 * Bytes that are verified and durable at the receiver.
 */
durable_bytes: number, 
/**
 * Files whose every byte is verified and durable at the receiver.
 */
files_done: number, 
/**
 * Durable bytes per second, smoothed; 0 when nothing moves.
 */
rate: number, 
/**
 * What limits it, as far as this device can tell; None while it stands or nothing in particular does.
 */
limited_by: LimitedBy | null, 
/**
 * Seconds left at this rate.
 */
seconds_left: number | null, 
/**
 * Receiving: the folder in which the roots are put, once accepted.
 */
folder: string | null, 
/**
 * The first entries at the top level, with their places once they have them.
 */
roots: Array<RootView>, 
/**
 * How many roots there are.
 */
root_count: number, 
/**
 * An offer: its first entries (200 at most), for a preview. Of anything else only in what `transfer` answers.
 */
preview: Array<EntryView>, 
/**
 * An offer: what taking it into the inbox folder would mean. Paused by a full disk: what was missing when that was
 * met; nothing after a restart.
 */
preflight: Preflight | null, 
/**
 * Sending: sources that changed after they were announced and are to be decided about. The transfer is
 * paused for it, with the reason `source_changed`, when nothing else is left to be sent.
 */
changed: ChangedSources | null, 
/**
 * Failed or cancelled: received bytes that are kept for a retry.
 */
kept_bytes: number, 
/**
 * When a transfer that has not reached its device is given up.
 */
deadline_ms: number | null, 
/**
 * The last check of what arrived, or the one under way.
 */
verification: Verification | null, 
/**
 * Why it failed, was declined or is paused.
 */
failure: Failure | null, 
/**
 * Completed, and a single file: its BLAKE3 root in hex, as `b3sum` prints it.
 */
root: string | null, 
/**
 * Counters.
 */
stats: Stats, 
/**
 * When it was made.
 */
created_ms: number, 
/**
 * When it came to its final state.
 */
finished_ms: number | null, };
export type LimitedBy = "transfer_limit" | "device_limit" | "engine_limit" | "disk" | "processor" | "network" | "peer_limit" | "peer_disk";
export type RootView = { 
/**
 * Its name as sent.
 */
name: string, 
/**
 * Sending: where it comes from. Receiving: where it stands, once it does.
 */
path: string | null, 
/**
 * What it is.
 */
kind: EntryViewKind, };
export type EntryView = { 
/**
 * Path below the target folder, with `/`.
 */
path: string, 
/**
 * What it is.
 */
kind: EntryViewKind, 
/**
 * Bytes of content.
 */
bytes: number, };
export type EntryViewKind = "file" | "folder" | "symlink";
export type Stats = { 
/**
 * UDP payload bytes sent on the connections that served it.
 */
wire_bytes_sent: number, 
/**
 * UDP payload bytes received on them.
 */
wire_bytes_received: number, 
/**
 * Packets that QUIC counted as lost.
 */
packets_lost: number, 
/**
 * Chunks sent (parity not counted).
 */
chunks_sent: number, 
/**
 * Chunks sent once more.
 */
chunks_resent: number, 
/**
 * Chunks that the receiver rebuilt from parity.
 */
chunks_rebuilt: number, 
/**
 * Bytes of parity sent.
 */
parity_bytes: number, 
/**
 * Datagrams with parity of a tail sent.
 */
parity_datagrams: number, 
/**
 * Streams that the receiver stopped because it had rebuilt what was still on its way.
 */
streams_cancelled: number, 
/**
 * Smoothed round-trip time, milliseconds.
 */
rtt_ms: number, };
export type Totals = { 
/**
 * Bytes per second coming in.
 */
down_rate: number, 
/**
 * Bytes per second going out.
 */
up_rate: number, 
/**
 * Transfers that move.
 */
active: number, 
/**
 * Transfers that wait for a device, an answer or their turn.
 */
queued: number, 
/**
 * Offers without an answer, and transfers paused by a trouble.
 */
needs_you: number, };
export type Update = { 
/**
 * Transfers that are new or changed.
 */
transfers: Array<TransferView>, 
/**
 * Ids of transfers that are gone from the history.
 */
removed: Array<string>, 
/**
 * All devices, when any changed.
 */
devices: Array<DeviceView> | null, 
/**
 * This device, when it changed.
 */
identity: Identity | null, 
/**
 * What a person has set, when it changed.
 */
settings: SettingsView | null, 
/**
 * The pairing that is under way, or was last, when it changed.
 */
pairing: PairingView | null, 
/**
 * What is in the local network, when it changed.
 */
nearby: NearbyView | null, 
/**
 * All alarms that nobody has acknowledged, when any changed.
 */
alarms?: Array<AlarmView>, 
/**
 * Sums.
 */
totals: Totals, };
export type SettingsView = { 
/**
 * What is done when a name is taken.
 */
conflict: Conflict, 
/**
 * Most bytes that the inbox folder may hold; no limit if None.
 */
inbox_quota: number | null, 
/**
 * Hours for which a transfer waits for a device that is away; for ever if None.
 */
outbox_hours: number | null, 
/**
 * Which of several waiting transfers goes first when their device is back.
 */
outbox_order: OutboxOrder, 
/**
 * At most so many bytes per second to all devices together; no limit if None.
 */
send_limit: number | null, 
/**
 * At most so many bytes per second from all devices together; no limit if None.
 */
receive_limit: number | null, 
/**
 * Who may find this device in the local network.
 */
visibility: Visibility, 
/**
 * When that falls back to what it was before.
 */
visible_until_ms: number | null, 
/**
 * Whether the first run of the windows is over.
 */
introduced: boolean, };
export type Preflight = { 
/**
 * Bytes that the announced files need.
 */
needed_bytes: number, 
/**
 * Bytes free on the folder's volume and not promised to other transfers.
 */
free_bytes: number | null, 
/**
 * Bytes that the quota of the inbox folder leaves, if it has one.
 */
quota_left: number | null, 
/**
 * Bytes missing; 0 if it fits.
 */
short_by: number, 
/**
 * Roots whose names are taken in the folder, the first 20.
 */
existing: Array<string>, 
/**
 * How many there are.
 */
existing_count: number, 
/**
 * Entries that this system cannot hold as they are named, the first 50.
 */
problems: Array<NameProblem>, 
/**
 * How many there are.
 */
problem_count: number, };
export type NameProblem = { 
/**
 * Its path as sent.
 */
path: string, 
/**
 * What is wrong.
 */
kind: NameProblemKind, 
/**
 * The path under which it would be stored instead.
 */
stored_as: string | null, };
export type NameProblemKind = "unholdable" | "collision";
export type ChangedSources = { 
/**
 * The first 20 paths.
 */
paths: Array<string>, 
/**
 * How many there are.
 */
count: number, 
/**
 * How many of them are gone altogether.
 */
gone: number, };
export type Verification = { 
/**
 * Whether it is still under way.
 */
running: boolean, 
/**
 * Bytes read.
 */
checked_bytes: number, 
/**
 * Bytes to read.
 */
bytes: number, 
/**
 * Files that are what arrived.
 */
sound: number, 
/**
 * Files with another content, the first 20 paths.
 */
changed: Array<string>, 
/**
 * How many there are.
 */
changed_count: number, 
/**
 * Files that are not there any more, the first 20 paths.
 */
missing: Array<string>, 
/**
 * How many there are.
 */
missing_count: number, 
/**
 * When it ended.
 */
finished_ms: number | null, };
export type Leftover = { 
/**
 * The hidden folder.
 */
path: string, 
/**
 * Bytes in it.
 */
bytes: number, 
/**
 * The transfer that it belongs to, if this engine knows one.
 */
transfer: string | null, 
/**
 * What that one is called.
 */
title: string | null, };
export type SendRequest = { 
/**
 * Absolute paths of files and folders.
 */
paths: Array<string>, 
/**
 * Each a ticket, `DEVICE-ID@HOST:PORT`, the id or the name of a known device.
 */
targets: Array<string>, 
/**
 * The class.
 */
priority: Priority, 
/**
 * Parity; the engine's setting if None.
 */
parity?: string, 
/**
 * Chunk size in bytes, a power of two from 64 KiB to 1 MiB; chosen by the path if None.
 */
chunk_size?: number, 
/**
 * At most so many bytes per second.
 */
limit?: number, 
/**
 * What is done if the same paths are on their way to the same device already.
 */
again?: Again, };
export type Again = "take_up" | "new";
export type Sent = { 
/**
 * One transfer id for each target.
 */
transfers: Array<string>, 
/**
 * Those of them that were there before, unfinished, and go on.
 */
taken_up: Array<string>, };
export type TransferRequest = { 
/**
 * The id, or a beginning of it that no other has.
 */
id: string, };
export type AcceptRequest = { 
/**
 * The transfer.
 */
id: string, 
/**
 * The folder to put it in; the inbox folder if None.
 */
into?: string, 
/**
 * What is done with names that are taken; the engine's setting if None.
 */
conflict?: Conflict, 
/**
 * The entries to take, by their paths as sent; a folder stands for all below it. All if None.
 */
only?: Array<string>, };
export type Conflict = "rename" | "overwrite" | "skip" | "skip_identical" | "ask";
export type OutboxOrder = "together" | "oldest" | "smallest";
export type ChangedRequest = { 
/**
 * The transfer.
 */
id: string, 
/**
 * What becomes of them.
 */
choice: ChangedChoice, };
export type ChangedChoice = "new_version" | "skip";
export type LeftoverRequest = { 
/**
 * The hidden folder, as `leftovers` names it.
 */
path: string, };
export type PriorityRequest = { 
/**
 * The transfer.
 */
id: string, 
/**
 * Its new class.
 */
priority: Priority, };
export type LimitRequest = { 
/**
 * The transfer.
 */
id: string, 
/**
 * At most so many bytes per second; 0 for no limit.
 */
limit: number, };
export type DeviceLimitRequest = { 
/**
 * Its id, its ticket, or its name.
 */
device: string, 
/**
 * At most so many bytes per second to it; 0 for no limit.
 */
send?: number, 
/**
 * At most so many bytes per second from it; 0 for no limit.
 */
receive?: number, };
export type DeviceRequest = { 
/**
 * Its id, its ticket, or its name.
 */
device: string, };
export type TrustRequest = { 
/**
 * Its id, its ticket, or its name.
 */
device: string, 
/**
 * What it may do from now on.
 */
role: Role, 
/**
 * The name to give it; kept if None.
 */
name?: string, };
export type SettingsRequest = { 
/**
 * The name that others see.
 */
name?: string, 
/**
 * Where what arrives is put.
 */
inbox_folder?: string, 
/**
 * What is done when a name is taken.
 */
conflict?: Conflict, 
/**
 * Most bytes that the inbox folder may hold; 0 for no limit.
 */
inbox_quota?: number, 
/**
 * Hours for which a transfer waits for a device that is away; 0 for ever.
 */
outbox_hours?: number, 
/**
 * Which of several waiting transfers goes first when their device is back.
 */
outbox_order?: OutboxOrder, 
/**
 * At most so many bytes per second to all devices together; 0 for no limit.
 */
send_limit?: number, 
/**
 * At most so many bytes per second from all devices together; 0 for no limit.
 */
receive_limit?: number, 
/**
 * Who may find this device in the local network; everyone for ten minutes from now.
 */
visibility?: Visibility, 
/**
 * Whether the first run of the windows is over.
 */
introduced?: boolean, };
export type PairWay = "code" | "ticket" | "words";
export type PairSide = "host" | "guest";
export type PairState = "waiting" | "connecting" | "comparing" | "agreed" | "paired" | "failed" | "cancelled";
export type InviteRequest = { 
/**
 * How.
 */
way?: PairWay, 
/**
 * For so many minutes, 1 to 10,080; 5 if None. A code is valid for 5 at most.
 */
minutes?: number, 
/**
 * What the other device may do here; trusted if None, or as it was if it was mine.
 */
role?: Role, 
/**
 * The name to give it; what it calls itself if None.
 */
name?: string, };
export type JoinRequest = { 
/**
 * The code or the pairing ticket; words are compared if None.
 */
with?: string, 
/**
 * Where the device is: HOST:PORT, an IP address, or what `send` takes. A ticket needs none.
 */
at?: string, 
/**
 * What the other device may do here; trusted if None, or as it was if it was mine.
 */
role?: Role, 
/**
 * The name to give it; what it calls itself if None.
 */
name?: string, };
export type WordsRequest = { 
/**
 * Whether both screens show the same, in the same order.
 */
same: boolean, };
export type PairingRequest = { 
/**
 * The revision that was seen: the answer waits for another one, at most 20 seconds. At once if None.
 */
after?: number, };
export type PairingStatus = { 
/**
 * The one that is under way, or was last; None if there was none since the start.
 */
current: PairingView | null, };
export type PairingView = { 
/**
 * Grows with every change, over all pairings since the start.
 */
revision: number, 
/**
 * Which part this device has.
 */
side: PairSide, 
/**
 * How.
 */
way: PairWay, 
/**
 * How far it is.
 */
state: PairState, 
/**
 * The code to show, while it is valid.
 */
code: string | null, 
/**
 * The ticket to show or give out, while it is valid.
 */
ticket: string | null, 
/**
 * The ticket as a QR code without its margin: rows of equal length, `1` dark and `0` light.
 */
qr: Array<string> | null, 
/**
 * The words to compare, in this order.
 */
words: Array<string> | null, 
/**
 * When the code, the ticket or the comparing ends by itself.
 */
until_ms: number | null, 
/**
 * The other device, once it is known.
 */
device: PeerView | null, 
/**
 * Why it failed.
 */
failure: Failure | null, };
export type Visibility = "nobody" | "my_devices" | "everyone";
export type NearbyRequest = { 
/**
 * For so long, at most 20,000 ms, the answer waits for more to be found. At once if None.
 */
wait_ms?: number, };
export type NearbyView = { 
/**
 * Whether the local network is being searched.
 */
searching: boolean, 
/**
 * Why it cannot be, in words, if it cannot.
 */
problem: string | null, 
/**
 * The devices found: those that are known here first, then by name.
 */
devices: Array<NearbyDevice>, };
export type NearbyDevice = { 
/**
 * The grouped device id.
 */
id: string, 
/**
 * The name given to it here, else the one that it announces.
 */
name: string, 
/**
 * Whether somebody decided about it here.
 */
known: boolean, 
/**
 * What it may do here.
 */
role: Role, 
/**
 * Where it is.
 */
addresses: Array<string>, 
/**
 * Whether it shows a code or words: it can be paired with now.
 */
open_for_pairing: boolean, 
/**
 * Since when it is there, as far as was noticed.
 */
since_ms: number, };
export type AcceptRule = { 
/**
 * At most so many bytes in one transfer; 0 asks always; no limit if None.
 */
max_bytes: number | null, 
/**
 * Only files of these types (`images`, `audio`, `video`, `documents`, `archives`, or an ending such as `jpg`), and
 * folders; any if empty.
 */
types: string[], 
/**
 * Where it goes, such as `{device}/{date}`: below the inbox folder, or absolute; the inbox folder if None.
 */
folder: string | null, };
export type RuleRequest = { 
/**
 * Its id, its ticket, or its name.
 */
device: string, 
/**
 * The rule; None removes the one that is there.
 */
rule?: AcceptRule, };
export type RenameRequest = { 
/**
 * Its id, its ticket, or its name.
 */
device: string, 
/**
 * 1 to 64 bytes without control characters.
 */
name: string, };
export type AlarmKind = "other_key" | "same_name";
export type AlarmView = { 
/**
 * Names it for `acknowledge_alarm`.
 */
id: number, 
/**
 * What was found.
 */
kind: AlarmKind, 
/**
 * The known device that was meant, or whose name is used.
 */
device: PeerView, 
/**
 * The grouped id of the device that is there instead.
 */
found: string, 
/**
 * Where.
 */
address: string, 
/**
 * When first, milliseconds since 1970.
 */
at_ms: number, 
/**
 * When last.
 */
last_ms: number, 
/**
 * How often.
 */
count: number, 
/**
 * When a person acknowledged it; None while it blocks.
 */
acknowledged_ms: number | null, 
/**
 * What to do, in one or two sentences.
 */
advice: string, };
export type WatchChange = { 
/**
 * The folder's number.
 */
id: number, 
/**
 * Whether nothing is sent for now. What is put in meanwhile goes afterwards.
 */
paused?: boolean, 
/**
 * Names that are not sent.
 */
ignore?: Array<string>, };
export type WatchRequest = { 
/**
 * Its absolute path.
 */
path: string, 
/**
 * Where what is put into it goes: the id or the name of a device that is known here.
 */
device: string, 
/**
 * Names that are not sent, as patterns with `*`, `?` and `[ab]`; the usual ones if None.
 */
ignore?: Array<string>, 
/**
 * Whether what is there already is sent too.
 */
existing?: boolean, };
export type WatchedRequest = { 
/**
 * Its number.
 */
id: number, };
export type WatchedView = { 
/**
 * Its number.
 */
id: number, 
/**
 * Its path.
 */
path: string, 
/**
 * The grouped id of the device to which its content goes.
 */
device_id: string, 
/**
 * What that is called here.
 */
device_name: string, 
/**
 * Whether nothing is sent for now.
 */
paused: boolean, 
/**
 * Names that are not sent.
 */
ignore: Array<string>, 
/**
 * Files and folders in it that are still changing, or wait for something else.
 */
settling: number, 
/**
 * Those that were handed over since the engine began.
 */
sent: number, 
/**
 * When the last one was, milliseconds since 1970.
 */
last_ms: number | null, 
/**
 * Why nothing can be sent, if it cannot; it is tried again.
 */
failure: Failure | null, };
export type AlarmRequest = { 
/**
 * Which.
 */
id: number, };
export type AuditKind = "paired" | "pairing_failed" | "role_changed" | "rule_changed" | "device_renamed" | "device_forgotten" | "offer_sent" | "offer_received" | "offer_accepted" | "offer_declined" | "offer_stopped" | "refused" | "identity_alarm" | "alarm_acknowledged" | "key_created" | "key_exported" | "key_imported" | "key_rotated" | "key_moved" | "peer_key_rotated" | "events_lost";
export type AuditFilter = { 
/**
 * Of these kinds; of all if empty.
 */
kinds?: Array<AuditKind>, 
/**
 * About this device: its id, its ticket, or its name.
 */
device?: string, 
/**
 * That happened then or later, milliseconds since 1970.
 */
since_ms?: number, 
/**
 * That began before.
 */
until_ms?: number, };
export type AuditRequest = { 
/**
 * Only entries with a smaller number: the `next` of the page before.
 */
before?: number, 
/**
 * At most so many, 1 to 1000; 100 if None.
 */
limit?: number, 
/**
 * Which.
 */
only?: AuditFilter, };
export type AuditEntry = { 
/**
 * Its number, which only grows.
 */
id: number, 
/**
 * When it happened first, milliseconds since 1970.
 */
at_ms: number, 
/**
 * When it happened last.
 */
last_ms: number, 
/**
 * How often.
 */
count: number, 
/**
 * What.
 */
kind: AuditKind, 
/**
 * The grouped id of the device that it is about; None also where several were counted together.
 */
device: string | null, 
/**
 * What that device is called today, if it is known at all.
 */
name: string | null, 
/**
 * The id of the transfer that it is about.
 */
transfer: string | null, 
/**
 * Whatever else is known, by words.
 */
detail: { [key in string]: string }, };
export type AuditPage = { 
/**
 * Newest first.
 */
entries: Array<AuditEntry>, 
/**
 * Asks for the page after this one; None at the end.
 */
next: number | null, };
export type AuditFormat = "json_lines" | "csv";
export type AuditExportRequest = { 
/**
 * The absolute path of the file.
 */
path: string, 
/**
 * Whether a file that is there is replaced; an error if not.
 */
replace?: boolean, 
/**
 * How.
 */
format?: AuditFormat, 
/**
 * Which.
 */
only?: AuditFilter, };
export type AuditExported = { 
/**
 * Entries.
 */
entries: number, };
export type ReceiptRequest = { 
/**
 * The transfer: its id, or a beginning of it that no other has.
 */
id: string, 
/**
 * The first number of the page: the `next` of the page before.
 */
from?: number, 
/**
 * At most so many files, 1 to 1000; 100 if None.
 */
limit?: number, };
export type Receipt = { 
/**
 * The transfer, as it ended.
 */
transfer: TransferView, 
/**
 * Its files that are whole at both ends, in the order in which they were sent.
 */
files: Array<ReceiptFile>, 
/**
 * The `from` of the next page; None at the end.
 */
next: number | null, };
export type ReceiptFile = { 
/**
 * Path as it was sent, with `/`.
 */
path: string, 
/**
 * Bytes.
 */
bytes: number, 
/**
 * The BLAKE3 root in hex, as `b3sum` prints it; None if it was not recorded.
 */
root: string | null, 
/**
 * Receiving: the path under which it is stored, if not its own.
 */
stored_as: string | null, };
export type ReceiptFormat = "text" | "json_lines";
export type ReceiptExportRequest = { 
/**
 * The transfer.
 */
id: string, 
/**
 * The absolute path of the file.
 */
path: string, 
/**
 * Whether a file that is there is replaced; an error if not.
 */
replace?: boolean, 
/**
 * How.
 */
format?: ReceiptFormat, };
export type ReceiptExported = { 
/**
 * Files.
 */
files: number, };
export type MeasureRequest = { 
/**
 * Absolute paths of files and folders.
 */
paths: Array<string>, };
export type Measured = { 
/**
 * Files (folders and links not counted), as a transfer of them counts.
 */
files: number, 
/**
 * Folders.
 */
folders: number, 
/**
 * Bytes of the files.
 */
bytes: number, 
/**
 * Whether that is all; else the count goes on, and is told when it is asked for again.
 */
complete: boolean, 
/**
 * What cannot be sent: the first 20 paths.
 */
unreadable: Array<string>, 
/**
 * How many there are.
 */
unreadable_count: number, };
export type SelfTestRequest = { 
/**
 * The folder to try; the inbox folder that is set if None.
 */
inbox_folder?: string, };
export type SelfCheck = "port" | "udp" | "discovery" | "disk";
export type SelfCheckResult = { 
/**
 * What was tested.
 */
check: SelfCheck, 
/**
 * What it was about: an address, a folder.
 */
about: string | null, 
/**
 * Why it does not work; None if it does.
 */
failure: Failure | null, };
export type DetailsRequest = { 
/**
 * The transfer: its id, or a beginning of it that no other has.
 */
id: string, 
/**
 * At most so many cells in the map, 1 to 4096; 1024 if None.
 */
cells?: number, };
export type Details = { 
/**
 * Which of its chunks are there.
 */
chunks: ChunkMapView, 
/**
 * Its time line, oldest first: the beginning and the newest, 200 at most.
 */
turns: Array<TurnView>, 
/**
 * The ways to the other device: the one in use first, then others at which it may be.
 */
paths: Array<PathView>, };
export type ChunkMapView = { 
/**
 * Chunks that are announced and received.
 */
count: number, 
/**
 * Durable at the receiver.
 */
durable: number, 
/**
 * On their way: sent and not confirmed, or arrived and not durable.
 */
in_flight: number, 
/**
 * Of those that are durable: rebuilt from parity. Known at the receiver, until the transfer is completed.
 */
recovered: number, 
/**
 * One character for each cell, in the order of the chunks, each for the same number of them: `-` not received,
 * `.` missing, `f` missing and some on their way, `0` to `9` so many tenths durable, `r` all durable, `p` all
 * durable and some rebuilt from parity.
 */
map: string, };
export type TurnView = { 
/**
 * When, milliseconds since 1970.
 */
at_ms: number, 
/**
 * Its state from then on.
 */
state: State, 
/**
 * Why it stood there, if a person would ask.
 */
reason: Reason | null, 
/**
 * What that was about: a path, an address.
 */
about: string | null, };
export type PathView = { 
/**
 * The other device's address.
 */
address: string, 
/**
 * Whether the transfer goes this way now; what follows is known of no other.
 */
in_use: boolean, 
/**
 * Smoothed round-trip time, milliseconds.
 */
rtt_ms: number | null, 
/**
 * The share of packets lost on this connection so far, 0 to 1.
 */
loss: number | null, 
/**
 * Bytes that may be on their way at once, as the congestion controller has it.
 */
window: number | null, 
/**
 * Bytes of a datagram.
 */
mtu: number | null, };
export type EntriesRequest = { 
/**
 * The transfer: its id, or a beginning of it that no other has.
 */
id: string, 
/**
 * The first number of the page. Without a filter there are no gaps: the number is the place in the list.
 */
from?: number, 
/**
 * At most so many, 1 to 1000; 100 if None.
 */
limit?: number, 
/**
 * Which.
 */
only?: EntryFilter, };
export type EntryFilter = "all" | "unfinished" | "left_out";
export type EntriesPage = { 
/**
 * In the order of their numbers.
 */
entries: Array<EntryDetail>, 
/**
 * All entries of the transfer so far, of any kind and whatever was asked for.
 */
count: number, 
/**
 * The `from` of the next page; None at the end.
 */
next: number | null, };
export type EntryDetail = { 
/**
 * Its number in the transfer, from 0.
 */
file_id: number, 
/**
 * Path below the target folder, with `/`.
 */
path: string, 
/**
 * What it is.
 */
kind: EntryViewKind, 
/**
 * Bytes of content.
 */
bytes: number, 
/**
 * Bytes that are durable at the receiver.
 */
durable_bytes: number, 
/**
 * How it stands.
 */
standing: EntryStanding, 
/**
 * Receiving: the path under which it is stored, if not its own.
 */
stored_as: string | null, };
export type EntryStanding = "waiting" | "partial" | "done" | "changed" | "withdrawn" | "skipped";
export type KeyPlace = "file" | "keyring";
export type KeyView = { 
/**
 * The device that it makes this one.
 */
device_id: string, 
/**
 * Where it is kept.
 */
place: KeyPlace, 
/**
 * The file that holds it, or says that it is in the keyring.
 */
path: string, 
/**
 * Why the system's keyring cannot be used now; None if it can.
 */
keyring_problem: string | null, 
/**
 * Whether another key is stored than the one in use: a restart takes it up.
 */
restart_needed: boolean, };
export type Passphrase = string;
export type KeyExportRequest = { 
/**
 * The absolute path of the file; it must not be there yet.
 */
path: string, 
/**
 * At least ten characters.
 */
passphrase: Passphrase, };
export type KeyImportRequest = { 
/**
 * The absolute path of the file.
 */
path: string, 
/**
 * The one that it was sealed with.
 */
passphrase: Passphrase, 
/**
 * Whether the key that is there is given up; an error if not.
 */
replace?: boolean, };
export type KeyMoveRequest = { 
/**
 * Where to.
 */
to: KeyPlace, };

export interface Commands {
  identity: [Nothing, Identity];
  settings: [Nothing, SettingsView];
  change_settings: [SettingsRequest, Identity];
  send: [SendRequest, Sent];
  transfers: [Nothing, Array<TransferView>];
  transfer: [TransferRequest, TransferView];
  details: [DetailsRequest, Details];
  entries: [EntriesRequest, EntriesPage];
  receipt: [ReceiptRequest, Receipt];
  export_receipt: [ReceiptExportRequest, ReceiptExported];
  measure: [MeasureRequest, Measured];
  self_test: [SelfTestRequest, Array<SelfCheckResult>];
  accept: [AcceptRequest, Nothing];
  decline: [TransferRequest, Nothing];
  pause: [TransferRequest, Nothing];
  resume: [TransferRequest, Nothing];
  cancel: [TransferRequest, Nothing];
  retry: [TransferRequest, Nothing];
  remove: [TransferRequest, Nothing];
  decide_changed: [ChangedRequest, Nothing];
  verify: [TransferRequest, Nothing];
  leftovers: [Nothing, Array<Leftover>];
  remove_leftover: [LeftoverRequest, Nothing];
  set_priority: [PriorityRequest, Nothing];
  set_limit: [LimitRequest, Nothing];
  pause_all: [Nothing, Nothing];
  resume_all: [Nothing, Nothing];
  devices: [Nothing, Array<DeviceView>];
  nearby: [NearbyRequest, NearbyView];
  trust: [TrustRequest, DeviceView];
  limit_device: [DeviceLimitRequest, DeviceView];
  block: [DeviceRequest, DeviceView];
  forget: [DeviceRequest, Nothing];
  invite_device: [InviteRequest, PairingView];
  join_device: [JoinRequest, PairingView];
  confirm_words: [WordsRequest, PairingView];
  cancel_pairing: [Nothing, Nothing];
  pairing: [PairingRequest, PairingStatus];
  rename_device: [RenameRequest, DeviceView];
  set_rule: [RuleRequest, DeviceView];
  alarms: [Nothing, Array<AlarmView>];
  acknowledge_alarm: [AlarmRequest, Nothing];
  watched_folders: [Nothing, Array<WatchedView>];
  watch_folder: [WatchRequest, WatchedView];
  change_watched: [WatchChange, WatchedView];
  unwatch_folder: [WatchedRequest, Nothing];
  audit: [AuditRequest, AuditPage];
  export_audit: [AuditExportRequest, AuditExported];
  key: [Nothing, KeyView];
  export_key: [KeyExportRequest, Nothing];
  import_key: [KeyImportRequest, KeyView];
  move_key: [KeyMoveRequest, KeyView];
  rotate_key: [Nothing, KeyView];
}
