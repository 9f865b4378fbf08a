//! A device's id, name and addresses in one text that can be pasted, spoken to a scanner, or clicked.
//!
//! A ticket is no secret and proves nothing: whoever answers at its addresses must still hold the
//! device's key. A *pairing ticket* has a one-time secret besides: whoever has it first is paired with its maker.

use std::{borrow::Cow, fmt, net::SocketAddr, str::FromStr};

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Serialize};

use super::{DeviceId, TicketSecret};

/// The longest name in a ticket, in bytes.
pub const MAX_TICKET_NAME_BYTES: usize = 64;
/// The most addresses in a ticket.
pub const MAX_TICKET_ADDRESSES: usize = 16;
/// The longest text that is looked at. What the other limits allow needs less.
pub const MAX_TICKET_CHARS: usize = 1024;

/// What every ticket begins with; the 1 is the version of what follows.
pub(super) const PREFIX: &str = "chunkstream1";
const CHECKSUM_BYTES: usize = 4;
/// What follows the fields of a pairing ticket, before its secret.
const HAS_SECRET: u8 = 1;

/// How to reach a device: `chunkstream1` and lower-case base32 of the postcard bytes of the fields, in a pairing
/// ticket a byte 1 and its secret, and the first four bytes of the BLAKE3 hash of all that.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub struct Ticket {
    /// Who must answer.
    pub device: DeviceId,
    /// The name that the device gives itself; may be empty.
    pub name: String,
    /// Where it may be reached; may be empty. Scopes and flow labels of IPv6 do not travel.
    pub addresses: Vec<SocketAddr>,
    /// Of a pairing ticket: what pairs its first bearer with the maker.
    pub secret: Option<TicketSecret>,
}

/// The fields as they are encoded, before anything is checked.
#[derive(Serialize, Deserialize)]
struct Content<'a> {
    device: DeviceId,
    name: Cow<'a, str>,
    addresses: Cow<'a, [SocketAddr]>,
}

/// Why a text is no [`Ticket`], or a ticket cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    /// Does not start as a ticket does.
    #[error("a ticket begins with {PREFIX}")]
    Prefix,
    /// More than [`MAX_TICKET_CHARS`].
    #[error("a ticket has at most {MAX_TICKET_CHARS} characters")]
    TooLong,
    /// Characters that no ticket has, or a number of them that no ticket has.
    #[error("the ticket has been cut short or has a wrong character")]
    Encoding,
    /// A typing error, or an incomplete copy.
    #[error("the ticket has a typing error or is incomplete")]
    Checksum,
    /// The checksum fits, the content does not: made by something else.
    #[error("the ticket's content cannot be read")]
    Content,
    /// More than [`MAX_TICKET_NAME_BYTES`].
    #[error("the name in a ticket has at most {MAX_TICKET_NAME_BYTES} bytes")]
    NameTooLong,
    /// The name would do things to a terminal.
    #[error("the name in a ticket has no control characters")]
    NameControl,
    /// More than [`MAX_TICKET_ADDRESSES`].
    #[error("a ticket has at most {MAX_TICKET_ADDRESSES} addresses")]
    TooManyAddresses,
}

impl Ticket {
    /// A ticket within the limits.
    pub fn new(
        device: DeviceId,
        name: String,
        addresses: Vec<SocketAddr>,
    ) -> Result<Self, TicketError> {
        let ticket = Self {
            device,
            name,
            addresses,
            secret: None,
        };
        ticket.check()?;
        Ok(ticket)
    }

    /// The same as a pairing ticket.
    #[must_use]
    pub fn with_secret(mut self, secret: TicketSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    fn check(&self) -> Result<(), TicketError> {
        if self.name.len() > MAX_TICKET_NAME_BYTES {
            return Err(TicketError::NameTooLong);
        }
        if self.name.chars().any(char::is_control) {
            return Err(TicketError::NameControl);
        }
        if self.addresses.len() > MAX_TICKET_ADDRESSES {
            return Err(TicketError::TooManyAddresses);
        }
        Ok(())
    }
}

fn checksum(content: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let hash = blake3::hash(content);
    let [a, b, c, d, ..] = *hash.as_bytes();
    [a, b, c, d]
}

/// The text after the prefix, if `text` starts as a ticket does, in any case.
pub(super) fn after_prefix(text: &str) -> Option<&str> {
    let (start, rest) = text.split_at_checked(PREFIX.len())?;
    start.eq_ignore_ascii_case(PREFIX).then_some(rest)
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = Content {
            device: self.device,
            name: Cow::Borrowed(&self.name),
            addresses: Cow::Borrowed(&self.addresses),
        };
        let mut bytes = postcard::to_stdvec(&content).map_err(|_| fmt::Error)?;
        if let Some(secret) = &self.secret {
            bytes.push(HAS_SECRET);
            bytes.extend(secret.bytes());
        }
        bytes.extend(checksum(&bytes));
        f.write_str(PREFIX)?;
        f.write_str(&BASE32_NOPAD.encode(&bytes).to_ascii_lowercase())
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.len() > MAX_TICKET_CHARS {
            return Err(TicketError::TooLong);
        }
        let letters = after_prefix(text).ok_or(TicketError::Prefix)?;
        let bytes = BASE32_NOPAD
            .decode(letters.to_ascii_uppercase().as_bytes())
            .map_err(|_| TicketError::Encoding)?;
        let (content, sum) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(TicketError::Encoding)?;
        if checksum(content) != *sum {
            return Err(TicketError::Checksum);
        }
        let (content, rest) =
            postcard::take_from_bytes::<Content>(content).map_err(|_| TicketError::Content)?;
        let secret = match rest {
            [] => None,
            [HAS_SECRET, secret @ ..] => {
                let secret = secret.try_into().map_err(|_| TicketError::Content)?;
                Some(TicketSecret::new(secret))
            }
            _ => return Err(TicketError::Content),
        };
        let ticket = Self::new(
            content.device,
            content.name.into_owned(),
            content.addresses.into_owned(),
        )?;
        Ok(Self { secret, ..ticket })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DEVICE: DeviceId = DeviceId(*b"0123456789abcdefghij");

    fn encode(content: &[u8]) -> String {
        let bytes = [content, &checksum(content)].concat();
        format!("{PREFIX}{}", BASE32_NOPAD.encode(&bytes).to_lowercase())
    }

    fn v6(port: u16) -> SocketAddr {
        SocketAddr::from(([0xffff; 8], port))
    }

    #[test]
    fn the_largest_ticket_fits() {
        let name = "n".repeat(MAX_TICKET_NAME_BYTES);
        let addresses = vec![v6(u16::MAX); MAX_TICKET_ADDRESSES];
        let ticket = Ticket::new(DEVICE, name, addresses).expect("within the limits");
        let ticket = ticket.with_secret(TicketSecret::new([0xff; TicketSecret::BYTES]));
        let text = ticket.to_string();
        assert!(text.len() <= MAX_TICKET_CHARS, "{} characters", text.len());
        assert_eq!(text.parse(), Ok(ticket));
    }

    #[test]
    fn one_over_each_limit_is_refused_when_made_and_when_read() {
        let long = "n".repeat(MAX_TICKET_NAME_BYTES + 1);
        let many = vec![v6(1); MAX_TICKET_ADDRESSES + 1];
        for (name, addresses, error) in [
            (long, vec![], TicketError::NameTooLong),
            (String::new(), many, TicketError::TooManyAddresses),
            ("a\u{1b}b".to_owned(), vec![], TicketError::NameControl),
        ] {
            assert_eq!(
                Ticket::new(DEVICE, name.clone(), addresses.clone()),
                Err(error)
            );
            let forged = Ticket {
                device: DEVICE,
                name,
                addresses,
                secret: None,
            };
            assert_eq!(forged.to_string().parse::<Ticket>(), Err(error));
        }
        let text = format!("{PREFIX}{}", "a".repeat(MAX_TICKET_CHARS));
        assert_eq!(text.parse::<Ticket>(), Err(TicketError::TooLong));
    }

    #[test]
    fn each_kind_of_damage_has_its_error() {
        let ticket = Ticket::new(DEVICE, "Anna".to_owned(), vec![v6(4433)]).expect("within limits");
        let text = ticket.to_string();
        assert_eq!(text.to_uppercase().parse(), Ok(ticket.clone()));
        assert_eq!(format!(" {text}\n").parse(), Ok(ticket));
        assert_eq!("hello".parse::<Ticket>(), Err(TicketError::Prefix));
        assert_eq!(
            format!("{text}!").parse::<Ticket>(),
            Err(TicketError::Encoding)
        );
        assert_eq!(PREFIX.parse::<Ticket>(), Err(TicketError::Encoding));
        let swapped = text.replacen(char::is_numeric, "a", 2);
        assert!(swapped.parse::<Ticket>().is_err());
        assert_eq!(
            encode(b"other content").parse::<Ticket>(),
            Err(TicketError::Content)
        );
        let mut longer = postcard::to_stdvec(&(DEVICE, "", 0u8)).expect("bytes");
        assert!(encode(&longer).parse::<Ticket>().is_ok());
        longer.push(0);
        assert_eq!(encode(&longer).parse::<Ticket>(), Err(TicketError::Content));
    }

    #[test]
    fn a_pairing_ticket_is_a_ticket_with_a_secret_of_one_length() {
        let plain = Ticket::new(DEVICE, "Anna".to_owned(), vec![v6(4433)]).expect("within limits");
        let secret = TicketSecret::new(*b"0123456789abcdef");
        let pairing = plain.clone().with_secret(secret);
        let read: Ticket = pairing.to_string().parse().expect("a ticket");
        assert_eq!(read.secret, Some(secret));
        assert_eq!(
            Ticket {
                secret: None,
                ..read
            },
            plain
        );
        let shown = format!("{pairing:?}");
        assert!(!shown.contains("0123456789abcdef"), "{shown}");
        let mut content = postcard::to_stdvec(&(DEVICE, "", 0u8)).expect("bytes");
        content.push(HAS_SECRET);
        for (len, ok) in [(15, false), (16, true), (17, false)] {
            let text = encode(&[&content[..], &vec![7; len]].concat());
            assert_eq!(text.parse::<Ticket>().is_ok(), ok, "{len}");
        }
    }

    proptest! {
        #[test]
        fn every_ticket_survives_its_text(
            bytes: [u8; 20],
            name in "[a-zé ]{0,30}",
            addresses in prop::collection::vec(any::<([u8; 4], u16)>(), 0..=MAX_TICKET_ADDRESSES),
        ) {
            let addresses = addresses.into_iter().map(SocketAddr::from).collect();
            let ticket = Ticket::new(DeviceId(bytes), name, addresses).expect("within the limits");
            prop_assert_eq!(ticket.to_string().parse(), Ok(ticket));
        }

        #[test]
        fn a_wrong_letter_is_noticed(bytes: [u8; 20], place: prop::sample::Index, letter in "[a-z2-7]") {
            let text = Ticket::new(DeviceId(bytes), "Anna".to_owned(), vec![]).expect("within limits").to_string();
            let place = PREFIX.len() + place.index(text.len() - PREFIX.len());
            prop_assume!(text[place..=place] != letter);
            let mut typo = text;
            typo.replace_range(place..=place, &letter);
            prop_assert!(typo.parse::<Ticket>().is_err());
        }

        #[test]
        fn any_text_is_read_or_refused(text in "(chunkstream1)?[a-z2-7]{0,80}") {
            if let Ok(ticket) = text.parse::<Ticket>() {
                prop_assert_eq!(ticket.to_string(), text);
            }
        }
    }
}
