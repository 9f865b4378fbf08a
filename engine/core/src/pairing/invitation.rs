//! What a host has open: a code, a ticket's secret, or comparing words; for how long, and whether it has been used.

use std::time::Duration;

use super::{
    Channel, Commitment, HostComparison, HostExchange, Nonce, PairError, PairingCode, Proof, Share,
    secret,
};
use crate::device::TicketSecret;

/// How long a code is valid.
pub const CODE_LIFE: Duration = Duration::from_secs(300);
/// Exchanges that may be begun with one code: each costs the host two multiplications on the curve.
pub const MAX_EXCHANGES: u32 = 32;

/// By what a guest may come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// The code that is shown, or the ticket that is shown with it.
    Code(PairingCode, TicketSecret),
    /// A ticket that was given out.
    Ticket(TicketSecret),
    /// Words that both persons compare.
    Words,
}

/// An open invitation. It ends with the first guest that is right, and the first that is wrong about the code.
#[derive(Debug)]
pub struct Invitation {
    way: Way,
    /// When it ends by itself.
    end: Duration,
    begun: u32,
    spent: bool,
}

impl Invitation {
    /// Opens at `now` for `life`; a code for [`CODE_LIFE`] at most.
    pub fn new(way: Way, now: Duration, life: Duration) -> Self {
        let life = match way {
            Way::Code(..) => life.min(CODE_LIFE),
            Way::Ticket(_) | Way::Words => life,
        };
        Self {
            way,
            end: now.saturating_add(life),
            begun: 0,
            spent: false,
        }
    }

    /// When it ends by itself.
    pub fn end(&self) -> Duration {
        self.end
    }

    /// Whether a guest may still come.
    ///
    /// # Errors
    /// [`PairError::Expired`], [`PairError::Spent`].
    pub fn check(&self, now: Duration) -> Result<(), PairError> {
        if now >= self.end {
            Err(PairError::Expired)
        } else if self.spent {
            Err(PairError::Spent)
        } else {
            Ok(())
        }
    }

    /// A guest begins with the code: the share is for it. `seed` is fresh randomness.
    ///
    /// # Errors
    /// As [`Invitation::check`]; [`PairError::NotOpen`], [`PairError::TooMany`], [`PairError::BadShare`].
    pub fn exchange(
        &mut self,
        now: Duration,
        channel: Channel,
        guest: &Share,
        seed: [u8; 32],
    ) -> Result<(HostExchange, Share), PairError> {
        self.check(now)?;
        let Way::Code(code, _) = &self.way else {
            return Err(PairError::NotOpen);
        };
        if self.begun == MAX_EXCHANGES {
            return Err(PairError::TooMany);
        }
        self.begun += 1;
        HostExchange::begin(*code, channel, guest, seed)
    }

    /// That guest proves that it has the code; the host's proof is for it. Right or wrong, the invitation is over.
    ///
    /// # Errors
    /// As [`Invitation::check`]; [`PairError::WrongCode`].
    pub fn confirm(
        &mut self,
        now: Duration,
        exchange: HostExchange,
        guest: &Proof,
    ) -> Result<Proof, PairError> {
        self.check(now)?;
        self.spent = true;
        exchange.finish(guest)
    }

    /// A guest proves that it has the ticket; the host's proof is for it, and the invitation is over. A wrong proof
    /// changes nothing: 128 bits are not guessed.
    ///
    /// # Errors
    /// As [`Invitation::check`]; [`PairError::NotOpen`], [`PairError::WrongSecret`].
    pub fn redeem(
        &mut self,
        now: Duration,
        channel: &Channel,
        guest: &Proof,
    ) -> Result<Proof, PairError> {
        let (Way::Code(_, ticket) | Way::Ticket(ticket)) = &self.way else {
            return Err(PairError::NotOpen);
        };
        // Who does not have the secret is not told what became of it.
        let answer = secret::answer(ticket, channel, guest)?;
        self.check(now)?;
        self.spent = true;
        Ok(answer)
    }

    /// A guest begins to compare words; the nonce, which is fresh randomness, is for it.
    ///
    /// # Errors
    /// As [`Invitation::check`]; [`PairError::NotOpen`].
    pub fn compare(
        &self,
        now: Duration,
        channel: Channel,
        guest: Commitment,
        nonce: Nonce,
    ) -> Result<HostComparison, PairError> {
        self.check(now)?;
        if self.way != Way::Words {
            return Err(PairError::NotOpen);
        }
        Ok(HostComparison::begin(channel, guest, nonce))
    }

    /// Both persons have compared, or one has given up: it is over.
    pub fn close(&mut self) {
        self.spent = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{GuestExchange, TicketGuest, testing::*},
        *,
    };

    const SECRET: [u8; 16] = [9; 16];
    const START: Duration = Duration::from_secs(1000);

    fn code(number: u64) -> PairingCode {
        PairingCode::from_random(number.to_le_bytes())
    }

    fn open() -> Invitation {
        let way = Way::Code(code(5), TicketSecret::new(SECRET));
        Invitation::new(way, START, CODE_LIFE)
    }

    /// A guest with that code at that time, up to the host's answer to its proof.
    fn comes(invitation: &mut Invitation, number: u64, now: Duration) -> Result<Proof, PairError> {
        let (guest, share) = GuestExchange::begin(code(number), channel(), [1; 32]);
        let (host, share) = invitation.exchange(now, channel(), &share, [2; 32])?;
        let (guest, proof) = guest.answer(&share)?;
        let answer = invitation.confirm(now, host, &proof)?;
        guest.finish(&answer).map(|()| answer)
    }

    fn redeems(invitation: &mut Invitation, now: Duration) -> Result<Proof, PairError> {
        let (_, proof) = TicketGuest::begin(&TicketSecret::new(SECRET), &channel());
        invitation.redeem(now, &channel(), &proof)
    }

    #[test]
    fn the_right_code_opens_it_once() {
        let mut invitation = open();
        assert!(comes(&mut invitation, 5, START).is_ok());
        assert_eq!(comes(&mut invitation, 5, START), Err(PairError::Spent));
        assert_eq!(redeems(&mut invitation, START), Err(PairError::Spent));
    }

    #[test]
    fn a_wrong_code_burns_the_right_one() {
        let mut invitation = open();
        assert_eq!(comes(&mut invitation, 6, START), Err(PairError::WrongCode));
        assert_eq!(comes(&mut invitation, 5, START), Err(PairError::Spent));
    }

    #[test]
    fn of_two_guests_that_are_under_way_the_second_guess_does_not_count() {
        let mut invitation = open();
        let (first, share) = GuestExchange::begin(code(6), channel(), [1; 32]);
        let (one, to_first) = invitation
            .exchange(START, channel(), &share, [2; 32])
            .expect("open");
        let (second, share) = GuestExchange::begin(code(5), channel(), [3; 32]);
        let (two, to_second) = invitation
            .exchange(START, channel(), &share, [4; 32])
            .expect("open");
        let (_, wrong) = first.answer(&to_first).expect("a point");
        let (_, right) = second.answer(&to_second).expect("a point");
        assert_eq!(
            invitation.confirm(START, one, &wrong),
            Err(PairError::WrongCode)
        );
        assert_eq!(
            invitation.confirm(START, two, &right),
            Err(PairError::Spent)
        );
    }

    #[test]
    fn a_guest_that_proves_nothing_burns_nothing() {
        let mut invitation = open();
        let (_, share) = GuestExchange::begin(code(6), channel(), [1; 32]);
        let begun = invitation.exchange(START, channel(), &share, [2; 32]);
        assert!(begun.is_ok());
        assert!(comes(&mut invitation, 5, START).is_ok());
    }

    #[test]
    fn one_exchange_too_many_is_refused() {
        let mut invitation = open();
        let (_, share) = GuestExchange::begin(code(6), channel(), [1; 32]);
        for _ in 0..MAX_EXCHANGES {
            invitation
                .exchange(START, channel(), &share, [2; 32])
                .map(drop)
                .expect("open");
        }
        assert_eq!(comes(&mut invitation, 5, START), Err(PairError::TooMany));
    }

    #[test]
    fn it_expires_between_any_two_steps() {
        let late = START + CODE_LIFE;
        let last = late.saturating_sub(Duration::from_millis(1));
        assert_eq!(comes(&mut open(), 5, late), Err(PairError::Expired));
        assert!(comes(&mut open(), 5, last).is_ok());
        let mut invitation = open();
        let (guest, share) = GuestExchange::begin(code(5), channel(), [1; 32]);
        let (host, share) = invitation
            .exchange(last, channel(), &share, [2; 32])
            .expect("open");
        let (_, proof) = guest.answer(&share).expect("a point");
        assert_eq!(
            invitation.confirm(late, host, &proof),
            Err(PairError::Expired)
        );
        assert_eq!(redeems(&mut open(), late), Err(PairError::Expired));
        assert!(redeems(&mut open(), last).is_ok());
    }

    #[test]
    fn a_code_lives_no_longer_than_it_may_and_a_ticket_does() {
        let long = CODE_LIFE * 100;
        let way = Way::Code(code(5), TicketSecret::new(SECRET));
        assert_eq!(Invitation::new(way, START, long).end(), START + CODE_LIFE);
        let ticket = Way::Ticket(TicketSecret::new(SECRET));
        let mut ticket = Invitation::new(ticket, START, long);
        assert_eq!(ticket.end(), START + long);
        assert_eq!(
            comes(&mut ticket, 5, START),
            Err(PairError::NotOpen),
            "it has no code"
        );
        assert!(redeems(&mut ticket, START + CODE_LIFE).is_ok());
    }

    #[test]
    fn a_stolen_ticket_is_used_once_and_a_wrong_one_costs_nothing() {
        let mut invitation = open();
        let (_, wrong) = TicketGuest::begin(&TicketSecret::new([8; 16]), &channel());
        assert_eq!(
            invitation.redeem(START, &channel(), &wrong),
            Err(PairError::WrongSecret)
        );
        assert!(redeems(&mut invitation, START).is_ok());
        assert_eq!(redeems(&mut invitation, START), Err(PairError::Spent));
        assert_eq!(comes(&mut invitation, 5, START), Err(PairError::Spent));
        // To one who never had it, it is the same as before.
        assert_eq!(
            invitation.redeem(START, &channel(), &wrong),
            Err(PairError::WrongSecret)
        );
    }

    #[test]
    fn words_and_codes_do_not_open_each_others_doors() {
        let mut words = Invitation::new(Way::Words, START, CODE_LIFE);
        assert_eq!(comes(&mut words, 5, START), Err(PairError::NotOpen));
        assert_eq!(redeems(&mut words, START), Err(PairError::NotOpen));
        let commitment = Commitment::of(&channel(), &Nonce::new([1; 32]));
        let compare = |invitation: &Invitation| {
            let nonce = Nonce::new([2; 32]);
            let begun = invitation.compare(START, channel(), commitment, nonce);
            begun.map(drop)
        };
        assert_eq!(compare(&open()), Err(PairError::NotOpen));
        assert_eq!(compare(&words), Ok(()));
        words.close();
        assert_eq!(compare(&words), Err(PairError::Spent));
    }
}
