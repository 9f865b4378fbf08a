//! The states of a transfer, the legal moves, and why a transfer stands where it stands.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Direction;

/// Where a transfer is. The same on both devices but for the time a message takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum State {
    /// Recorded; nothing has been agreed yet. A receiver's offer waits here for its answer.
    Created,
    /// The sender reaches the device and announces; the receiver makes room.
    Preparing,
    /// Chunks move, or wait for a connection to move on.
    Active,
    /// Held by somebody's wish or by a trouble that a person must mend.
    Paused,
    /// All bytes are durable; roots are compared, files put in their places.
    Completing,
    /// Both ends have the same roots, and the receiver's files stand in their places.
    Completed,
    /// Ended by an error that waiting does not mend.
    Failed,
    /// Ended by either side's wish.
    Cancelled,
}

/// A move that the state machine does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a transfer that is {from} cannot become {to}")]
pub struct Illegal {
    /// Where it is.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

impl State {
    /// All states, in the order of a transfer's life.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Preparing,
        Self::Active,
        Self::Paused,
        Self::Completing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The only way from one state to another.
    ///
    /// # Errors
    /// [`Illegal`] for every move that the table does not have; a move to the same state is one of them.
    pub fn to(self, next: Self) -> Result<Self, Illegal> {
        use State::{Active, Cancelled, Completed, Completing, Created, Failed, Paused, Preparing};
        let legal = match self {
            Created => matches!(next, Preparing | Paused | Failed | Cancelled),
            Preparing => matches!(next, Active | Paused | Failed | Cancelled),
            // A transfer that is paused before it was agreed resumes through Preparing.
            Paused => matches!(next, Preparing | Active | Failed | Cancelled),
            Active => matches!(next, Paused | Completing | Failed | Cancelled),
            // Back to Active: a file whose root does not match loses what is in doubt and is sent again.
            Completing => matches!(next, Active | Completed | Failed | Cancelled),
            // Only by a retry, which keeps what is durable.
            Failed | Cancelled => matches!(next, Created),
            Completed => false,
        };
        if legal {
            Ok(next)
        } else {
            Err(Illegal {
                from: self,
                to: next,
            })
        }
    }

    /// Whether the transfer has ended: nothing leads out of this state but a person's retry.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Preparing => "preparing",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Completing => "completing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a transfer stands where it stands, as far as a person would want to know.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ts", derive(ts_rs::TS))]
pub enum Reason {
    /// The device does not answer; the transfer starts by itself when it does.
    WaitingForDevice,
    /// The receiver has the offer and has not answered.
    WaitingForAnswer,
    /// The connection was lost; everything received is kept.
    Reconnecting,
    /// Another transfer goes first.
    Queued,
    /// Paused at this device.
    PausedHere,
    /// Paused at the other device.
    PausedByPeer,
    /// It has outgrown the rule by which it was accepted; a person resumes or cancels it.
    OverRule,
    /// The source changed while it was being sent.
    SourceChanged,
    /// The source cannot be read.
    SourceUnreadable,
    /// The target's volume is full, at whichever side receives.
    DiskFull,
    /// The target cannot be written, at whichever side receives.
    DiskUnwritable,
    /// The database at this device cannot be written; it goes on by itself when it can.
    Database,
    /// Everything is durable, files are put in their places.
    Finishing,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 13] = [
        Self::WaitingForDevice,
        Self::WaitingForAnswer,
        Self::Reconnecting,
        Self::Queued,
        Self::PausedHere,
        Self::PausedByPeer,
        Self::OverRule,
        Self::SourceChanged,
        Self::SourceUnreadable,
        Self::DiskFull,
        Self::DiskUnwritable,
        Self::Database,
        Self::Finishing,
    ];

    /// The word that the database and scripts use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WaitingForDevice => "waiting_for_device",
            Self::WaitingForAnswer => "waiting_for_answer",
            Self::Reconnecting => "reconnecting",
            Self::Queued => "queued",
            Self::PausedHere => "paused_here",
            Self::PausedByPeer => "paused_by_peer",
            Self::OverRule => "over_rule",
            Self::SourceChanged => "source_changed",
            Self::SourceUnreadable => "source_unreadable",
            Self::DiskFull => "disk_full",
            Self::DiskUnwritable => "disk_unwritable",
            Self::Database => "database",
            Self::Finishing => "finishing",
        }
    }

    /// Whether a transfer that is paused for this reason waits for the other device: nothing can be mended at the one that
    /// sends or receives `here`.
    pub fn waits_for_peer(self, here: Direction) -> bool {
        match here {
            Direction::Sending => matches!(
                self,
                Self::PausedByPeer | Self::DiskFull | Self::DiskUnwritable
            ),
            Direction::Receiving => matches!(
                self,
                Self::PausedByPeer | Self::SourceChanged | Self::SourceUnreadable
            ),
        }
    }

    /// Whether a transfer that is paused for this reason cannot go on before a person has done something at the device that
    /// sends or receives `here`; a pause that a person wanted is none.
    pub fn needs_a_person(self, here: Direction) -> bool {
        self != Self::PausedHere && !self.waits_for_peer(here)
    }

    /// The reason of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Active, Cancelled, Completed, Completing, Created, Failed, Paused, Preparing};

    /// Every pair of states: what is not in the list is illegal.
    #[test]
    fn the_table_of_moves_is_the_documented_one() {
        let legal = [
            (Created, Preparing),
            (Created, Paused),
            (Created, Failed),
            (Created, Cancelled),
            (Preparing, Active),
            (Preparing, Paused),
            (Preparing, Failed),
            (Preparing, Cancelled),
            (Active, Paused),
            (Active, Completing),
            (Active, Failed),
            (Active, Cancelled),
            (Paused, Preparing),
            (Paused, Active),
            (Paused, Failed),
            (Paused, Cancelled),
            (Completing, Active),
            (Completing, Completed),
            (Completing, Failed),
            (Completing, Cancelled),
            // A retry.
            (Failed, Created),
            (Cancelled, Created),
        ];
        for from in State::ALL {
            for to in State::ALL {
                let expected = if legal.contains(&(from, to)) {
                    Ok(to)
                } else {
                    Err(Illegal { from, to })
                };
                assert_eq!(from.to(to), expected, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn only_a_retry_leads_out_of_a_final_state() {
        for from in State::ALL.into_iter().filter(|state| state.is_final()) {
            for to in State::ALL {
                let retry = from != State::Completed && to == State::Created;
                assert_eq!(from.to(to).is_ok(), retry, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn every_word_reads_back() {
        assert!(
            State::ALL
                .into_iter()
                .all(|state| State::parse(state.as_str()) == Some(state))
        );
        assert!(
            Reason::ALL
                .into_iter()
                .all(|reason| Reason::parse(reason.as_str()) == Some(reason))
        );
        assert_eq!(State::parse("transferring"), None);
    }
}
