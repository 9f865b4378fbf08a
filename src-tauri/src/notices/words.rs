//! The sentences of notifications, in English. The only place of the shell that has any besides the
//! tray's labels and the messages of a start that fails.

use super::{Happening, LeadsTo, Notice};
use crate::backend::{AlarmKind, AlarmView, Code, Direction, Reason, TransferView};

/// Decimal units, as disks and the windows count.
const UNITS: [&str; 5] = ["KB", "MB", "GB", "TB", "PB"];

/// The longest text of a peer that is repeated in a title, in characters.
pub(super) const PEER_TEXT: usize = 64;

/// What to say about one transfer.
///
/// Whatever a peer has named stands in the title, which is plain text by the specification; some
/// systems read markup in the body, which therefore holds our own words only.
pub(super) fn notice(happening: Happening, transfer: &TransferView) -> Notice {
    let (peer, title) = (plain(&transfer.peer.name), plain(&transfer.title));
    let (title, body, leads_to) = match happening {
        Happening::Offer => (
            format!("{peer} wants to send you {title}"),
            format!(
                "{}.{} Nothing is transferred until you accept it.",
                extent(transfer),
                stranger(transfer)
            ),
            LeadsTo::Inbox,
        ),
        Happening::Arrived => (
            format!("{title} has arrived from {peer}"),
            format!("{}. Complete and verified.", extent(transfer)),
            LeadsTo::Inbox,
        ),
        Happening::Delivered => (
            format!("{title} is at {peer}"),
            format!("{}. Complete and verified.", extent(transfer)),
            row(transfer),
        ),
        Happening::Failed if transfer.direction == Direction::Receiving => (
            format!("{title} from {peer} was not received"),
            failed(transfer).to_owned(),
            row(transfer),
        ),
        Happening::Failed => (
            format!("{title} was not sent to {peer}"),
            failed(transfer).to_owned(),
            row(transfer),
        ),
        Happening::Trouble => (
            format!("{title} is paused"),
            trouble(transfer).to_owned(),
            row(transfer),
        ),
    };
    Notice {
        title,
        body,
        leads_to,
        offer: (happening == Happening::Offer).then(|| transfer.id.clone()),
    }
}

fn row(transfer: &TransferView) -> LeadsTo {
    LeadsTo::Activity(Some(transfer.id.clone()))
}

fn stranger(transfer: &TransferView) -> &'static str {
    if transfer.peer.known {
        ""
    } else {
        " From a device that you do not know."
    }
}

/// What to say about a device that is not what it should be.
pub(super) fn alarm(alarm: &AlarmView) -> Notice {
    let name = plain(&alarm.device.name);
    let (title, body) = match alarm.kind {
        AlarmKind::OtherKey => (
            format!("This is not {name}"),
            "Another device answered in its place. Nothing is sent to it until you have decided.",
        ),
        AlarmKind::SameName => (
            format!("A stranger calls itself {name}"),
            "It is not the device that you know by this name. Nothing is accepted from it until you have decided.",
        ),
    };
    Notice {
        title,
        body: body.to_owned(),
        leads_to: LeadsTo::Alarms,
        offer: None,
    }
}

/// What to say about several of them at once.
pub(super) fn alarms(count: usize) -> Notice {
    Notice {
        title: format!("{count} more devices are not what they should be"),
        body: "Nothing is sent to them or accepted from them until you have decided.".to_owned(),
        leads_to: LeadsTo::Alarms,
        offer: None,
    }
}

/// What to say about many at once.
pub(super) fn summary(held: &[(Happening, Notice)]) -> Notice {
    let count = |wanted: Happening| {
        held.iter()
            .filter(|(happening, _)| *happening == wanted)
            .count()
    };
    let offers = count(Happening::Offer);
    let parts = [
        (offers, "new offer", "new offers"),
        (count(Happening::Arrived), "arrived", "arrived"),
        (count(Happening::Delivered), "delivered", "delivered"),
        (
            count(Happening::Failed),
            "not transferred",
            "not transferred",
        ),
        (
            count(Happening::Trouble),
            "paused by a trouble",
            "paused by a trouble",
        ),
    ];
    let body: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    Notice {
        title: format!("{} more transfers", held.len()),
        body: body.join(", "),
        leads_to: if offers > 0 {
            LeadsTo::Inbox
        } else {
            LeadsTo::Activity(None)
        },
        offer: None,
    }
}

fn extent(transfer: &TransferView) -> String {
    let files = if transfer.files == 1 {
        "1 file".to_owned()
    } else {
        format!("{} files", transfer.files)
    };
    // While the sender still counts, the numbers are the least that will come.
    let least = if transfer.scan_complete {
        ""
    } else {
        "at least "
    };
    format!("{least}{files}, {}", size(transfer.bytes))
}

fn failed(transfer: &TransferView) -> &'static str {
    match transfer.failure.as_ref().map(|failure| failure.code) {
        Some(Code::Declined) => "The other device declined it.",
        Some(Code::CancelledByPeer) => "It was cancelled at the other device.",
        Some(Code::IdentityRefused) => {
            "The device that answered is not the one that you know. Nothing was sent to it."
        }
        Some(Code::BadPath) => "It contains a name that cannot be used on this system.",
        Some(Code::Integrity) => {
            "What arrived is not what was sent, and sending it again did not help."
        }
        _ => "Open the list of transfers to see why and what can be done.",
    }
}

fn trouble(transfer: &TransferView) -> &'static str {
    match transfer.reason {
        Some(Reason::DiskFull) => {
            "The disk is full. Free some space and resume. Everything received is kept."
        }
        Some(Reason::DiskUnwritable) => {
            "The target folder cannot be written. Everything received is kept."
        }
        Some(Reason::Database) => {
            "The record of transfers cannot be written. Everything received is kept."
        }
        Some(Reason::SourceChanged) => {
            "A file changed while it was being sent. Open the list of transfers to decide."
        }
        Some(Reason::SourceUnreadable) => {
            "A file cannot be read any more. Open the list of transfers to decide."
        }
        Some(Reason::OverRule) => {
            "It has outgrown what this device may bring without a question. Resume it or cancel it."
        }
        _ => "Open the list of transfers to see why.",
    }
}

/// A peer's text in one line of bounded length, without characters that could pass for other text.
pub(crate) fn plain(text: &str) -> String {
    let mut line: String = text
        .chars()
        .map(|char| {
            if char.is_control() || is_invisible(char) {
                ' '
            } else {
                char
            }
        })
        .collect();
    if let Some((end, _)) = line.char_indices().nth(PEER_TEXT) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Line separators, marks that turn the direction of writing, and characters without width.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// 999 → "999 bytes", `1_234_000` → "1.2 MB".
fn size(bytes: u64) -> String {
    if bytes < 1000 {
        return if bytes == 1 {
            "1 byte".to_owned()
        } else {
            format!("{bytes} bytes")
        };
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    // 999.95 would be written as 1000.0.
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::{PEER_TEXT, notice, plain, size};
    use crate::{
        backend::{Direction, State},
        notices::{Happening, example},
    };

    #[test]
    fn what_a_peer_has_named_never_stands_in_the_body() {
        let mut transfer = example("1", Direction::Receiving, State::Created);
        transfer.peer.name = "<b>peer</b>".to_owned();
        transfer.title = "<img src=x>".to_owned();
        for happening in [
            Happening::Offer,
            Happening::Arrived,
            Happening::Delivered,
            Happening::Failed,
            Happening::Trouble,
        ] {
            let notice = notice(happening, &transfer);
            assert!(notice.title.contains("<img src=x>"), "{notice:?}");
            assert!(!notice.body.contains('<'), "{notice:?}");
        }
    }

    #[test]
    fn a_peers_text_is_one_bounded_line() {
        assert_eq!(plain("a\nb\u{202e}c"), "a b c");
        let longest = "ä".repeat(PEER_TEXT);
        assert_eq!(plain(&longest), longest);
        assert_eq!(plain(&format!("{longest}ä")), format!("{longest}…"));
    }

    #[test]
    fn sizes_are_written_in_decimal_units() {
        let cases = [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 KB"),
            (999_949, "999.9 KB"),
            (999_950, "1.0 MB"),
            (41_500_000_000, "41.5 GB"),
            (u64::MAX, "18446.7 PB"),
        ];
        for (bytes, text) in cases {
            assert_eq!(size(bytes), text);
        }
    }
}
