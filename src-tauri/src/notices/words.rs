//! The sentences of notifications: which of the catalogue's, with what in them.

use super::{Happening, LeadsTo, Notice};
use crate::{
    backend::{AlarmKind, AlarmView, Code, Direction, Reason, TransferView},
    words::{NoticeWords, Words, fill},
};

/// The longest text of a peer that is repeated in a title, in characters.
pub(super) const PEER_TEXT: usize = 64;

/// What to say about one transfer.
///
/// Whatever a peer has named stands in the title, which is plain text by the specification; some
/// systems read markup in the body, which therefore holds our own words only.
pub(super) fn notice(happening: Happening, transfer: &TransferView, words: &Words) -> Notice {
    let (peer, named) = (plain(&transfer.peer.name), plain(&transfer.title));
    let says = &words.notices;
    let receiving = transfer.direction == Direction::Receiving;
    let extent = || extent(transfer, words);
    let about = |sentence: &str| fill(sentence, &[("extent", &extent())]);
    let (title, body, leads_to) = match happening {
        Happening::Offer if transfer.peer.known => {
            (&says.offer, about(&says.offer_body), LeadsTo::Inbox)
        }
        Happening::Offer => (
            &says.offer,
            about(&says.offer_body_stranger),
            LeadsTo::Inbox,
        ),
        Happening::Arrived => (&says.arrived, about(&says.complete), LeadsTo::Inbox),
        Happening::Delivered => (&says.delivered, about(&says.complete), row(transfer)),
        Happening::Failed if receiving => {
            (&says.not_received, failed(transfer, says), row(transfer))
        }
        Happening::Failed => (&says.not_sent, failed(transfer, says), row(transfer)),
        Happening::Trouble => (&says.paused, trouble(transfer, says), row(transfer)),
    };
    Notice {
        title: fill(title, &[("peer", &peer), ("title", &named)]),
        body,
        leads_to,
        offer: (happening == Happening::Offer).then(|| transfer.id.clone()),
        asks: happening == Happening::Offer,
    }
}

fn row(transfer: &TransferView) -> LeadsTo {
    LeadsTo::Activity(Some(transfer.id.clone()))
}

/// What to say about a device that is not what it should be.
pub(super) fn alarm(alarm: &AlarmView, words: &Words) -> Notice {
    let says = &words.notices;
    let (title, body) = match alarm.kind {
        AlarmKind::OtherKey => (&says.other_key, &says.other_key_body),
        AlarmKind::SameName => (&says.same_name, &says.same_name_body),
    };
    Notice {
        title: fill(title, &[("name", &plain(&alarm.device.name))]),
        body: body.clone(),
        leads_to: LeadsTo::Alarms,
        offer: None,
        asks: false,
    }
}

/// What to say about several of them at once.
pub(super) fn alarms(number: usize, words: &Words) -> Notice {
    Notice {
        title: words.count(&words.notices.more_alarms, number),
        body: words.notices.more_alarms_body.clone(),
        leads_to: LeadsTo::Alarms,
        offer: None,
        asks: false,
    }
}

/// What to say about many at once.
pub(super) fn summary(held: &[(Happening, Notice)], words: &Words) -> Notice {
    let says = &words.notices;
    let number = |wanted: Happening| {
        held.iter()
            .filter(|(happening, _)| *happening == wanted)
            .count()
    };
    let offers = number(Happening::Offer);
    let mut parts = Vec::new();
    if offers > 0 {
        parts.push(words.plural(&says.new_offers, offers));
    }
    for (happening, sentence) in [
        (Happening::Arrived, &says.count_arrived),
        (Happening::Delivered, &says.count_delivered),
        (Happening::Failed, &says.count_failed),
        (Happening::Trouble, &says.count_troubled),
    ] {
        let number = number(happening);
        if number > 0 {
            parts.push(words.count(sentence, number));
        }
    }
    Notice {
        title: words.count(&says.more_transfers, held.len()),
        body: parts.join(", "),
        leads_to: if offers > 0 {
            LeadsTo::Inbox
        } else {
            LeadsTo::Activity(None)
        },
        offer: None,
        asks: offers > 0,
    }
}

fn extent(transfer: &TransferView, words: &Words) -> String {
    let files = usize::try_from(transfer.files).unwrap_or(usize::MAX);
    let (files, size) = (
        words.plural(&words.size.files, files),
        words.bytes(transfer.bytes),
    );
    // While the sender still counts, the numbers are the least that will come.
    let sentence = if transfer.scan_complete {
        &words.notices.extent
    } else {
        &words.notices.extent_least
    };
    fill(sentence, &[("files", &files), ("size", &size)])
}

fn failed(transfer: &TransferView, words: &NoticeWords) -> String {
    let says = &words.failed;
    let sentence = match transfer.failure.as_ref().map(|failure| failure.code) {
        Some(Code::Declined) => &says.declined,
        Some(Code::CancelledByPeer) => &says.cancelled_by_peer,
        Some(Code::IdentityRefused) => &says.identity_refused,
        Some(Code::BadPath) => &says.bad_path,
        Some(Code::Integrity) => &says.integrity,
        _ => &says.other,
    };
    sentence.clone()
}

fn trouble(transfer: &TransferView, words: &NoticeWords) -> String {
    let says = &words.trouble;
    let sentence = match transfer.reason {
        Some(Reason::DiskFull) => &says.disk_full,
        Some(Reason::DiskUnwritable) => &says.disk_unwritable,
        Some(Reason::Database) => &says.database,
        Some(Reason::SourceChanged) => &says.source_changed,
        Some(Reason::SourceUnreadable) => &says.source_unreadable,
        Some(Reason::OverRule) => &says.over_rule,
        _ => &says.other,
    };
    sentence.clone()
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

#[cfg(test)]
mod tests {
    use super::{PEER_TEXT, notice, plain};
    use crate::{
        backend::{Direction, State},
        language::Language,
        notices::{Happening, example},
        words::words,
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
            for language in Language::ALL {
                let notice = notice(happening, &transfer, words(language));
                assert!(notice.title.contains("<img src=x>"), "{notice:?}");
                assert!(!notice.body.contains(['<', '{']), "{notice:?}");
            }
        }
    }

    #[test]
    fn a_peers_text_is_one_bounded_line() {
        assert_eq!(plain("a\nb\u{202e}c"), "a b c");
        let longest = "ä".repeat(PEER_TEXT);
        assert_eq!(plain(&longest), longest);
        assert_eq!(plain(&format!("{longest}ä")), format!("{longest}…"));
    }
}
