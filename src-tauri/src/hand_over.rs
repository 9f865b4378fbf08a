//! What reaches the pages from outside the engine: paths and links of a start, and requests to show a screen.
//!
//! The main window's page that is not listening yet loses nothing: what it is to hear waits in
//! [`HandOver::take_pending`], where the page looks when it comes up, and is pushed to it from then on.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tauri::ipc::Channel;

use crate::{links::Link, windows};

/// One message to a page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShellEvent {
    /// Files and folders that the person wants to send.
    Paths {
        /// Absolute paths.
        paths: Vec<String>,
    },
    /// A link was opened, perhaps by a web page.
    Link {
        /// What it names.
        link: Link,
    },
    /// A screen that the person asked for.
    Show {
        /// The screen's name.
        screen: Screen,
        /// The transfer to point at there.
        transfer: Option<String>,
    },
}

/// The screens of the main window that the shell asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// Choosing files and devices.
    Send,
    /// The list of transfers.
    Activity,
    /// Who is known, and what they may do.
    Devices,
}

/// Takes messages to a page; false once the page is gone.
type Listener = Box<dyn Fn(ShellEvent) -> bool + Send>;

/// Keeps what the main window's page has not heard yet.
#[derive(Default)]
pub struct HandOver {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// By window label; a page that loads again replaces its listener.
    listeners: Vec<(String, Listener)>,
    /// For the main window: paths, and of links and of screens the last one.
    pending: Vec<ShellEvent>,
}

impl HandOver {
    /// What no page of the main window has been given. It is given once.
    pub fn take_pending(&self) -> Vec<ShellEvent> {
        std::mem::take(&mut self.lock().pending)
    }

    /// From now on the page in `window` hears what comes.
    pub fn listen(&self, window: &str, channel: Channel<ShellEvent>) {
        self.add(window, Box::new(move |event| channel.send(event).is_ok()));
    }

    /// Gives paths to the main window's page, or keeps them until it asks.
    pub fn paths(&self, paths: Vec<String>) {
        if !paths.is_empty() {
            self.give(ShellEvent::Paths { paths });
        }
    }

    /// Gives a link to the main window's page, or keeps it until it asks.
    pub fn link(&self, link: Link) {
        self.give(ShellEvent::Link { link });
    }

    /// Asks the main window's page to show a screen and to point at a transfer there.
    pub fn show(&self, screen: Screen, transfer: Option<String>) {
        self.give(ShellEvent::Show { screen, transfer });
    }

    fn give(&self, event: ShellEvent) {
        let mut inner = self.lock();
        if inner.push(windows::MAIN, &event) {
            return;
        }
        // Who opens a hundred links before the window is there has opened one.
        let kind = std::mem::discriminant(&event);
        inner.pending.retain(|other| {
            matches!(other, ShellEvent::Paths { .. }) || std::mem::discriminant(other) != kind
        });
        inner.pending.push(event);
    }

    /// The page in `window` is gone: what comes waits for the next one.
    pub fn forget(&self, window: &str) {
        self.lock().listeners.retain(|(label, _)| label != window);
    }

    /// Whether a page in `window` listens.
    pub fn is_heard(&self, window: &str) -> bool {
        let inner = self.lock();
        inner.listeners.iter().any(|(label, _)| label == window)
    }

    fn add(&self, window: &str, listener: Listener) {
        let mut inner = self.lock();
        inner.listeners.retain(|(label, _)| label != window);
        inner.listeners.push((window.to_owned(), listener));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether a page in `window` took it.
    fn push(&mut self, window: &str, event: &ShellEvent) -> bool {
        let mut taken = false;
        self.listeners.retain(|(label, listener)| {
            if label != window {
                return true;
            }
            taken = listener(event.clone());
            taken
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;

    fn paths(words: &[&str]) -> ShellEvent {
        ShellEvent::Paths {
            paths: owned(words),
        }
    }

    fn owned(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn show(screen: Screen, transfer: Option<&str>) -> ShellEvent {
        ShellEvent::Show {
            screen,
            transfer: transfer.map(str::to_owned),
        }
    }

    fn listen(hand_over: &HandOver, window: &str) -> mpsc::Receiver<ShellEvent> {
        let (send, receive) = mpsc::channel();
        hand_over.add(window, Box::new(move |event| send.send(event).is_ok()));
        receive
    }

    #[test]
    fn paths_wait_for_the_page_and_are_given_once() {
        let hand_over = HandOver::default();
        hand_over.paths(owned(&["/a"]));
        hand_over.paths(owned(&["/b"]));
        assert_eq!(hand_over.take_pending(), [paths(&["/a"]), paths(&["/b"])]);
        assert!(hand_over.take_pending().is_empty());
    }

    #[test]
    fn of_links_and_screens_the_last_one_waits() {
        let hand_over = HandOver::default();
        hand_over.paths(owned(&["/a"]));
        for ticket in ["1", "2"] {
            let ticket = ticket.to_owned();
            hand_over.link(Link::Device { ticket });
            hand_over.show(Screen::Activity, None);
        }
        hand_over.link(Link::Unreadable);
        assert_eq!(
            hand_over.take_pending(),
            [
                paths(&["/a"]),
                show(Screen::Activity, None),
                ShellEvent::Link {
                    link: Link::Unreadable
                }
            ]
        );
    }

    #[test]
    fn a_listening_page_is_given_everything_at_once_and_only_the_main_window() {
        let hand_over = HandOver::default();
        let (main, inbox) = (listen(&hand_over, "main"), listen(&hand_over, "inbox"));
        hand_over.paths(owned(&["/a"]));
        hand_over.show(Screen::Activity, Some("1".to_owned()));
        assert_eq!(main.try_recv(), Ok(paths(&["/a"])));
        assert_eq!(main.try_recv(), Ok(show(Screen::Activity, Some("1"))));
        assert!(inbox.try_recv().is_err());
        assert!(hand_over.take_pending().is_empty());
    }

    #[test]
    fn a_page_that_loads_again_replaces_its_listener() {
        let hand_over = HandOver::default();
        let first = listen(&hand_over, "main");
        let second = listen(&hand_over, "main");
        hand_over.paths(owned(&["/a"]));
        assert!(first.try_recv().is_err());
        assert!(second.try_recv().is_ok());
    }

    #[test]
    fn paths_for_a_page_that_is_gone_are_kept() {
        let hand_over = Arc::new(HandOver::default());
        drop(listen(&hand_over, "main"));
        hand_over.paths(owned(&["/a"]));
        assert_eq!(hand_over.take_pending(), [paths(&["/a"])]);
    }

    #[test]
    fn what_comes_between_the_end_of_a_page_and_the_next_one_waits() {
        let hand_over = HandOver::default();
        let ended = listen(&hand_over, "main");
        hand_over.forget("main");
        hand_over.paths(owned(&["/a"]));
        assert!(ended.try_recv().is_err());
        assert_eq!(hand_over.take_pending(), [paths(&["/a"])]);
    }

    #[test]
    fn messages_have_the_shape_that_the_pages_read() {
        let shape = |event| serde_json::to_value(event).expect("plain values");
        assert_eq!(
            shape(paths(&["/a"])),
            serde_json::json!({ "kind": "paths", "paths": ["/a"] })
        );
        assert_eq!(
            shape(show(Screen::Send, None)),
            serde_json::json!({ "kind": "show", "screen": "send", "transfer": null })
        );
        assert_eq!(
            shape(ShellEvent::Link {
                link: Link::Unreadable
            }),
            serde_json::json!({ "kind": "link", "link": { "means": "unreadable" } })
        );
    }
}
