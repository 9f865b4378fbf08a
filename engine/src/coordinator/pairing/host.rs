//! The side that shows a code, has made a ticket, or waits for words.

use std::sync::Arc;

use chunkstream_core::{
    device::DeviceId,
    pairing::{Channel, Commitment, Invitation, Nonce, PairError, Proof, Share},
    session::Role,
    wire::{PairMessage, PairRefusal, PairStart},
};

use super::{
    Current, Inner, Round, Trouble, random,
    talk::{Talk, out_of_order},
};
use crate::{
    api::{Code, PairSide, PairState},
    coordinator::{
        Shared,
        audit::Note,
        copies::{Listener, Speaker},
        peer::Link,
    },
    network::NetworkError,
};

impl Shared {
    /// A guest has begun: what it may is decided here.
    ///
    /// # Errors
    /// [`NetworkError::Protocol`] if it does not keep to it; the pairing has been told the rest.
    pub(crate) async fn host(
        self: &Arc<Self>,
        link: &Arc<Link>,
        send: Speaker,
        receive: Listener,
        start: PairStart,
    ) -> Result<(), NetworkError> {
        // Whoever sees the end may stop this engine: not before the guest has heard it.
        let _heard = self.farewells.token();
        let mut talk = Talk { send, receive };
        let channel = self.channel(link, PairSide::Host)?;
        let ended = match start {
            PairStart::Code(share) => self.host_code(link, &mut talk, channel, share).await,
            PairStart::Ticket(proof) => self.host_ticket(link, &mut talk, channel, proof).await,
            PairStart::Words(commitment) => {
                return self.host_words(link, talk, channel, commitment).await;
            }
        };
        self.answer(link.device, &mut talk, ended).await
    }

    /// Tells a guest why it goes no further.
    async fn answer(
        &self,
        device: DeviceId,
        talk: &mut Talk,
        ended: Result<(), Trouble>,
    ) -> Result<(), NetworkError> {
        match ended {
            Ok(()) => Ok(()),
            Err(Trouble::Network(error)) => Err(error),
            Err(Trouble::Pairing(error)) => {
                if error == PairError::NotOpen {
                    self.note(Note::refused(device, "not_pairing"));
                }
                talk.refuse(error.into()).await;
                Ok(())
            }
            Err(Trouble::Failure(failure)) => {
                tracing::debug!(%failure, "a pairing failed");
                talk.refuse(PairRefusal::Failed).await;
                Ok(())
            }
            Err(Trouble::Cancelled) => {
                talk.refuse(PairRefusal::Cancelled).await;
                Ok(())
            }
        }
    }

    async fn host_code(
        self: &Arc<Self>,
        link: &Arc<Link>,
        talk: &mut Talk,
        channel: Channel,
        share: Share,
    ) -> Result<(), Trouble> {
        let address = link.connection.remote_address().ip();
        let blocked = self.role(link.device).await? == Role::Blocked;
        let (now, seed) = (self.elapsed(), random()?);
        let (round, exchange, answer) = {
            let mut inner = self.pairing.inner();
            inner.attempts.check(address, now)?;
            let current = inner.open(blocked)?;
            let begun = current.invitation()?.exchange(now, channel, &share, seed)?;
            (current.round.clone(), begun.0, begun.1)
        };
        talk.say(PairMessage::Share(answer)).await?;
        let PairMessage::Proof(proof) = talk.hear().await? else {
            return Err(out_of_order());
        };
        let now = self.elapsed();
        let confirmed = {
            let mut inner = self.pairing.inner();
            let current = inner.of(&round)?;
            let confirmed = current.invitation()?.confirm(now, exchange, &proof);
            if confirmed == Err(PairError::WrongCode) {
                inner.attempts.failed(address, now);
            }
            confirmed
        };
        match confirmed {
            Ok(answer) => self.let_in(link, talk, &round, answer).await,
            Err(PairError::WrongCode) => {
                tracing::warn!(device = %link.device.short(), %address, "a wrong pairing code was entered");
                let failure = Trouble::from(PairError::WrongCode).into_failure();
                let device = self.peer_view(link.device);
                self.change_pairing(round.number, |current| {
                    current.end(PairState::Failed);
                    current.view.failure = failure;
                    current.view.device = Some(device);
                });
                self.note_failed_pairing(Some(link.device), Code::WrongCode);
                Err(PairError::WrongCode.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn host_ticket(
        self: &Arc<Self>,
        link: &Arc<Link>,
        talk: &mut Talk,
        channel: Channel,
        proof: Proof,
    ) -> Result<(), Trouble> {
        let blocked = self.role(link.device).await? == Role::Blocked;
        let now = self.elapsed();
        let (round, answer) = {
            let mut inner = self.pairing.inner();
            let current = inner.open(blocked)?;
            let answer = current.invitation()?.redeem(now, &channel, &proof)?;
            (current.round.clone(), answer)
        };
        self.let_in(link, talk, &round, answer).await
    }

    /// The guest has proved itself: it is recorded, then told.
    async fn let_in(
        self: &Arc<Self>,
        link: &Arc<Link>,
        talk: &mut Talk,
        round: &Round,
        answer: Proof,
    ) -> Result<(), Trouble> {
        let device = match self.record(link, &round.wish).await {
            Ok(device) => device,
            Err(failure) => {
                self.end_pairing(round, PairState::Failed, Some(failure.clone()));
                return Err(failure.into());
            }
        };
        let said = talk.say(PairMessage::Proof(answer)).await;
        if said.is_ok() {
            // Shown when the guest has it: whoever waits for that may stop this engine.
            talk.farewell().await;
        }
        self.paired(round, device);
        Ok(said?)
    }

    async fn host_words(
        self: &Arc<Self>,
        link: &Arc<Link>,
        mut talk: Talk,
        channel: Channel,
        commitment: Commitment,
    ) -> Result<(), NetworkError> {
        let round = match self
            .take_up_words(link, &mut talk, channel, commitment)
            .await
        {
            Ok(Ok(found)) => found,
            Ok(Err(busy)) => {
                talk.refuse(busy).await;
                return Ok(());
            }
            Err(trouble) => return self.answer(link.device, &mut talk, Err(trouble)).await,
        };
        self.compare(&round, PairSide::Host, link, talk).await
    }

    /// The nonces are exchanged and the words are shown.
    async fn take_up_words(
        self: &Arc<Self>,
        link: &Arc<Link>,
        talk: &mut Talk,
        channel: Channel,
        commitment: Commitment,
    ) -> Result<Result<Round, PairRefusal>, Trouble> {
        let blocked = self.role(link.device).await? == Role::Blocked;
        let (now, nonce) = (self.elapsed(), Nonce::new(random()?));
        let (round, comparison) = {
            let mut inner = self.pairing.inner();
            let current = inner.open(blocked)?;
            let invitation = current.invitation()?;
            let comparison = invitation.compare(now, channel, commitment, nonce)?;
            if current.comparing {
                return Ok(Err(PairRefusal::Busy));
            }
            current.comparing = true;
            (current.round.clone(), comparison)
        };
        self.is_shown(link).await;
        let device = self.peer_view(link.device);
        let shown = async {
            talk.say(PairMessage::Nonce(nonce)).await?;
            let PairMessage::Nonce(guest) = talk.hear().await? else {
                return Err(out_of_order());
            };
            let words = comparison.words(&guest)?;
            self.show_words(&round, device, words)
        };
        let shown = shown.await;
        if shown.is_err() {
            self.wait_again(&round);
        }
        shown.map(|()| Ok(round))
    }

    /// A guest has left before anybody said a word about the words: another may come, while there is time.
    pub(super) fn wait_again(&self, round: &Round) {
        let now = self.elapsed();
        self.change_pairing(round.number, |current| {
            current.comparing = false;
            current.verdict.send_replace(None);
            (current.view.words, current.view.device) = (None, None);
            match current.invitation().and_then(|open| open.check(now)) {
                Ok(()) => {
                    current.view.state = PairState::Waiting;
                    current.view.until_ms = current.until_ms;
                }
                Err(error) => {
                    current.end(PairState::Failed);
                    current.view.failure = Trouble::from(error).into_failure();
                }
            }
        });
    }
}

impl Inner {
    /// What is open for a guest.
    fn open(&mut self, blocked: bool) -> Result<&mut Current, PairError> {
        if blocked {
            return Err(PairError::NotOpen);
        }
        self.current.as_mut().ok_or(PairError::NotOpen)
    }

    /// The same pairing as before, if it was not replaced.
    fn of(&mut self, round: &Round) -> Result<&mut Current, PairError> {
        let current = self.current.as_mut();
        current
            .filter(|current| current.round.number == round.number)
            .ok_or(PairError::Spent)
    }
}

impl Current {
    fn invitation(&mut self) -> Result<&mut Invitation, PairError> {
        self.invitation.as_mut().ok_or(PairError::NotOpen)
    }
}
