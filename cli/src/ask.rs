//! Questions to a person at the terminal: take this offer, are these the words?

use std::io::{self, BufRead as _, IsTerminal as _};

use chunkstream_engine::{
    Engine,
    api::{AcceptRequest, TransferRequest, TransferView},
};
use tokio::sync::oneshot;

use crate::output::Output;

/// Asks about one offer at a time, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Asker {
    waiting: Vec<TransferView>,
    /// The offer that is being asked about, and where its answer comes.
    asked: Option<(String, oneshot::Receiver<bool>)>,
    possible: bool,
}

impl Asker {
    /// Asks only if somebody is at the terminal, and reads words instead of JSON.
    pub(crate) fn new(json: bool) -> Self {
        let possible = !json && is_possible();
        Self {
            waiting: Vec::new(),
            asked: None,
            possible,
        }
    }

    /// Whether anybody can be asked.
    pub(crate) fn is_possible(&self) -> bool {
        self.possible
    }

    /// An offer without an answer.
    pub(crate) fn offer(&mut self, view: &TransferView, output: &Output) {
        if self.possible {
            self.waiting.push(view.clone());
            self.next(output);
        }
    }

    /// An offer that has been answered elsewhere, or taken back.
    pub(crate) fn gone(&mut self, id: &str) {
        self.waiting.retain(|view| view.id != id);
    }

    /// Waits for the next answer and does as it says.
    pub(crate) async fn answered(&mut self, engine: &Engine, output: &Output) {
        let yes = match &mut self.asked {
            Some((_, answer)) => answer.await.unwrap_or(false),
            None => std::future::pending().await,
        };
        let Some((id, _)) = self.asked.take() else {
            return;
        };
        output.asked();
        let result = if yes {
            let request = AcceptRequest {
                id,
                ..AcceptRequest::default()
            };
            engine.accept(request).await
        } else {
            engine.decline(TransferRequest { id }).await
        };
        if let Err(failure) = result {
            output.note(&failure.message);
        }
        self.next(output);
    }

    fn next(&mut self, output: &Output) {
        if self.asked.is_some() || self.waiting.is_empty() {
            return;
        }
        let view = self.waiting.remove(0);
        output.ask(&view);
        let (told, answer) = oneshot::channel();
        // A thread of its own: reading from a terminal cannot be interrupted.
        std::thread::spawn(move || {
            let _ = told.send(read_answer().unwrap_or(false));
        });
        self.asked = Some((view.id, answer));
    }
}

/// Whether somebody is at the terminal.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Puts a question to the person at the terminal.
pub(crate) async fn yes_or_no(question: &str) -> Option<bool> {
    eprint!("{question} y or n: ");
    let (told, answer) = oneshot::channel();
    // A thread of its own: reading from a terminal cannot be interrupted.
    std::thread::spawn(move || {
        let _ = told.send(read_answer().unwrap_or(false));
    });
    answer.await.ok()
}

/// Yes or no; the end of the input is a no.
fn read_answer() -> io::Result<bool> {
    let mut input = io::stdin().lock();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(false);
        }
        match meaning(&line) {
            Some(answer) => return Ok(answer),
            None => eprint!("y or n? "),
        }
    }
}

fn meaning(line: &str) -> Option<bool> {
    match line.trim().to_lowercase().as_str() {
        "y" | "yes" => Some(true),
        "n" | "no" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_word_is_an_answer() {
        assert_eq!(meaning(" Yes\n"), Some(true));
        assert_eq!(meaning("n\r\n"), Some(false));
        assert_eq!(meaning("\n"), None);
        assert_eq!(meaning("yellow\n"), None);
    }
}
