//! Links that open this program: `chunkstream://` and a ticket.
//!
//! Anybody can write a link, and a web page can have it opened. So a link is read here, strictly, and what comes of
//! it is words in a field: it never pairs, sends or accepts anything, a person's click does. What is no ticket to
//! the last check digit is reported as such and goes no further.
//!
//! The form is `chunkstream://TICKET`; `chunkstream:TICKET` and one slash behind it, as some programs write links,
//! mean the same. There is nothing else that a link can ask for.

use serde::Serialize;

use crate::backend::Ticket;

/// The scheme that the system is told of, in `tauri.conf.json` and in the desktop file.
pub const SCHEME: &str = "chunkstream";
/// Longer links are not looked at: no ticket needs as much.
pub const MAX_LINK_BYTES: usize = 2048;

/// What a link names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "means", rename_all = "snake_case")]
pub enum Link {
    /// A ticket that pairs whoever uses it first.
    Pair {
        /// As it is entered by hand.
        ticket: String,
    },
    /// A ticket that says where a device is.
    Device {
        /// As it is entered by hand.
        ticket: String,
    },
    /// Nothing that can be read.
    Unreadable,
}

impl Link {
    /// Reads a word of a command line, or what the system hands over; None if it is no link of ours.
    pub fn read(word: &str) -> Option<Self> {
        let rest = after_scheme(word)?;
        if word.len() > MAX_LINK_BYTES {
            return Some(Self::Unreadable);
        }
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let text = rest.strip_suffix('/').unwrap_or(rest);
        Some(match text.parse::<Ticket>() {
            // Written anew: what reaches the page is a ticket and nothing else.
            Ok(ticket) if ticket.secret.is_some() => Self::Pair {
                ticket: ticket.to_string(),
            },
            Ok(ticket) => Self::Device {
                ticket: ticket.to_string(),
            },
            Err(error) => {
                tracing::warn!(%error, "a link holds no ticket");
                Self::Unreadable
            }
        })
    }
}

/// What follows the scheme, in any case, and its colon.
fn after_scheme(word: &str) -> Option<&str> {
    let (scheme, rest) = word.split_once(':')?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(rest)
}

/// Whether a word of a command line is a link of ours, readable or not.
pub(crate) fn is_link(word: &str) -> bool {
    after_scheme(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::{DeviceId, TicketSecret};

    fn ticket() -> Ticket {
        Ticket::new(
            DeviceId::of_public_key(&[7; 32]),
            "Studio Mac".to_owned(),
            vec![([192, 168, 1, 31], 7000).into()],
        )
        .expect("within the limits")
    }

    #[test]
    fn a_ticket_is_read_in_every_form_of_a_link() {
        let ticket = ticket().to_string();
        let expected = Link::Device {
            ticket: ticket.clone(),
        };
        for link in [
            format!("chunkstream://{ticket}"),
            format!("chunkstream://{ticket}/"),
            format!("chunkstream:{ticket}"),
            format!("ChunkStream://{}", ticket.to_uppercase()),
        ] {
            assert_eq!(Link::read(&link), Some(expected.clone()), "{link}");
        }
    }

    #[test]
    fn a_pairing_ticket_is_told_from_one_that_only_says_where_a_device_is() {
        let pairing = ticket()
            .with_secret(TicketSecret::new([5; TicketSecret::BYTES]))
            .to_string();
        assert_eq!(
            Link::read(&format!("chunkstream://{pairing}")),
            Some(Link::Pair { ticket: pairing })
        );
    }

    #[test]
    fn whatever_else_follows_the_scheme_cannot_be_read() {
        let ticket = ticket().to_string();
        let (all_but_one, _) = ticket.split_at(ticket.len() - 1);
        for rest in [
            String::new(),
            "accept/1".to_owned(),
            all_but_one.to_owned(),
            format!("{ticket}x"),
            format!("pair?ticket={ticket}"),
            format!("{ticket}\n--data=/tmp"),
        ] {
            assert_eq!(
                Link::read(&format!("chunkstream://{rest}")),
                Some(Link::Unreadable),
                "{rest}"
            );
        }
    }

    #[test]
    fn a_link_of_one_byte_too_many_is_not_looked_at() {
        let start = format!("chunkstream://{}", ticket());
        // The engine trims white space, so that only the length is at fault.
        let longest = format!("{start}{}", " ".repeat(MAX_LINK_BYTES - start.len()));
        assert_ne!(Link::read(&longest), Some(Link::Unreadable));
        assert_eq!(Link::read(&format!("{longest} ")), Some(Link::Unreadable));
    }

    #[test]
    fn other_words_are_no_links() {
        for word in [
            "/home/me/chunkstream",
            "chunkstream",
            "https://chunkstream",
            "./chunkstream:a",
        ] {
            assert_eq!(Link::read(word), None, "{word}");
        }
    }

    #[test]
    fn links_have_the_shape_that_the_page_reads() {
        let shape = serde_json::to_value(Link::Pair {
            ticket: "t".to_owned(),
        });
        assert_eq!(
            shape.expect("plain values"),
            serde_json::json!({ "means": "pair", "ticket": "t" })
        );
    }
}
