//! Sources that changed while they were sent: what a person, or the command line, decides about them.

use std::{
    collections::HashSet,
    io::{self, BufRead as _, IsTerminal as _},
};

use chunkstream_core::session::{Direction, Reason, State};
use chunkstream_engine::{
    Engine,
    api::{ChangedChoice, ChangedRequest, Code, Failure, TransferView},
};
use tokio::sync::oneshot;

use crate::{args::OnChange, output::Output};

/// Whether a transfer waits for a decision about its sources.
pub(crate) fn is_asking(view: &TransferView) -> bool {
    view.direction == Direction::Sending
        && view.state == State::Paused
        && view.reason == Some(Reason::SourceChanged)
}

/// What is to be done about one transfer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// This.
    Decided(ChangedChoice),
    /// The command ends; the transfer is kept as it is.
    Stop,
}

/// Decides, or asks one question at a time.
#[derive(Debug)]
pub(crate) struct Decider {
    rule: OnChange,
    possible: bool,
    /// Transfers whose present question has been taken up.
    taken: HashSet<String>,
    waiting: Vec<TransferView>,
    asked: Option<(String, oneshot::Receiver<Answer>)>,
    /// Transfers that are not waited for any more.
    stopped: Vec<String>,
}

impl Decider {
    /// Asks only if somebody is at the terminal, and reads words instead of JSON.
    pub(crate) fn new(rule: OnChange, json: bool) -> Self {
        let possible = !json && io::stdin().is_terminal() && io::stderr().is_terminal();
        Self {
            rule,
            possible,
            taken: HashSet::new(),
            waiting: Vec::new(),
            asked: None,
            stopped: Vec::new(),
        }
    }

    /// Looks whether a transfer asks. `renewed`: this command was given again for it, which is an answer.
    pub(crate) async fn look(
        &mut self,
        engine: &Engine,
        output: &Output,
        view: &TransferView,
        renewed: bool,
    ) -> Result<(), Failure> {
        if !is_asking(view) {
            self.taken.remove(&view.id);
            self.waiting.retain(|waiting| waiting.id != view.id);
            return Ok(());
        }
        if !self.taken.insert(view.id.clone()) {
            return Ok(());
        }
        tell(output, view);
        match self.rule {
            OnChange::New => decide(engine, &view.id, ChangedChoice::NewVersion).await,
            OnChange::Skip => decide(engine, &view.id, ChangedChoice::Skip).await,
            OnChange::Ask if renewed => decide(engine, &view.id, ChangedChoice::NewVersion).await,
            OnChange::Ask if self.possible => {
                self.waiting.push(view.clone());
                self.next(output);
                Ok(())
            }
            // Nobody is there who could answer; a script must not wait for ever.
            OnChange::Ask => {
                self.stopped.push(view.id.clone());
                Ok(())
            }
        }
    }

    /// Waits for the next answer and does as it says.
    pub(crate) async fn answered(
        &mut self,
        engine: &Engine,
        output: &Output,
    ) -> Result<(), Failure> {
        let answer = match &mut self.asked {
            Some((_, answer)) => answer.await.unwrap_or(Answer::Stop),
            None => std::future::pending().await,
        };
        let Some((id, _)) = self.asked.take() else {
            return Ok(());
        };
        output.asked();
        match answer {
            Answer::Decided(choice) => decide(engine, &id, choice).await?,
            Answer::Stop => self.stopped.push(id),
        }
        self.next(output);
        Ok(())
    }

    /// Transfers that are not waited for any more, once each.
    pub(crate) fn stopped(&mut self) -> Vec<String> {
        std::mem::take(&mut self.stopped)
    }

    fn next(&mut self, output: &Output) {
        if self.asked.is_some() || self.waiting.is_empty() {
            return;
        }
        let view = self.waiting.remove(0);
        output.ask_changed();
        let (told, answer) = oneshot::channel();
        // A thread of its own: reading from a terminal cannot be interrupted.
        std::thread::spawn(move || {
            let _ = told.send(read_answer().unwrap_or(Answer::Stop));
        });
        self.asked = Some((view.id, answer));
    }
}

/// What changed, in words.
fn tell(output: &Output, view: &TransferView) {
    let Some(changed) = &view.changed else {
        return;
    };
    let gone = match changed.gone {
        0 => String::new(),
        gone => format!(", {gone} of them gone"),
    };
    output.note(&format!(
        "changed since they were announced: {}{gone}",
        changed.count
    ));
    for path in &changed.paths {
        output.note(&format!("  {path}"));
    }
    if changed.count as usize > changed.paths.len() {
        output.note("  ...");
    }
}

/// One that somebody else decided about, or that has ended, needs no decision.
async fn decide(engine: &Engine, id: &str, choice: ChangedChoice) -> Result<(), Failure> {
    let request = ChangedRequest {
        id: id.to_owned(),
        choice,
    };
    match engine.decide_changed(request).await {
        Err(failure) if failure.code != Code::IllegalState => Err(failure),
        _ => Ok(()),
    }
}

/// The end of the input is a stop.
fn read_answer() -> io::Result<Answer> {
    let mut input = io::stdin().lock();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(Answer::Stop);
        }
        match meaning(&line) {
            Some(answer) => return Ok(answer),
            None => eprint!("n, s or q? "),
        }
    }
}

fn meaning(line: &str) -> Option<Answer> {
    match line.trim().to_lowercase().as_str() {
        "n" | "new" => Some(Answer::Decided(ChangedChoice::NewVersion)),
        "s" | "skip" => Some(Answer::Decided(ChangedChoice::Skip)),
        "q" | "quit" | "stop" => Some(Answer::Stop),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::tests::view;

    #[test]
    fn only_a_clear_word_is_an_answer() {
        let new = Answer::Decided(ChangedChoice::NewVersion);
        assert_eq!(meaning(" New\n"), Some(new));
        assert_eq!(meaning("s\r\n"), Some(Answer::Decided(ChangedChoice::Skip)));
        assert_eq!(meaning("q"), Some(Answer::Stop));
        assert_eq!(meaning("\n"), None);
        assert_eq!(meaning("yes"), None);
    }

    #[test]
    fn only_a_sender_that_is_held_for_it_asks() {
        let mut held = view(State::Paused, 0);
        assert!(!is_asking(&held));
        held.reason = Some(Reason::SourceChanged);
        assert!(is_asking(&held));
        held.direction = Direction::Receiving;
        assert!(!is_asking(&held));
    }
}
