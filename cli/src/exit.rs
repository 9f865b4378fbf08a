//! How it went, for scripts.

use chunkstream_core::session::{Direction, State};
use chunkstream_engine::api::{Code, Failure, TransferView};

/// An exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Everything was done; what was sent has been confirmed by the receiver.
    Done,
    /// Anything that has no code of its own.
    Other,
    /// The command line or a target makes no sense.
    Usage,
    /// The receiver said no.
    Declined,
    /// The device was not reached in the time allowed; the transfer is kept.
    NotReached,
    /// Another device is there, or it does not let this one in.
    IdentityRefused,
    /// A file or a disk of this computer.
    Local,
    /// Ctrl-C or a termination signal; transfers are kept.
    Interrupted,
}

impl Exit {
    /// The number that the process ends with.
    pub(crate) fn code(self) -> i32 {
        match self {
            Self::Done => 0,
            Self::Other => 1,
            Self::Usage => 2,
            Self::Declined => 3,
            Self::NotReached => 4,
            Self::IdentityRefused => 5,
            Self::Local => 6,
            Self::Interrupted => 130,
        }
    }

    /// What a failure of a command comes to.
    pub(crate) fn of(failure: &Failure) -> Self {
        match failure.code {
            Code::Usage | Code::BadTarget => Self::Usage,
            Code::Declined | Code::OverRule | Code::CodeSpent | Code::NotPairing => Self::Declined,
            Code::Unreachable => Self::NotReached,
            Code::IdentityRefused | Code::WrongCode | Code::WordsDiffer | Code::WrongPassphrase => {
                Self::IdentityRefused
            }
            Code::SourceUnreadable
            | Code::SourceChanged
            | Code::DiskFull
            | Code::DiskUnwritable
            | Code::BadPath
            | Code::Database
            | Code::DatabaseNewer
            | Code::DatabaseDamaged
            | Code::KeyUnavailable => Self::Local,
            _ => Self::Other,
        }
    }

    /// What a transfer that has ended comes to, at this device.
    pub(crate) fn of_transfer(view: &TransferView) -> Self {
        if view.state == State::Completed {
            return Self::Done;
        }
        let Some(failure) = &view.failure else {
            return Self::Other;
        };
        let elsewhere = match view.direction {
            Direction::Sending => matches!(failure.code, Code::DiskFull | Code::DiskUnwritable),
            Direction::Receiving => {
                matches!(failure.code, Code::SourceUnreadable | Code::SourceChanged)
            }
        };
        if elsewhere {
            Self::Other
        } else {
            Self::of(failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::tests::view;

    #[test]
    fn a_disk_is_local_only_where_it_is() {
        for (direction, code, exit) in [
            (Direction::Sending, Code::DiskFull, Exit::Other),
            (Direction::Receiving, Code::DiskFull, Exit::Local),
            (Direction::Sending, Code::SourceChanged, Exit::Local),
            (Direction::Receiving, Code::SourceChanged, Exit::Other),
            (Direction::Sending, Code::Declined, Exit::Declined),
            (
                Direction::Sending,
                Code::IdentityRefused,
                Exit::IdentityRefused,
            ),
        ] {
            let mut view = view(State::Failed, 0);
            view.direction = direction;
            view.failure = Some(Failure::new(code, "why"));
            assert_eq!(Exit::of_transfer(&view), exit, "{direction:?} {code:?}");
        }
    }
}
