//! The side that comes with a code, a ticket, or to compare words.

use std::sync::Arc;

use chunkstream_core::{
    device::TicketSecret,
    pairing::{Channel, GuestComparison, GuestExchange, Nonce, PairingCode, TicketGuest},
    session::Role,
    wire::{FEATURE_PAIR, Hello, Opening, PairMessage, PairStart},
};

use super::{
    Round, STEP, Trouble,
    places::Place,
    random,
    talk::{Talk, out_of_order},
};
use crate::{
    api::{Code, Failure, PairSide, PairState, PeerView},
    coordinator::{
        Shared,
        peer::Link,
        start::{is_presentable, peer_view},
        strangers::Standing,
    },
    network::{NetworkError, close, control, dial::meet, urgency},
};

/// With what a guest comes.
#[derive(Debug, Clone)]
pub(super) enum With {
    Code(PairingCode),
    Ticket(TicketSecret),
    Words,
}

/// The connection to a device, closed again if it was dialled for this and nothing comes of it.
struct Reached {
    link: Arc<Link>,
    fresh: bool,
}

/// A device that has said Hello, and what it called itself.
struct Met {
    link: Arc<Link>,
    talk: Talk,
    channel: Channel,
    name: String,
}

impl Shared {
    /// Tries one place after the other until a device there is open for this, and pairs with it.
    pub(super) async fn join(self: Arc<Self>, round: Round, with: With, places: Vec<Place>) {
        let cancel = round.cancel.clone();
        let mut last = Trouble::Cancelled;
        let places = if places.is_empty() {
            match cancel.run_until_cancelled(self.place_nearby()).await {
                None => return,
                Some(Ok(place)) => vec![place],
                Some(Err(failure)) => {
                    return self.end_pairing(&round, PairState::Failed, Some(failure));
                }
            }
        } else {
            places
        };
        for place in &places {
            let tried = cancel.run_until_cancelled(self.try_place(&round, &with, place));
            match tried.await {
                None | Some(Ok(None)) => return,
                // The persons are at it: a cancel is said to the other side there.
                Some(Ok(Some((mut reached, met)))) => {
                    let Met { link, talk, .. } = met;
                    let compared = self.compare(&round, PairSide::Guest, &link, talk).await;
                    if let Err(error) = compared {
                        link.misbehaved(&error);
                    } else if self.is_paired(&round) {
                        reached.keep();
                    }
                    return;
                }
                Some(Err(trouble)) => {
                    let goes_on = trouble.is_of_the_place();
                    last = trouble;
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        self.end_pairing(&round, PairState::Failed, last.into_failure());
    }

    /// Pairs with the device at a place; returns it if its words have to be compared.
    async fn try_place(
        self: &Arc<Self>,
        round: &Round,
        with: &With,
        place: &Place,
    ) -> Result<Option<(Reached, Met)>, Trouble> {
        let mut reached = self.reach(place).await?;
        let link = reached.link.clone();
        let talked = async {
            let mut met = self.greet(&link).await?;
            let device = self.shown(&met);
            self.change_pairing(round.number, |current| {
                current.view.device = Some(device.clone());
            });
            match with {
                With::Code(code) => self.join_by_code(&mut met, *code).await?,
                With::Ticket(secret) => join_by_ticket(&mut met, secret).await?,
                With::Words => {
                    self.join_by_words(round, &mut met, device).await?;
                    return Ok(Some(met));
                }
            }
            self.met(&met.link, &met.name).await;
            let device = self.record(&met.link, &round.wish).await?;
            met.talk.send.finish();
            self.paired(round, device);
            Ok(None)
        };
        match talked.await {
            Ok(None) => {
                reached.keep();
                Ok(None)
            }
            Ok(Some(met)) => Ok(Some((reached, met))),
            Err(trouble) => {
                if let Trouble::Network(error @ NetworkError::Protocol(_)) = &trouble {
                    link.misbehaved(error);
                }
                Err(trouble)
            }
        }
    }

    /// A connection to the device at a place.
    async fn reach(self: &Arc<Self>, place: &Place) -> Result<Reached, Trouble> {
        let Some(device) = place.device else {
            let (connection, device) = meet(&self.endpoint, &place.addresses).await?;
            let refused = if device == self.key.id() {
                Some(Failure::new(Code::BadTarget, "that is this device"))
            } else if self.role(device).await? == Role::Blocked {
                Some(blocked(&device.to_string()))
            } else {
                None
            };
            if let Some(failure) = refused {
                connection.close(close::DONE, b"");
                return Err(failure.into());
            }
            let link =
                self.peers
                    .get(device)
                    .adopt(self, connection, true, Standing::new(false, None));
            return Ok(Reached { link, fresh: true });
        };
        if self.role(device).await? == Role::Blocked {
            return Err(blocked(&device.to_string()).into());
        }
        let peer = self.peers.get(device);
        let before = peer.link();
        let link = peer.connect(self, &place.addresses).await?;
        let fresh = !before.is_some_and(|before| Arc::ptr_eq(&before, &link));
        Ok(Reached { link, fresh })
    }

    /// Both Hellos.
    async fn greet(self: &Arc<Self>, link: &Arc<Link>) -> Result<Met, Trouble> {
        let greeting = async {
            let streams = link.connection.open_bi().await?;
            let (mut send, mut receive) = link.control(streams);
            send.set_priority(urgency::CONTROL);
            control::send(&mut send, &self.hello()).await?;
            let hello = control::receive::<Hello>(&mut receive).await?;
            let hello = hello.ok_or_else(|| NetworkError::Lost("the device has left".into()))?;
            Ok::<_, NetworkError>((Talk { send, receive }, hello))
        };
        let late = |_| NetworkError::Lost("the device does not answer".into());
        let (talk, hello) = tokio::time::timeout(STEP, greeting).await.map_err(late)??;
        if hello.features & FEATURE_PAIR == 0 {
            let text = "the other device is of a version that cannot be paired with";
            return Err(Failure::new(Code::NotPairing, text).into());
        }
        Ok(Met {
            channel: self.channel(link, PairSide::Guest)?,
            link: link.clone(),
            talk,
            name: hello.name,
        })
    }

    async fn join_by_code(&self, met: &mut Met, code: PairingCode) -> Result<(), Trouble> {
        let (exchange, share) = GuestExchange::begin(code, met.channel, random()?);
        met.begin(PairStart::Code(share)).await?;
        let PairMessage::Share(share) = met.talk.hear().await? else {
            return Err(out_of_order());
        };
        let (confirming, proof) = exchange.answer(&share)?;
        // Whoever is there has had its guess from here on, whatever becomes of the connection.
        let now = self.elapsed();
        self.pairing.inner().spent.spend(code, now)?;
        met.talk.say(PairMessage::Proof(proof)).await?;
        let PairMessage::Proof(proof) = met.talk.hear().await? else {
            return Err(out_of_order());
        };
        Ok(confirming.finish(&proof)?)
    }

    async fn join_by_words(
        &self,
        round: &Round,
        met: &mut Met,
        device: PeerView,
    ) -> Result<(), Trouble> {
        let (comparison, commitment) = GuestComparison::begin(met.channel, Nonce::new(random()?));
        met.begin(PairStart::Words(commitment)).await?;
        let PairMessage::Nonce(host) = met.talk.hear().await? else {
            return Err(out_of_order());
        };
        let (nonce, words) = comparison.reveal(&host)?;
        met.talk.say(PairMessage::Nonce(nonce)).await?;
        self.met(&met.link, &met.name).await;
        self.show_words(round, device, words)
    }

    /// What is shown of a device that is not known yet.
    fn shown(&self, met: &Met) -> PeerView {
        let mut view = self.peer_view(met.link.device);
        if !view.known {
            view = peer_view(met.link.device, None);
            if is_presentable(&met.name) {
                view.name.clone_from(&met.name);
            }
        }
        view
    }

    fn is_paired(&self, round: &Round) -> bool {
        let inner = self.pairing.inner();
        inner.current.as_ref().is_some_and(|current| {
            current.round.number == round.number && current.view.state == PairState::Paired
        })
    }
}

async fn join_by_ticket(met: &mut Met, secret: &TicketSecret) -> Result<(), Trouble> {
    let (guest, proof) = TicketGuest::begin(secret, &met.channel);
    met.begin(PairStart::Ticket(proof)).await?;
    let PairMessage::Proof(proof) = met.talk.hear().await? else {
        return Err(out_of_order());
    };
    Ok(guest.finish(&proof)?)
}

impl Reached {
    /// The device is paired: there is more to say to it.
    fn keep(&mut self) {
        self.fresh = false;
    }
}

impl Drop for Reached {
    fn drop(&mut self) {
        if self.fresh {
            self.link.connection.close(close::DONE, b"");
        }
    }
}

impl Met {
    async fn begin(&mut self, start: PairStart) -> Result<(), NetworkError> {
        control::send(&mut self.talk.send, &Opening::Pair(start)).await
    }
}

impl Trouble {
    /// Whether the device may be at another place: this one is not there, or not open.
    fn is_of_the_place(&self) -> bool {
        match self {
            Self::Network(error) => error.is_transient() || matches!(error, NetworkError::Refused),
            Self::Failure(failure) => failure.code == Code::NotPairing,
            Self::Pairing(_) | Self::Cancelled => false,
        }
    }
}

fn blocked(device: &str) -> Failure {
    Failure::new(
        Code::IdentityRefused,
        "that device is blocked here; forget it first",
    )
    .about(device)
}
