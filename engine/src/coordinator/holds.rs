//! Why a transfer is held, as the side that holds it says it and as the other side sees it.

use chunkstream_core::{
    session::{Direction, Reason},
    wire::PauseCause,
};

/// What the peer is told of a hold here.
pub(crate) fn said(reason: Reason) -> PauseCause {
    match reason {
        Reason::DiskFull => PauseCause::DiskFull,
        Reason::DiskUnwritable | Reason::SourceUnreadable => PauseCause::Disk,
        Reason::SourceChanged => PauseCause::SourceChanged,
        _ => PauseCause::ByPerson,
    }
}

/// What a hold at the peer is here, for the side that sends or receives.
pub(crate) fn heard(cause: PauseCause, here: Direction) -> Reason {
    match (here, cause) {
        (Direction::Sending, PauseCause::DiskFull) => Reason::DiskFull,
        (Direction::Sending, PauseCause::Disk) => Reason::DiskUnwritable,
        (Direction::Receiving, PauseCause::Disk | PauseCause::DiskFull) => Reason::SourceUnreadable,
        (Direction::Receiving, PauseCause::SourceChanged) => Reason::SourceChanged,
        (_, PauseCause::ByPerson | PauseCause::SourceChanged) => Reason::PausedByPeer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_heard_of_the_peer_waits_for_the_peer() {
        for here in [Direction::Sending, Direction::Receiving] {
            for reason in Reason::ALL {
                let there = heard(said(reason), here);
                assert!(
                    there.waits_for_peer(here),
                    "{here:?}: {reason:?} is {there:?}"
                );
            }
        }
    }

    #[test]
    fn a_trouble_keeps_its_name_on_the_way() {
        for reason in [Reason::DiskFull, Reason::DiskUnwritable] {
            assert_eq!(heard(said(reason), Direction::Sending), reason);
        }
        for reason in [Reason::SourceChanged, Reason::SourceUnreadable] {
            assert_eq!(heard(said(reason), Direction::Receiving), reason);
        }
        assert_eq!(
            heard(said(Reason::PausedHere), Direction::Sending),
            Reason::PausedByPeer
        );
    }
}
