//! What a person enters to say where something goes.

use std::{fmt, net::Ipv6Addr, str::FromStr};

use super::{DeviceId, DeviceIdError, MAX_TICKET_NAME_BYTES, Ticket, TicketError, ticket};

/// The longest host name: RFC 1035, section 2.3.4, as text.
const MAX_HOST_BYTES: usize = 253;
/// The longest name of an interface; Windows has numbers.
const MAX_ZONE_BYTES: usize = 15;

/// Where something goes, as far as a text can say it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A pasted ticket.
    Ticket(Ticket),
    /// `DEVICE-ID@HOST:PORT`.
    Address {
        /// Who must answer.
        device: DeviceId,
        /// Where.
        address: HostPort,
    },
    /// A device that is to be found by its id.
    Device(DeviceId),
    /// The name of a known device.
    Name(String),
}

/// Why a text is no [`Target`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// No text.
    #[error("a device is named by its name, its id, DEVICE-ID@HOST:PORT or a ticket")]
    Empty,
    /// Starts as a ticket and is none.
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// Looks like a device id and is none.
    #[error(transparent)]
    DeviceId(#[from] DeviceIdError),
    /// The part after `@` is no host and port.
    #[error("an address is HOST:PORT, an IPv6 host in brackets, not {0:?}")]
    Address(String),
    /// Too long for a device's name, or with control characters.
    #[error("a device's name has at most {MAX_TICKET_NAME_BYTES} bytes and no control characters")]
    Name,
}

/// A host (name, IPv4 or IPv6 address) and a UDP port.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct HostPort {
    /// A name or an address; an IPv6 address without its brackets, with its zone.
    pub host: String,
    /// Never 0.
    pub port: u16,
}

impl FromStr for HostPort {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || TargetError::Address(text.chars().take(MAX_HOST_BYTES).collect());
        let (host, port) = text.rsplit_once(':').ok_or_else(error)?;
        // "+80" is a number for `parse`, not for people.
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(error());
        }
        let port: u16 = port.parse().map_err(|_| error())?;
        let bracketed = host
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        let valid = match bracketed {
            Some(address) => is_ipv6(address),
            None => {
                !host.is_empty()
                    && host.len() <= MAX_HOST_BYTES
                    && host
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
            }
        };
        if !valid || port == 0 {
            return Err(error());
        }
        Ok(Self {
            host: bracketed.unwrap_or(host).to_owned(),
            port,
        })
    }
}

/// An IPv6 address; a link-local one may name the interface behind a `%`, by its name or its number (RFC 4007,
/// section 11).
fn is_ipv6(text: &str) -> bool {
    let Some((address, zone)) = text.split_once('%') else {
        return text.parse::<Ipv6Addr>().is_ok();
    };
    let named = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (1..=MAX_ZONE_BYTES).contains(&zone.len())
        && zone.bytes().all(named)
        && address
            .parse::<Ipv6Addr>()
            .is_ok_and(|address| address.is_unicast_link_local())
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl FromStr for Target {
    type Err = TargetError;

    /// A text that has the shape of a ticket, an id or an address, but an error in it, is an error and
    /// never the name of a device.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TargetError::Empty);
        }
        if ticket::after_prefix(text).is_some() {
            return Ok(Self::Ticket(text.parse()?));
        }
        if let Some((device, address)) = text.split_once('@') {
            match device.parse::<DeviceId>() {
                Ok(device) => {
                    return Ok(Self::Address {
                        device,
                        address: address.parse()?,
                    });
                }
                // "anna@laptop" is a name, "anna@laptop:4433" is an address with a bad id.
                Err(error) => {
                    if is_typo(error) || address.parse::<HostPort>().is_ok() {
                        return Err(error.into());
                    }
                }
            }
        }
        match text.parse::<DeviceId>() {
            Ok(device) => Ok(Self::Device(device)),
            Err(error) if is_typo(error) => Err(error.into()),
            Err(_) if text.len() > MAX_TICKET_NAME_BYTES || text.chars().any(char::is_control) => {
                Err(TargetError::Name)
            }
            Err(_) => Ok(Self::Name(text.to_owned())),
        }
    }
}

/// Whether the text had the letters of an id, so that somebody meant one.
fn is_typo(error: DeviceIdError) -> bool {
    matches!(error, DeviceIdError::Check { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId(*b"0123456789abcdefghij");

    fn at(host: &str, port: u16) -> Target {
        Target::Address {
            device: DEVICE,
            address: HostPort {
                host: host.to_owned(),
                port,
            },
        }
    }

    #[test]
    fn each_way_to_name_a_device_is_told_apart() {
        let ticket = Ticket::new(DEVICE, "Anna".to_owned(), vec![]).expect("within limits");
        assert_eq!(ticket.to_string().parse(), Ok(Target::Ticket(ticket)));
        assert_eq!(DEVICE.to_string().parse(), Ok(Target::Device(DEVICE)));
        assert_eq!(
            format!("{DEVICE}@192.0.2.7:4433").parse(),
            Ok(at("192.0.2.7", 4433))
        );
        assert_eq!(
            format!("{DEVICE}@nas.local:1").parse(),
            Ok(at("nas.local", 1))
        );
        assert_eq!(
            format!("{DEVICE}@[2001:db8::1]:4433").parse(),
            Ok(at("2001:db8::1", 4433))
        );
        for name in ["Anna's laptop", "anna@laptop", "nas:2"] {
            assert_eq!(name.parse(), Ok(Target::Name(name.to_owned())));
        }
    }

    #[test]
    fn an_address_survives_its_text() {
        for text in [
            "nas.local:4433",
            "192.0.2.7:1",
            "[2001:db8::1]:65535",
            "[::1]:24880",
            "[fe80::1%eth0]:24880",
            "[fe80::1%2]:24880",
            "[fe80::1%wlp0s20f3.100]:24880",
        ] {
            assert_eq!(text.parse::<HostPort>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn a_bad_address_is_refused() {
        for address in [
            "",
            "nas",
            "nas:",
            ":80",
            "nas:0",
            "nas:65536",
            "nas:+80",
            "2001:db8::1:80",
            "[nas]:80",
            "[2001:db8::1]",
            "a b:80",
            "a/b:80",
            "[fe80::1%]:80",
            "[fe80::1%eth0%1]:80",
            "[fe80::1%et h]:80",
            "[fe80::1%sixteen_letters_]:80",
            "[2001:db8::1%eth0]:80",
            "192.0.2.7%eth0:80",
            "fe80::1%eth0:80",
            "[::1:80",
            "::1]:80",
        ] {
            let text = format!("{DEVICE}@{address}");
            assert_eq!(
                text.parse::<Target>(),
                Err(TargetError::Address(address.to_owned()))
            );
        }
        let long = format!("{}:1", "h".repeat(MAX_HOST_BYTES + 1));
        assert!(long.parse::<HostPort>().is_err());
        assert!(long[1..].parse::<HostPort>().is_ok());
    }

    #[test]
    fn an_id_with_a_typing_error_is_no_name() {
        let text = DEVICE.to_string();
        let first = if text.starts_with('A') { "B" } else { "A" };
        let typo = format!("{first}{}", &text[1..]);
        let error = Err(TargetError::DeviceId(DeviceIdError::Check { group: 1 }));
        assert_eq!(typo.parse::<Target>(), error);
        assert_eq!(format!("{typo}@nas:1").parse::<Target>(), error);
        assert!(matches!(
            "anna@laptop:4433".parse::<Target>(),
            Err(TargetError::DeviceId(DeviceIdError::Length { .. }))
        ));
    }

    #[test]
    fn what_is_no_target_has_its_error() {
        assert_eq!(" ".parse::<Target>(), Err(TargetError::Empty));
        assert_eq!(
            "chunkstream1abc".parse::<Target>(),
            Err(TargetError::Ticket(TicketError::Encoding))
        );
        let longest = "ñ".repeat(MAX_TICKET_NAME_BYTES / 2);
        assert!(longest.parse::<Target>().is_ok());
        assert_eq!(
            format!("{longest}n").parse::<Target>(),
            Err(TargetError::Name)
        );
        assert_eq!("a\u{7}b".parse::<Target>(), Err(TargetError::Name));
    }
}
