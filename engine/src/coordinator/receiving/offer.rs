//! Control streams that come in: who may offer, and to which session an offer belongs.

use std::{sync::Arc, time::Duration};

use chunkstream_core::{
    id::FileId,
    session::{Direction, Role, State},
    wire::{
        EndCause, FromReceiver, FromSender, Hello, MAX_FILES_IN_PAGE, MAX_HELLO, MAX_OPENING,
        Offer, Opening,
    },
};
use tokio::sync::mpsc;

use super::{Attached, Event};
use crate::{
    coordinator::{
        Shared,
        audit::Note,
        copies::{Listener, Speaker},
        last_word::FAREWELL,
        peer::Link,
        probes::Probes,
    },
    network::{NetworkError, close, control, urgency},
};

/// How long a peer may take from opening a control stream to the end of its offer.
const OFFER_TIME: Duration = Duration::from_secs(15);
/// Messages from the sender that wait for the task.
const QUEUE: usize = 64;
/// Messages to the sender that wait for the stream; a peer that lets more pile up does not read.
const OUTBOX: usize = 4096;
/// Offers of one device that may wait for an answer.
const MAX_WAITING: usize = 32;

/// Accepts the control streams of a connection until it is lost.
pub(crate) async fn accept_offers(shared: Arc<Shared>, link: Arc<Link>) {
    loop {
        let streams = tokio::select! {
            // A sender that hears the last answer of a stopping engine need not open another stream.
            () = shared.stop.cancelled() => return,
            accepted = link.connection.accept_bi() => match accepted {
                Ok(streams) => streams,
                Err(_) => return,
            },
        };
        if !link.standing.is_welcome() {
            shared.peers.get(link.device).is_used(&link);
        }
        let (send, receive) = link.control(streams);
        let (engine, link) = (shared.clone(), link.clone());
        shared.spawn(async move {
            let shared = engine;
            let Some(_served) = link.standing.serve() else {
                // What it has said is let go of with the stream.
                return;
            };
            match serve(&shared, &link, send, receive).await {
                Err(error @ NetworkError::Protocol(_)) => {
                    let note = Note::refused(link.device, "protocol");
                    shared.note(note.with("message", error.to_string()));
                    link.misbehaved(&error);
                }
                Err(error) => tracing::debug!(%error, "a control stream ended early"),
                Ok(()) => {}
            }
        });
    }
}

async fn serve(
    shared: &Arc<Shared>,
    link: &Arc<Link>,
    mut send: Speaker,
    mut receive: Listener,
) -> Result<(), NetworkError> {
    send.set_priority(urgency::CONTROL);
    let (opening, Hello { features, name }) =
        tokio::time::timeout(OFFER_TIME, begin(shared, link, &mut send, &mut receive))
            .await
            .map_err(|_| NetworkError::Protocol("no offer came on a control stream".into()))??;
    let offer = match opening {
        Opening::Offer(_) if !shared.note_name(link, &name).await => return Ok(()),
        Opening::Offer(offer) => offer,
        Opening::Again(transfer) => {
            let answer = match shared.asked_again(link.device, transfer).await {
                Ok(None) => FromSender::Heard,
                Ok(Some(cause)) => FromSender::End(cause),
                Err(failure) => {
                    tracing::error!(%failure, "a transfer could not be looked up");
                    return Ok(());
                }
            };
            control::send(&mut send, &answer).await?;
            return farewell(&mut send).await;
        }
        Opening::Rotated(chain) => return shared.judge_rotations(link, send, &chain).await,
        Opening::Pair(start) => return shared.host(link, send, receive, start).await,
    };
    let transfer = offer.transfer;
    let answer = match route(shared, link, &offer).await {
        Ok(Route::Session(incoming)) => {
            let (queued, messages) = mpsc::channel(QUEUE);
            let (outbox, answers) = mpsc::channel(OUTBOX);
            shared.spawn_farewell(write(link.clone(), send, answers));
            incoming
                .event(Event::Attached(Attached {
                    link: link.clone(),
                    offer,
                    features,
                    messages,
                    outbox,
                }))
                .await;
            link.early.offered();
            shared.pass_on(link, &incoming, &mut receive, queued).await;
            return Ok(());
        }
        Ok(Route::Answer(messages)) => messages,
        Err(failure) => {
            // No answer: the sender comes again later.
            tracing::error!(%failure, "an offer could not be recorded");
            return Ok(());
        }
    };
    for message in answer {
        control::send(&mut send, &message).await?;
    }
    send.finish();
    // The sender records the end before it says so.
    let heard = async {
        loop {
            match control::receive::<FromSender>(&mut receive).await {
                Ok(Some(FromSender::Heard)) => return true,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return false,
            }
        }
    };
    if let Ok(true) = tokio::time::timeout(FAREWELL, heard).await {
        shared.heard(transfer).await;
    }
    Ok(())
}

async fn farewell(send: &mut Speaker) -> Result<(), NetworkError> {
    send.finish();
    let _ = tokio::time::timeout(FAREWELL, send.stopped()).await;
    Ok(())
}

async fn write(link: Arc<Link>, mut send: Speaker, mut answers: mpsc::Receiver<FromReceiver>) {
    let mut probes = Probes::default();
    loop {
        let message = tokio::select! {
            message = answers.recv() => message,
            () = probes.due(&link) => {
                probes.probe(&link);
                continue;
            }
        };
        let Some(message) = message else { break };
        // More follows behind these by itself.
        if !matches!(
            message,
            FromReceiver::Durable { .. } | FromReceiver::Have(_)
        ) {
            probes.said();
        }
        if let Err(error) = control::send(&mut send, &message).await {
            tracing::debug!(%error, "an answer could not be sent");
            return;
        }
    }
    send.finish();
    let stopped = async {
        let mut stopped = std::pin::pin!(send.stopped());
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                () = probes.due(&link) => probes.probe(&link),
            }
        }
    };
    let _ = tokio::time::timeout(FAREWELL, stopped).await;
}

/// Both Hellos, and what the stream is about; with it, the sender's Hello.
async fn begin(
    shared: &Shared,
    link: &Arc<Link>,
    send: &mut Speaker,
    receive: &mut Listener,
) -> Result<(Opening, Hello), NetworkError> {
    let early = || NetworkError::Protocol("the control stream ended before its offer".into());
    let hello = control::receive_within::<Hello>(receive, MAX_HELLO)
        .await?
        .ok_or_else(early)?;
    shared.met(link, &hello.name).await;
    control::send(send, &shared.hello()).await?;
    control::receive_within::<Opening>(receive, MAX_OPENING)
        .await?
        .ok_or_else(early)
        .map(|opening| (opening, hello))
}

enum Route {
    /// To this session's task.
    Session(Arc<super::Incoming>),
    /// Answered here: the session has ended, or there will be none.
    Answer(Vec<FromReceiver>),
}

async fn route(
    shared: &Arc<Shared>,
    link: &Arc<Link>,
    offer: &Offer,
) -> Result<Route, crate::api::Failure> {
    let id = offer.transfer;
    // One at a time: two connections may bring the same offer.
    let _one_at_a_time = shared.routing.lock().await;
    if let Some(incoming) = shared.incoming(id) {
        if incoming.session.peer() == link.device {
            return Ok(Route::Session(incoming));
        }
        link.connection
            .close(close::PROTOCOL, b"the transfer is another device's");
        return Ok(Route::Answer(Vec::new()));
    }
    if offer.over {
        return Ok(Route::Answer(vec![FromReceiver::Heard]));
    }
    let known = match shared.store.session(id).await {
        Ok(session) => Some(session),
        Err(crate::store::StoreError::NotFound(_)) => None,
        Err(error) => return Err(error.into()),
    };
    if let Some(session) = known {
        if session.peer != link.device || session.direction != Direction::Receiving {
            return Ok(Route::Answer(vec![FromReceiver::End(EndCause::Protocol)]));
        }
        if matches!(session.state, State::Failed | State::Cancelled)
            && offer.attempt > session.attempt
            && shared.role(link.device).await? != Role::Blocked
        {
            shared.revive(session, offer.attempt).await?;
            return match shared.incoming(id) {
                Some(incoming) => Ok(Route::Session(incoming)),
                None => Ok(Route::Answer(Vec::new())),
            };
        }
        return Ok(Route::Answer(match session.state {
            State::Completed => {
                let unwanted = shared.store.unwanted(id).await?;
                let pages = unwanted.chunks(MAX_FILES_IN_PAGE);
                let pages = pages.map(|page| FromReceiver::Unwanted(page.to_vec()));
                pages
                    .chain([
                        FromReceiver::Finished(vec![(FileId(0), FileId(u32::MAX))]),
                        FromReceiver::Accept { paused: None },
                        FromReceiver::Receipt {
                            files: session.files,
                            bytes: session.bytes,
                        },
                    ])
                    .collect()
            }
            State::Cancelled => vec![FromReceiver::End(EndCause::Cancelled)],
            State::Failed => vec![FromReceiver::End(EndCause::Target)],
            // It is about to be taken up, by a start or a retry: the sender comes again.
            _ => Vec::new(),
        }));
    }
    if shared.role(link.device).await? == Role::Blocked {
        link.connection.close(close::REFUSED, b"");
        shared.note(Note::refused(link.device, "blocked"));
        return Ok(Route::Answer(Vec::new()));
    }
    if let Err(decline) = shared.may_wait(link, MAX_WAITING) {
        shared.note(Note::refused(link.device, "too_many_offers"));
        return Ok(Route::Answer(vec![FromReceiver::Decline(decline)]));
    }
    // From here on a person sees it.
    shared.is_shown(link).await;
    Ok(Route::Session(
        shared.begin_receiving(link.device, offer).await?,
    ))
}
