//! Who sends over a link.

use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// A way to send, with its options.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Contender {
    /// `chunkstream send` and `receive`.
    Chunkstream {
        /// Options of `send` with their values. `known=yes` is none of them: the devices stay the same over the rounds
        /// of a cell, so from the second on they have met.
        options: Vec<(String, String)>,
    },
    /// One stream of quinn with windows of two bandwidth-delay products.
    Quinn(Congestion),
    /// OpenSSH's.
    Scp(Congestion),
    /// Over ssh.
    Rsync(Congestion),
    /// To its own WebDAV server, over the kernel's TCP with its default controller.
    Rclone,
    /// Over QUIC with its default controller, begun over ssh.
    Qcp,
    /// Over iroh with its default controller; the receiver asks for what the sender has prepared.
    Sendme,
    /// One connection of the kernel that only carries bytes, where there is no file to be brought.
    Tcp(Congestion),
}

/// A congestion controller: the kernel's or quinn's of that name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Congestion {
    Cubic,
    Bbr,
}

impl Congestion {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cubic => "cubic",
            Self::Bbr => "bbr",
        }
    }
}

impl Contender {
    /// The programs that must be installed.
    pub(crate) fn needs(&self) -> &'static [&'static str] {
        match self {
            Self::Chunkstream { .. } | Self::Quinn(_) | Self::Tcp(_) => &[],
            Self::Scp(_) => &["sshd", "ssh", "ssh-keygen", "scp"],
            Self::Rsync(_) => &["sshd", "ssh", "ssh-keygen", "rsync"],
            Self::Rclone => &["rclone"],
            Self::Qcp => &["sshd", "ssh", "ssh-keygen", "qcp"],
            Self::Sendme => &["sendme"],
        }
    }

    /// The kernel's congestion controller that it wants.
    pub(crate) fn kernel(&self) -> Option<Congestion> {
        match self {
            Self::Scp(congestion) | Self::Rsync(congestion) | Self::Tcp(congestion) => {
                Some(*congestion)
            }
            Self::Chunkstream { .. } | Self::Quinn(_) | Self::Rclone | Self::Qcp | Self::Sendme => {
                None
            }
        }
    }

    /// Whether it is ours, so that others are compared with it.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self, Self::Chunkstream { .. })
    }
}

impl fmt::Display for Contender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chunkstream { options } => {
                f.write_str("chunkstream")?;
                options
                    .iter()
                    .try_for_each(|(name, value)| write!(f, ":{name}={value}"))
            }
            Self::Quinn(congestion) => write!(f, "quinn-{}", congestion.name()),
            Self::Scp(congestion) => write!(f, "scp-{}", congestion.name()),
            Self::Rsync(congestion) => write!(f, "rsync-{}", congestion.name()),
            Self::Rclone => f.write_str("rclone"),
            Self::Qcp => f.write_str("qcp"),
            Self::Sendme => f.write_str("sendme"),
            Self::Tcp(congestion) => write!(f, "tcp-{}", congestion.name()),
        }
    }
}

impl FromStr for Contender {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.split(':');
        let name = parts.next().unwrap_or_default();
        let options = parts
            .map(|part| {
                let (name, value) = part
                    .split_once('=')
                    .ok_or_else(|| format!("{part}: an option is NAME=VALUE"))?;
                Ok((name.to_owned(), value.to_owned()))
            })
            .collect::<Result<Vec<_>, String>>()?;
        if name == "chunkstream" {
            return Ok(Self::Chunkstream { options });
        }
        if !options.is_empty() {
            return Err(format!("{name} takes no options"));
        }
        Ok(match name {
            "quinn-cubic" => Self::Quinn(Congestion::Cubic),
            "quinn-bbr" => Self::Quinn(Congestion::Bbr),
            "scp-cubic" => Self::Scp(Congestion::Cubic),
            "scp-bbr" => Self::Scp(Congestion::Bbr),
            "rsync-cubic" => Self::Rsync(Congestion::Cubic),
            "rsync-bbr" => Self::Rsync(Congestion::Bbr),
            "rclone" => Self::Rclone,
            "qcp" => Self::Qcp,
            "sendme" => Self::Sendme,
            "tcp-cubic" => Self::Tcp(Congestion::Cubic),
            "tcp-bbr" => Self::Tcp(Congestion::Bbr),
            _ => {
                return Err(
                    "chunkstream, rclone, qcp, sendme, or quinn-, scp-, rsync- or tcp- with cubic or bbr"
                        .into(),
                );
            }
        })
    }
}

impl Serialize for Contender {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_is_written() {
        for name in [
            "chunkstream",
            "chunkstream:parity=off:congestion=cubic",
            "chunkstream:parity=10+3",
            "chunkstream:known=yes",
            "quinn-cubic",
            "quinn-bbr",
            "scp-cubic",
            "scp-bbr",
            "rsync-cubic",
            "rsync-bbr",
            "rclone",
            "qcp",
            "sendme",
            "tcp-cubic",
            "tcp-bbr",
        ] {
            assert_eq!(name.parse::<Contender>().expect(name).to_string(), name);
        }
    }

    #[test]
    fn what_nobody_is_called_is_refused() {
        for name in [
            "",
            "quinn",
            "curl",
            "scp-reno",
            "scp-bbr:x=1",
            "chunkstream:parity",
        ] {
            assert!(name.parse::<Contender>().is_err(), "{name}");
        }
    }
}
