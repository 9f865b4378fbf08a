//! Words and progress bars for people. Results to stdout, bars and remarks to stderr.

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{self, IsTerminal as _, Write as _},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chunkstream_core::{
    limited::LimitedBy,
    session::{Direction, Reason, State},
    units::{format_bytes, format_duration, format_rate},
};
use chunkstream_engine::api::{
    DeviceView, EntryViewKind, Failure, NearbyView, Preflight, TransferView,
};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Event, event::FailedCode, event::Wish, pairing};

/// Digits of a transfer's id that lists show: enough to name it.
const SHORT: usize = 8;
/// Entries of a preview that `show` prints.
const SHOWN: usize = 20;

/// The terminal.
#[derive(Debug)]
pub(crate) struct Human {
    bars: MultiProgress,
    by_transfer: Mutex<HashMap<String, ProgressBar>>,
}

impl Human {
    pub(super) fn new() -> Self {
        Self {
            bars: MultiProgress::new(),
            by_transfer: Mutex::default(),
        }
    }

    pub(super) fn say(&self, text: &str) -> io::Result<()> {
        self.bars.suspend(|| {
            let mut out = io::stdout().lock();
            writeln!(out, "{text}")?;
            out.flush()
        })
    }

    pub(super) fn note(&self, text: &str) {
        self.bars.suspend(|| eprintln!("{text}"));
    }

    pub(super) fn fault(&self, failure: &Failure) {
        self.note(&format!("chunkstream: {failure}"));
    }

    pub(super) fn event(&self, event: &Event) -> io::Result<()> {
        match event {
            Event::Ready {
                ticket,
                device_id,
                name,
                listen,
                into,
            } => {
                // The ticket alone on the first line, so that it can be taken from there.
                self.say(ticket)?;
                self.say(&format!(
                    "{name} ({device_id}) listens on {listen} and puts what arrives into {into}"
                ))
            }
            Event::Offer {
                transfer,
                peer,
                title,
                files,
                bytes,
                waits,
            } => {
                let end = if *waits {
                    "; it waits for an answer"
                } else {
                    ""
                };
                self.say(&format!(
                    "{} offers {}: {}{end}",
                    peer.name,
                    named(transfer, title),
                    amount(*files, *bytes)
                ))
            }
            Event::State {
                transfer,
                direction,
                peer,
                title,
                state,
                reason,
            } => {
                let words = words(*direction, *state, *reason);
                let bar = self.bar(transfer, title);
                bar.set_message(words.to_owned());
                if matches!(reason, None | Some(Reason::Finishing)) && *state != State::Paused {
                    return Ok(());
                }
                self.note(&format!("{} ({peer}): {words}", named(transfer, title)));
                Ok(())
            }
            Event::Progress {
                transfer,
                durable_bytes,
                bytes,
                rate,
                limited_by,
                seconds_left,
                ..
            } => {
                let bar = self.bar(transfer, "");
                bar.set_length(*bytes);
                bar.set_position(*durable_bytes);
                let left = seconds_left
                    .map(|left| format!(", {} left", format_duration(Duration::from_secs(left))));
                let by = limited_by.map(|by| format!(", limited by {}", limit_words(by)));
                bar.set_message(format!(
                    "{}{}{}",
                    format_rate(*rate),
                    left.unwrap_or_default(),
                    by.unwrap_or_default()
                ));
                Ok(())
            }
            Event::Completed {
                transfer,
                direction,
                bytes,
                files,
                seconds,
                root,
                paths,
                ..
            } => {
                self.finish(transfer);
                let done = match direction {
                    Direction::Sending => "sent and confirmed",
                    Direction::Receiving => "received",
                };
                let rate = if *seconds > 0.0 {
                    (*bytes as f64 / seconds) as u64
                } else {
                    *bytes
                };
                let mut text = format!(
                    "{done}: {} in {seconds:.1} s ({})",
                    amount(*files, *bytes),
                    format_rate(rate)
                );
                for path in paths {
                    let _ = write!(text, "\n  {path}");
                }
                if let Some(root) = root {
                    let _ = write!(text, "\n  BLAKE3 {root}");
                }
                self.say(&text)
            }
            Event::Pairing(view) => {
                let text = pairing::text(view, io::stdout().is_terminal());
                text.map_or(Ok(()), |text| self.say(&text))
            }
            Event::Failed {
                transfer,
                code,
                message,
                kept,
                ..
            } => {
                if let Some(transfer) = transfer {
                    self.finish(transfer);
                }
                let kept = if *kept {
                    "; the transfer is kept and goes on when it can"
                } else {
                    ""
                };
                let first = match code {
                    FailedCode::Wish(Wish::Cancelled) => "cancelled",
                    FailedCode::Wish(Wish::Interrupted) => "interrupted",
                    FailedCode::Engine(_) => "not completed",
                };
                self.note(&format!("{first}: {message}{kept}"));
                Ok(())
            }
        }
    }

    pub(super) fn ask(&self, view: &TransferView) {
        // Bars would write over the answer.
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
        let free = view
            .preflight
            .as_ref()
            .and_then(|preflight| preflight.free_bytes)
            .map(|free| format!(", {} free", format_bytes(free)))
            .unwrap_or_default();
        eprintln!(
            "{} offers {}: {}{free}",
            view.peer.name,
            view.title,
            amount(view.files, view.bytes)
        );
        let decided = if view.peer.known {
            "a known device"
        } else {
            "nobody decided about it yet"
        };
        eprintln!("  device id {} ({decided})", view.peer.device_id);
        for line in view.preflight.iter().flat_map(preflight_lines) {
            eprintln!("  {line}");
        }
        for entry in view.preview.iter().take(SHOWN) {
            eprintln!("  {}", entry_line(&entry.path, entry.kind, entry.bytes));
        }
        eprint!("Accept? y or n: ");
    }

    pub(super) fn ask_changed(&self) {
        self.bars.set_draw_target(ProgressDrawTarget::hidden());
        eprint!(
            "Send the new versions (n), leave them out (s), or stop and keep the transfer (q)? "
        );
    }

    pub(super) fn asked(&self) {
        self.bars.set_draw_target(ProgressDrawTarget::stderr());
    }

    pub(super) fn transfers(&self, views: &[TransferView]) -> io::Result<()> {
        if views.is_empty() {
            self.note("no transfers");
        }
        views
            .iter()
            .try_for_each(|view| self.say(&transfer_line(view)))
    }

    pub(super) fn devices(&self, views: &[DeviceView]) -> io::Result<()> {
        if views.is_empty() {
            self.note("no devices");
        }
        views.iter().try_for_each(|view| {
            let online = match (view.online, view.nearby) {
                (true, _) => "online",
                (false, true) => "nearby",
                (false, false) => "",
            };
            let mut line = format!(
                "{}  {:7}  {:6}  {}",
                view.device_id,
                view.role.as_str(),
                online,
                view.name
            );
            for (rate, what) in [(view.send_limit, "sent"), (view.receive_limit, "received")] {
                if let Some(rate) = rate {
                    let _ = write!(line, ", at most {} {what}", format_rate(rate));
                }
            }
            self.say(&line)
        })
    }

    pub(super) fn nearby(&self, view: &NearbyView) -> io::Result<()> {
        match &view.problem {
            Some(problem) => self.note(&format!("nearby devices cannot be found: {problem}")),
            None if !view.searching => self.note("the local network is not searched"),
            None if view.devices.is_empty() => self.note("no devices nearby"),
            None => {}
        }
        view.devices.iter().try_for_each(|device| {
            let role = if device.known {
                device.role.as_str()
            } else {
                "stranger"
            };
            let open = if device.open_for_pairing {
                ", open for pairing"
            } else {
                ""
            };
            let at = device.addresses.join(" ");
            self.say(&format!(
                "{}  {role:8}  {}{open}  {at}",
                device.id, device.name
            ))
        })
    }

    fn bar(&self, transfer: &str, title: &str) -> ProgressBar {
        let mut bars = self
            .by_transfer
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let template =
                "{prefix:20!} {bar:30} {decimal_bytes:>10} of {decimal_total_bytes:10} {wide_msg}";
            let style = ProgressStyle::with_template(template)
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            self.bars.add(ProgressBar::new(0)).with_style(style)
        };
        let bar = bars.entry(transfer.to_owned()).or_insert_with(make);
        if !title.is_empty() {
            bar.set_prefix(title.to_owned());
        }
        bar.clone()
    }

    fn finish(&self, transfer: &str) {
        if let Some(bar) = self
            .by_transfer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(transfer)
        {
            bar.finish_and_clear();
        }
    }
}

/// A transfer in a list.
pub(super) fn transfer_line(view: &TransferView) -> String {
    let arrow = match view.direction {
        Direction::Sending => "to",
        Direction::Receiving => "from",
    };
    let percent = match view.bytes {
        0 => 0,
        bytes => u128::from(view.durable_bytes) * 100 / u128::from(bytes),
    };
    format!(
        "{}  {:10}  {percent:3} % of {:>9}  {} {arrow} {}  {}",
        short(&view.id),
        view.state.as_str(),
        format_bytes(view.bytes),
        view.title,
        view.peer.name,
        view.failure.as_ref().map_or_else(
            || words(view.direction, view.state, view.reason).to_owned(),
            |failure| failure.message.clone()
        ),
    )
}

/// What follows "limited by".
fn limit_words(by: LimitedBy) -> &'static str {
    match by {
        LimitedBy::TransferLimit => "its own limit",
        LimitedBy::DeviceLimit => "the limit set here for the other device",
        LimitedBy::EngineLimit => "the limit set here for all devices",
        LimitedBy::Disk => "the disk here",
        LimitedBy::Processor => "the processors here",
        LimitedBy::Network => "the network path",
        LimitedBy::PeerLimit => "a limit set on the other device",
        LimitedBy::PeerDisk => "the disk of the other device",
    }
}

/// A transfer with all that is known of it.
pub(super) fn transfer_page(view: &TransferView) -> String {
    let mut page = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(page, "{name:11} {value}");
    };
    row("transfer", &view.id);
    row("title", &view.title);
    row("direction", view.direction.as_str());
    row(
        "device",
        &format!("{} ({})", view.peer.name, view.peer.device_id),
    );
    row(
        "state",
        &format!(
            "{}: {}",
            view.state,
            words(view.direction, view.state, view.reason)
        ),
    );
    row("priority", view.priority.as_str());
    if let Some(by) = view.limited_by {
        row("limited by", limit_words(by));
    }
    if let Some(limit) = view.limit {
        row("limit", &format_rate(limit));
    }
    row("size", &amount(view.files, view.bytes));
    row(
        "durable",
        &format!(
            "{} in {} files",
            format_bytes(view.durable_bytes),
            view.files_done
        ),
    );
    if let Some(folder) = &view.folder {
        row("folder", folder);
    }
    if let Some(failure) = &view.failure {
        row("failure", &failure.message);
    }
    if let Some(root) = &view.root {
        row("BLAKE3", root);
    }
    for line in view.preflight.iter().flat_map(preflight_lines) {
        row("", &line);
    }
    for entry in view.preview.iter().take(SHOWN) {
        row("", &entry_line(&entry.path, entry.kind, entry.bytes));
    }
    if view.preview.len() > SHOWN {
        row("", "...");
    }
    page.trim_end().to_owned()
}

/// What taking an offer would mean, where a person would want to know.
fn preflight_lines(preflight: &Preflight) -> Vec<String> {
    let mut lines = Vec::new();
    if preflight.short_by > 0 {
        lines.push(format!(
            "{} too little space; free some, or choose another folder",
            format_bytes(preflight.short_by)
        ));
    }
    if preflight.existing_count > 0 {
        let more = (preflight.existing_count as usize).saturating_sub(preflight.existing.len());
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push(format!(
            "there already: {}{more}",
            preflight.existing.join(", ")
        ));
    }
    for problem in preflight.problems.iter().take(SHOWN) {
        let stored = problem.stored_as.as_deref().unwrap_or("nothing");
        lines.push(format!("{} would be stored as {stored}", problem.path));
    }
    if preflight.problem_count as usize > SHOWN {
        lines.push(format!(
            "{} names would be changed altogether",
            preflight.problem_count
        ));
    }
    lines
}

fn entry_line(path: &str, kind: EntryViewKind, bytes: u64) -> String {
    match kind {
        EntryViewKind::File => format!("{path}  {}", format_bytes(bytes)),
        EntryViewKind::Folder => format!("{path}/"),
        EntryViewKind::Symlink => format!("{path}  (a link)"),
    }
}

fn amount(files: u64, bytes: u64) -> String {
    let files = if files == 1 {
        "1 file".to_owned()
    } else {
        format!("{files} files")
    };
    format!("{files}, {}", format_bytes(bytes))
}

fn named(transfer: &str, title: &str) -> String {
    format!("{title} [{}]", short(transfer))
}

fn short(id: &str) -> &str {
    id.get(..SHORT).unwrap_or(id)
}

/// Where a transfer is, and what will happen next.
fn words(direction: Direction, state: State, reason: Option<Reason>) -> &'static str {
    match (state, reason) {
        (State::Completed, _) => "done",
        (State::Failed, _) => "ended by an error",
        (State::Cancelled, _) => "cancelled",
        (_, Some(Reason::WaitingForDevice)) => {
            "waiting for the device; starts by itself when it answers"
        }
        (_, Some(Reason::WaitingForAnswer)) => match direction {
            Direction::Sending => "waiting for the receiver to accept",
            Direction::Receiving => "waiting to be accepted",
        },
        (_, Some(Reason::Reconnecting)) => {
            "connection lost; everything received is kept, trying again"
        }
        (_, Some(Reason::Queued)) => "another transfer goes first",
        (_, Some(Reason::PausedHere)) => "paused here",
        (_, Some(Reason::PausedByPeer)) => "paused at the other device",
        (_, Some(Reason::OverRule)) => {
            "over the rule for its device: resume it to take it all, or cancel it"
        }
        (_, Some(Reason::SourceChanged)) => match direction {
            Direction::Sending => {
                "files changed while they were being sent: send them anew, or skip them"
            }
            Direction::Receiving => {
                "files changed at the sender, where somebody decides what becomes of them"
            }
        },
        (_, Some(Reason::SourceUnreadable)) => match direction {
            Direction::Sending => "the source cannot be read",
            Direction::Receiving => "the source cannot be read at the sender",
        },
        (_, Some(Reason::DiskFull)) => match direction {
            Direction::Sending => "the disk of the other device is full",
            Direction::Receiving => "the disk is full; free space and resume",
        },
        (_, Some(Reason::DiskUnwritable)) => match direction {
            Direction::Sending => "the disk of the other device cannot be written",
            Direction::Receiving => "the disk cannot be written",
        },
        (_, Some(Reason::Database)) => {
            "the database cannot be written; it goes on by itself when it can"
        }
        (_, Some(Reason::Finishing)) | (State::Completing, None) => "putting files in their places",
        (State::Created, None) => "just made",
        (State::Preparing, None) => "preparing",
        (State::Active, None) => "moving",
        (State::Paused, None) => "paused",
    }
}
