//! Two persons compare words: the same on both sides.

use std::sync::Arc;

use chunkstream_core::{
    pairing::Words,
    wire::{PairMessage, PairRefusal},
};
use tokio::time::{Instant, sleep_until};

use super::{
    COMPARING, Round, Trouble,
    talk::{Talk, farewell, hear, out_of_order},
};
use crate::{
    api::{Code, Failure, PairSide, PairState, PeerView},
    coordinator::{
        Shared,
        copies::{Listener, Speaker},
        peer::Link,
    },
    network::{NetworkError, control},
};

/// How far two persons have come.
#[derive(Debug, Default)]
struct Said {
    here: bool,
    there: bool,
}

/// How a comparing ended without trouble.
enum End {
    /// Both persons have said that the words are the same.
    Same,
    /// The person here says that they are not.
    Differ,
    /// It was given up here.
    GivenUp,
    /// Nobody said anything for too long.
    Late,
}

impl Shared {
    /// Shows the words to the person here.
    pub(super) fn show_words(
        &self,
        round: &Round,
        device: PeerView,
        words: Words,
    ) -> Result<(), Trouble> {
        let until = self.clock.unix_ms() + COMPARING.as_millis() as u64;
        let shown = self.change_pairing(round.number, |current| {
            current.view.state = PairState::Comparing;
            current.view.words = Some(words.list().map(str::to_owned).to_vec());
            current.view.device = Some(device);
            current.view.until_ms = Some(until);
        });
        shown.ok_or(Trouble::Cancelled)
    }

    /// Waits for both persons, and records the other device if both say that the words are the same.
    ///
    /// # Errors
    /// [`NetworkError::Protocol`] if the other device does not keep to it; the pairing has been told the rest.
    pub(super) async fn compare(
        self: &Arc<Self>,
        round: &Round,
        side: PairSide,
        link: &Arc<Link>,
        talk: Talk,
    ) -> Result<(), NetworkError> {
        // Whoever sees the end may stop this engine: not before the other side has heard it.
        let _heard = self.farewells.token();
        let Talk { mut send, receive } = talk;
        let mut said = Said::default();
        let ended = said.compare(round, &mut send, receive).await;
        let mut refuse = async |why| {
            let refused = control::send(&mut send, &PairMessage::Refused(why)).await;
            if refused.is_ok() {
                farewell(&mut send).await;
            }
        };
        match ended {
            Ok(End::Same) => match self.record(link, &round.wish).await {
                Ok(device) => {
                    // Shown when the other side has heard it: whoever waits for that may stop this engine.
                    farewell(&mut send).await;
                    self.paired(round, device);
                }
                Err(failure) => {
                    self.end_pairing(round, PairState::Failed, Some(failure));
                    refuse(PairRefusal::Failed).await;
                }
            },
            Ok(End::Differ) => {
                let failure = Failure::new(
                    Code::WordsDiffer,
                    "the words differ: somebody may stand between the two devices",
                );
                self.end_pairing(round, PairState::Failed, Some(failure));
                refuse(PairRefusal::Differ).await;
            }
            Ok(End::GivenUp) => {
                self.end_pairing(round, PairState::Cancelled, None);
                refuse(PairRefusal::Cancelled).await;
            }
            Ok(End::Late) => {
                let failure = Failure::new(Code::CodeSpent, "the words were not compared in time");
                self.end_pairing(round, PairState::Failed, Some(failure));
                refuse(PairRefusal::Expired).await;
            }
            Err(Trouble::Network(error @ NetworkError::Protocol(_))) => {
                let failure = Failure::from(NetworkError::Protocol(error.to_string()));
                self.end_pairing(round, PairState::Failed, Some(failure));
                return Err(error);
            }
            Err(trouble) => {
                let failure = trouble.into_failure();
                let differ = |failure: &Failure| failure.code == Code::WordsDiffer;
                let left = !said.here && !failure.as_ref().is_some_and(differ);
                if side == PairSide::Host && left {
                    self.wait_again(round);
                } else {
                    self.end_pairing(round, PairState::Failed, failure);
                }
            }
        }
        Ok(())
    }
}

impl Said {
    async fn compare(
        &mut self,
        round: &Round,
        send: &mut Speaker,
        receive: Listener,
    ) -> Result<End, Trouble> {
        let mut verdict = round.verdict.clone();
        let end = Instant::now() + COMPARING;
        let mut heard = Box::pin(next(receive));
        loop {
            if self.here && self.there {
                return Ok(End::Same);
            }
            let said = async {
                verdict
                    .wait_for(Option::is_some)
                    .await
                    .ok()
                    .and_then(|said| *said)
            };
            tokio::select! {
                () = round.cancel.cancelled() => return Ok(End::GivenUp),
                () = sleep_until(end) => return Ok(End::Late),
                said = said, if !self.here => match said {
                    Some(true) => {
                        self.here = true;
                        control::send(send, &PairMessage::Agreed).await?;
                    }
                    Some(false) => return Ok(End::Differ),
                    None => return Ok(End::GivenUp),
                },
                (receive, message) = &mut heard => match message? {
                    // It may still take its word back.
                    PairMessage::Agreed if !self.there => {
                        self.there = true;
                        heard = Box::pin(next(receive));
                    }
                    _ => return Err(out_of_order()),
                },
            }
        }
    }
}

/// With its stream, so that it can be waited for beside other things.
async fn next(mut receive: Listener) -> (Listener, Result<PairMessage, Trouble>) {
    let message = hear(&mut receive).await;
    (receive, message)
}
