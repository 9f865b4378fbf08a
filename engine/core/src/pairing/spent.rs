//! Codes that a guest has used: whoever played the host had one guess, and gets no second one with the same code.

use std::{collections::VecDeque, time::Duration};

use super::{CODE_LIFE, PairError, PairingCode};

/// Codes that are remembered; the oldest goes first.
pub const MAX_SPENT: usize = 64;

/// The codes with which this device has proved itself, for as long as they could be valid.
#[derive(Debug, Default)]
pub struct SpentCodes(VecDeque<(Duration, PairingCode)>);

impl SpentCodes {
    /// A proof with this code is about to go out at `now`.
    ///
    /// # Errors
    /// [`PairError::Spent`] if one has gone out before.
    pub fn spend(&mut self, code: PairingCode, now: Duration) -> Result<(), PairError> {
        self.check(code, now)?;
        if self.0.len() == MAX_SPENT {
            self.0.pop_front();
        }
        self.0.push_back((now, code));
        Ok(())
    }

    /// Whether a code can still be used at `now`.
    ///
    /// # Errors
    /// [`PairError::Spent`].
    pub fn check(&mut self, code: PairingCode, now: Duration) -> Result<(), PairError> {
        self.0
            .retain(|(spent, _)| now.saturating_sub(*spent) < CODE_LIFE);
        if self.0.iter().any(|(_, spent)| *spent == code) {
            Err(PairError::Spent)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(number: usize) -> PairingCode {
        PairingCode::from_random((number as u64).to_le_bytes())
    }

    #[test]
    fn a_code_is_used_once_while_it_could_be_valid() {
        let mut spent = SpentCodes::default();
        let now = Duration::from_secs(9);
        assert_eq!(spent.spend(code(1), now), Ok(()));
        assert_eq!(spent.spend(code(2), now), Ok(()));
        assert_eq!(
            spent.spend(code(1), now + CODE_LIFE / 2),
            Err(PairError::Spent)
        );
        assert_eq!(spent.spend(code(1), now + CODE_LIFE), Ok(()));
    }

    #[test]
    fn one_over_the_limit_takes_the_place_of_the_oldest() {
        let mut spent = SpentCodes::default();
        for number in 0..=MAX_SPENT {
            spent.spend(code(number), Duration::ZERO).expect("new");
        }
        assert_eq!(spent.check(code(0), Duration::ZERO), Ok(()));
        assert_eq!(spent.check(code(1), Duration::ZERO), Err(PairError::Spent));
        assert_eq!(spent.0.len(), MAX_SPENT);
    }
}
