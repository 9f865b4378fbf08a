//! The short code that one person reads and the other types: nine digits, the last of them a check.
//!
//! Digits, because they are read aloud and typed alike in every language and on every keyboard. Eight random digits are
//! 26 bits: with one guess for each code, one guess in a hundred million is right.

use std::{fmt, str::FromStr};

/// Digits with the check.
const DIGITS: usize = 9;
/// Digits that are read in one breath.
const GROUP: usize = 3;
/// How many codes there are.
const CODES: u64 = 100_000_000;

/// The totally anti-symmetric quasigroup of order 10 of H. M. Damm, "Total anti-symmetrische Quasigruppen" (doctoral
/// thesis, Marburg 2004): its check digit shows every single wrong digit and every swap of two neighbours.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// A pairing code, written as `482-913-578`. Printed by `Display` only, never by `Debug`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PairingCode([u8; DIGITS - 1]);

/// Why a text is no [`PairingCode`]. Told before anything is sent: a mistake in typing costs no guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Not nine digits, `-` and white space left out. Saturates at ten.
    #[error("a code has {DIGITS} digits, not {digits}")]
    Length {
        /// How many were found.
        digits: usize,
    },
    /// Something else than a digit.
    #[error("a code has digits only, not {character:?}")]
    Character {
        /// The character.
        character: char,
    },
    /// The check digit does not fit.
    #[error("the code has a typing error")]
    Check,
}

impl PairingCode {
    /// The code for this much randomness, each equally likely but for one part in 10^11.
    pub fn from_random(random: [u8; 8]) -> Self {
        let mut rest = u64::from_le_bytes(random) % CODES;
        let mut digits = [0; DIGITS - 1];
        for digit in digits.iter_mut().rev() {
            *digit = (rest % 10) as u8;
            rest /= 10;
        }
        Self(digits)
    }

    /// What both sides put into the exchange: the digits without the check, as ASCII.
    pub(super) fn password(self) -> [u8; DIGITS - 1] {
        self.0.map(|digit| digit + b'0')
    }
}

/// 0 for digits that end with their check digit.
fn damm(digits: impl IntoIterator<Item = u8>) -> u8 {
    digits.into_iter().fold(0, |interim, digit| {
        DAMM[usize::from(interim)][usize::from(digit)]
    })
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = damm(self.0);
        for (place, digit) in self.0.iter().chain([&check]).enumerate() {
            if place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode")
    }
}

impl FromStr for PairingCode {
    type Err = CodeError;

    /// `-` and white space may stand anywhere or be left out.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut digits = [0; DIGITS];
        let mut found = 0;
        for character in text.chars() {
            if character == '-' || character.is_whitespace() {
                continue;
            }
            let digit = character
                .to_digit(10)
                .ok_or(CodeError::Character { character })?;
            if found == DIGITS {
                return Err(CodeError::Length { digits: found + 1 });
            }
            digits[found] = digit as u8;
            found += 1;
        }
        if found < DIGITS {
            return Err(CodeError::Length { digits: found });
        }
        if damm(digits) != 0 {
            return Err(CodeError::Check);
        }
        let mut code = [0; DIGITS - 1];
        code.copy_from_slice(&digits[..DIGITS - 1]);
        Ok(Self(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_check_digit_is_damms() {
        // The example of the thesis.
        assert_eq!(damm([5, 7, 2]), 4);
        assert_eq!(damm([5, 7, 2, 4]), 0);
    }

    #[test]
    fn a_code_is_three_groups_of_three_digits() {
        let code = PairingCode::from_random(48_291_357_u64.to_le_bytes());
        let text = code.to_string();
        assert_eq!(text, "482-913-578");
        let same = PairingCode::from_random((48_291_357 + CODES).to_le_bytes());
        assert_eq!(same, code);
        assert_eq!(
            PairingCode::from_random([0; 8]).to_string(),
            "000-000-000",
            "leading zeros are digits too"
        );
    }

    #[test]
    fn each_kind_of_mistake_has_its_error() {
        for (text, error) in [
            ("482-913-57", CodeError::Length { digits: 8 }),
            ("482 913 5766", CodeError::Length { digits: 10 }),
            ("", CodeError::Length { digits: 0 }),
            ("482-913-5a6", CodeError::Character { character: 'a' }),
            ("٤٨٢-913-576", CodeError::Character { character: '٤' }),
        ] {
            assert_eq!(text.parse::<PairingCode>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_code_is_not_printed_by_accident() {
        let code = PairingCode::from_random(48_291_357_u64.to_le_bytes());
        assert_eq!(format!("{code:?}"), "PairingCode");
    }

    proptest! {
        #[test]
        fn every_code_survives_its_text(random: [u8; 8]) {
            let code = PairingCode::from_random(random);
            let text = code.to_string();
            prop_assert_eq!(text.parse(), Ok(code));
            prop_assert_eq!(text.replace('-', "").parse(), Ok(code));
            prop_assert_eq!(format!(" {} ", text.replace('-', " ")).parse(), Ok(code));
        }

        #[test]
        fn every_single_wrong_digit_and_every_swap_is_noticed(random: [u8; 8], place in 0usize..9, by in 1u8..10) {
            let text = PairingCode::from_random(random).to_string().replace('-', "");
            let mut wrong = text.clone().into_bytes();
            wrong[place] = (wrong[place] - b'0' + by) % 10 + b'0';
            let wrong = String::from_utf8(wrong).expect("digits");
            prop_assert_eq!(wrong.parse::<PairingCode>(), Err(CodeError::Check));
            let mut swapped = text.clone().into_bytes();
            swapped.swap(place, (place + 1).min(8));
            let swapped = String::from_utf8(swapped).expect("digits");
            let expected = if swapped == text { Ok(PairingCode::from_random(random)) } else { Err(CodeError::Check) };
            prop_assert_eq!(swapped.parse::<PairingCode>(), expected);
        }
    }
}
