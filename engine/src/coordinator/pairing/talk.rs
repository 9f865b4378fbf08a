//! The stream of a pairing: short messages, each within its time.

use chunkstream_core::wire::{MAX_PAIR, PairMessage, PairRefusal, decode};

use super::{STEP, Trouble};
use crate::{
    api::{Code, Failure},
    coordinator::{
        copies::{Listener, Speaker},
        last_word::FAREWELL,
    },
    network::{NetworkError, control},
};

/// The two halves, after both Hellos.
#[derive(Debug)]
pub(super) struct Talk {
    pub(super) send: Speaker,
    pub(super) receive: Listener,
}

impl Talk {
    pub(super) async fn say(&mut self, message: PairMessage) -> Result<(), NetworkError> {
        control::send(&mut self.send, &message).await
    }

    /// The next message, within the time of a step.
    ///
    /// # Errors
    /// Also if the other side goes no further, or ends.
    pub(super) async fn hear(&mut self) -> Result<PairMessage, Trouble> {
        let late = |_| NetworkError::Lost("the other device does not answer".into());
        let heard = tokio::time::timeout(STEP, hear(&mut self.receive));
        heard.await.map_err(late)?
    }

    /// This side goes no further: said if it still can be.
    pub(super) async fn refuse(&mut self, why: PairRefusal) {
        if self.say(PairMessage::Refused(why)).await.is_ok() {
            self.farewell().await;
        }
    }

    /// Nothing more is said; returns when the other side has all that was, or is gone.
    pub(super) async fn farewell(&mut self) {
        farewell(&mut self.send).await;
    }
}

/// The same for one half.
pub(super) async fn farewell(send: &mut Speaker) {
    send.finish();
    let _ = tokio::time::timeout(FAREWELL, send.stopped()).await;
}

/// The next message.
///
/// # Errors
/// Also if the other side goes no further, or ends.
pub(super) async fn hear(receive: &mut Listener) -> Result<PairMessage, Trouble> {
    let bytes = control::read_message(receive, MAX_PAIR).await?;
    let bytes = bytes.ok_or_else(|| NetworkError::Lost("the other device has left".into()))?;
    match decode(&bytes).map_err(NetworkError::from)? {
        PairMessage::Refused(why) => Err(refused(why).into()),
        message => Ok(message),
    }
}

/// Something else was due.
pub(super) fn out_of_order() -> Trouble {
    NetworkError::Protocol("a pairing message out of its order".into()).into()
}

/// What the other side's refusal means here.
fn refused(why: PairRefusal) -> Failure {
    let (code, message) = match why {
        PairRefusal::NotOpen => (
            Code::NotPairing,
            "the other device is not waiting for a pairing of this kind",
        ),
        PairRefusal::Busy => (
            Code::NotPairing,
            "the other device is just comparing words with somebody else",
        ),
        PairRefusal::TooMany => (
            Code::NotPairing,
            "there were too many wrong attempts; wait some minutes",
        ),
        PairRefusal::Expired => (Code::CodeSpent, "the code or ticket has expired"),
        PairRefusal::Spent => (
            Code::CodeSpent,
            "the code or ticket has been used already, or a wrong code was entered",
        ),
        PairRefusal::Wrong => (
            Code::WrongCode,
            "the code is not the one that the other device shows",
        ),
        PairRefusal::Differ => (
            Code::WordsDiffer,
            "the words differ, says the person at the other device",
        ),
        PairRefusal::Cancelled => (Code::CancelledByPeer, "the other device has given up"),
        PairRefusal::Failed => (
            Code::Declined,
            "the other device could not record the pairing",
        ),
    };
    Failure::new(code, message)
}
