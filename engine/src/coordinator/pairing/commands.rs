//! The commands of pairing, as methods of the engine.

use std::time::Duration;

use chunkstream_core::{
    device::{Ticket, TicketSecret},
    pairing::{CODE_LIFE, Invitation, PairingCode, Way},
    session::Role,
    wire::MAX_NAME,
};

use super::{Wish, guest::With, qr, random};
use crate::{
    api::{
        Code, Failure, InviteRequest, JoinRequest, Nothing, PairSide, PairState, PairWay,
        PairingRequest, PairingStatus, PairingView, WordsRequest,
    },
    coordinator::{Engine, Shared},
    network::address,
};

/// A week: for a ticket that is sent by post.
const MAX_MINUTES: u32 = 7 * 24 * 60;
/// How long a question for news is kept open.
const NEWS: Duration = Duration::from_secs(20);

impl Engine {
    /// Opens this device for one other: shows a code, makes a ticket, or waits for words.
    pub async fn invite_device(&self, request: InviteRequest) -> Result<PairingView, Failure> {
        let shared = &self.shared;
        let wish = wish(request.role, request.name)?;
        shared.needs_network()?;
        let minutes = request.minutes.unwrap_or(CODE_LIFE.as_secs() as u32 / 60);
        if minutes == 0 || minutes > MAX_MINUTES {
            return Err(Failure::new(
                Code::Usage,
                "a pairing is open for one minute at least and a week at most",
            ));
        }
        let life = Duration::from_secs(u64::from(minutes) * 60);
        let (way, code, secret) = match request.way {
            PairWay::Code => {
                let (code, secret) = (PairingCode::from_random(random()?), secret()?);
                (Way::Code(code, secret), Some(code), Some(secret))
            }
            PairWay::Ticket => {
                let secret = secret()?;
                (Way::Ticket(secret), None, Some(secret))
            }
            PairWay::Words => (Way::Words, None, None),
        };
        let ticket = secret
            .map(|secret| shared.pairing_ticket(secret))
            .transpose()?;
        let now = shared.elapsed();
        let invitation = Invitation::new(way, now, life);
        let life = invitation.end().saturating_sub(now);
        let until = shared.clock.unix_ms() + life.as_millis() as u64;
        let (round, view) = shared.begin_pairing(
            PairSide::Host,
            request.way,
            wish,
            Some(invitation),
            |view| {
                view.code = code.map(|code| code.to_string());
                view.qr = ticket.as_deref().and_then(qr::rows);
                view.ticket = ticket;
                view.until_ms = Some(until);
            },
        );
        shared.expire(round, life);
        Ok(view)
    }

    /// Pairs with a device that is open. Returns at once; [`Engine::pairing`] tells how it goes.
    pub async fn join_device(&self, request: JoinRequest) -> Result<PairingView, Failure> {
        let shared = &self.shared;
        let wish = wish(request.role, request.name)?;
        shared.needs_network()?;
        let text = request.with.as_deref().map(str::trim);
        let (with, way, places) = match text.filter(|text| !text.is_empty()) {
            None => {
                let places = shared.places(request.at.as_deref()).await?;
                (With::Words, PairWay::Words, places)
            }
            // A ticket has a letter at its front, a code has digits only.
            Some(text) if text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                let bad = |why: String| Failure::new(Code::BadTarget, why);
                let ticket: Ticket = text.parse().map_err(|e| bad(format!("{e}")))?;
                let place = shared.place_of(&ticket).await?;
                let secret = ticket.secret.ok_or_else(|| {
                    bad("the ticket has no secret: make one with pair at the other device".into())
                })?;
                (With::Ticket(secret), PairWay::Ticket, vec![place])
            }
            Some(text) => {
                let code: PairingCode = text
                    .parse()
                    .map_err(|e| Failure::new(Code::Usage, format!("{e}")))?;
                let spent = shared.pairing.inner().spent.check(code, shared.elapsed());
                spent.map_err(|_| {
                    Failure::new(
                        Code::CodeSpent,
                        "this code has been tried here; let the other device show a new one",
                    )
                })?;
                let places = shared.places(request.at.as_deref()).await?;
                (With::Code(code), PairWay::Code, places)
            }
        };
        let (round, view) = shared.begin_pairing(PairSide::Guest, way, wish, None, |_| {});
        shared.spawn(shared.clone().join(round, with, places));
        Ok(view)
    }

    /// Says whether both screens show the same words.
    pub async fn confirm_words(&self, request: WordsRequest) -> Result<PairingView, Failure> {
        let shared = &self.shared;
        let mut inner = shared.pairing.inner();
        let comparing = inner
            .current
            .as_mut()
            .filter(|current| current.view.state == PairState::Comparing)
            .ok_or_else(|| Failure::new(Code::IllegalState, "no words are being compared"))?;
        if request.same {
            comparing.view.state = PairState::Agreed;
        }
        comparing.view.revision = shared.next_revision();
        comparing.verdict.send_replace(Some(request.same));
        Ok(comparing.view.clone())
    }

    /// Gives up the pairing that is under way, if there is one.
    pub async fn cancel_pairing(&self, _: Nothing) -> Result<Nothing, Failure> {
        let shared = &self.shared;
        let current = shared
            .pairing
            .inner()
            .current
            .as_ref()
            .map(|current| current.round.number);
        if let Some(number) = current {
            shared.change_pairing(number, |current| {
                current.end(PairState::Cancelled);
                current.invitation = None;
            });
        }
        Ok(Nothing {})
    }

    /// How the pairing stands; with a revision, as soon as there is another.
    pub async fn pairing(&self, request: PairingRequest) -> Result<PairingStatus, Failure> {
        let pairing = &self.shared.pairing;
        if let Some(seen) = request.after {
            let mut revision = pairing.revision.subscribe();
            let news = revision.wait_for(|revision| *revision != seen);
            tokio::select! {
                news = tokio::time::timeout(NEWS, news) => drop(news),
                () = self.shared.stop.cancelled() => {}
            }
        }
        Ok(PairingStatus {
            current: pairing.view(),
        })
    }
}

impl Shared {
    fn needs_network(&self) -> Result<(), Failure> {
        if self.endpoint.has_network() {
            Ok(())
        } else {
            Err(Failure::new(
                Code::IllegalState,
                "this engine has no network",
            ))
        }
    }

    /// A ticket of the addresses that this device has now, with that secret.
    fn pairing_ticket(&self, secret: TicketSecret) -> Result<String, Failure> {
        let addresses = address::reachable(self.endpoint.local_address()?);
        let ticket = Ticket::new(self.key.id(), self.name(), addresses)
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        Ok(ticket.with_secret(secret).to_string())
    }
}

fn secret() -> Result<TicketSecret, Failure> {
    Ok(TicketSecret::new(random()?))
}

/// What becomes of the other device, if it makes sense.
fn wish(role: Option<Role>, name: Option<String>) -> Result<Wish, Failure> {
    if matches!(role, Some(Role::Ask | Role::Blocked)) {
        let text = "a device is paired with as mine or as trusted";
        return Err(Failure::new(Code::Usage, text));
    }
    let name = name.map(|name| name.trim().to_owned());
    let bad = |name: &String| {
        name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control)
    };
    if name.as_ref().is_some_and(bad) {
        let text = format!("a name has 1 to {MAX_NAME} bytes and no control characters");
        return Err(Failure::new(Code::Usage, text));
    }
    Ok(Wish { role, name })
}
