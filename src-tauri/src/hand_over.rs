//! What reaches the pages from outside the engine: paths of a start, and requests to show a screen.
//!
//! A page that is not listening yet loses nothing: paths wait in [`HandOver::take_pending`], where
//! the page looks when it comes up, and are pushed to it from then on.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use tauri::ipc::Channel;

/// One message to a page.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShellEvent {
    /// Files and folders that the person wants to send.
    Paths {
        /// Absolute paths.
        paths: Vec<String>,
    },
    /// A screen that the person asked for.
    Show {
        /// The screen's name.
        screen: Screen,
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
    pending: Vec<String>,
}

impl HandOver {
    /// With the paths of this process's own start.
    pub fn new(paths: Vec<String>) -> Self {
        Self {
            inner: Mutex::new(Inner {
                listeners: Vec::new(),
                pending: paths,
            }),
        }
    }

    /// The paths that no page has been given. They are given once.
    pub fn take_pending(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().pending)
    }

    /// From now on the page in `window` hears what comes.
    pub fn listen(&self, window: &str, channel: Channel<ShellEvent>) {
        self.add(window, Box::new(move |event| channel.send(event).is_ok()));
    }

    /// Gives paths to the page in `window`, or keeps them until it asks.
    pub fn paths(&self, window: &str, paths: Vec<String>) {
        if paths.is_empty() {
            return;
        }
        let mut inner = self.lock();
        if !inner.push(
            window,
            &ShellEvent::Paths {
                paths: paths.clone(),
            },
        ) {
            inner.pending.extend(paths);
        }
    }

    /// Asks the page in `window` to show a screen; a page that is not up yet shows its first one.
    pub fn show(&self, window: &str, screen: Screen) {
        self.lock().push(window, &ShellEvent::Show { screen });
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

    fn paths(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn listen(hand_over: &HandOver, window: &str) -> mpsc::Receiver<ShellEvent> {
        let (send, receive) = mpsc::channel();
        hand_over.add(window, Box::new(move |event| send.send(event).is_ok()));
        receive
    }

    #[test]
    fn paths_wait_for_the_page_and_are_given_once() {
        let hand_over = HandOver::new(paths(&["/a"]));
        hand_over.paths("main", paths(&["/b"]));
        assert_eq!(hand_over.take_pending(), ["/a", "/b"]);
        assert!(hand_over.take_pending().is_empty());
    }

    #[test]
    fn a_listening_page_is_given_paths_at_once_and_only_its_own() {
        let hand_over = HandOver::default();
        let (main, inbox) = (listen(&hand_over, "main"), listen(&hand_over, "inbox"));
        hand_over.paths("main", paths(&["/a"]));
        hand_over.show("main", Screen::Activity);
        assert_eq!(
            main.try_recv(),
            Ok(ShellEvent::Paths {
                paths: paths(&["/a"])
            })
        );
        assert_eq!(
            main.try_recv(),
            Ok(ShellEvent::Show {
                screen: Screen::Activity
            })
        );
        assert!(inbox.try_recv().is_err());
        assert!(hand_over.take_pending().is_empty());
    }

    #[test]
    fn a_page_that_loads_again_replaces_its_listener() {
        let hand_over = HandOver::default();
        let first = listen(&hand_over, "main");
        let second = listen(&hand_over, "main");
        hand_over.paths("main", paths(&["/a"]));
        assert!(first.try_recv().is_err());
        assert!(second.try_recv().is_ok());
    }

    #[test]
    fn paths_for_a_page_that_is_gone_are_kept() {
        let hand_over = Arc::new(HandOver::default());
        drop(listen(&hand_over, "main"));
        hand_over.paths("main", paths(&["/a"]));
        assert_eq!(hand_over.take_pending(), ["/a"]);
    }

    #[test]
    fn messages_have_the_shape_that_the_pages_read() {
        let shape = |event| serde_json::to_value(event).expect("plain values");
        assert_eq!(
            shape(ShellEvent::Paths {
                paths: paths(&["/a"])
            }),
            serde_json::json!({ "kind": "paths", "paths": ["/a"] })
        );
        assert_eq!(
            shape(ShellEvent::Show {
                screen: Screen::Send
            }),
            serde_json::json!({ "kind": "show", "screen": "send" })
        );
    }
}
