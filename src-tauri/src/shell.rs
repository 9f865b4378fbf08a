//! What the commands, the tray and the watch share: the engine, and who listens to it.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use tauri::{AppHandle, Manager, Runtime, async_runtime::JoinHandle, ipc::Channel};

use crate::{
    backend::{Code, Engine, Failure, Nothing, Update, api},
    places::{self, Purpose},
};

/// The running shell; there is one for each process, in Tauri's state.
pub struct Shell {
    engine: Engine,
    /// Tasks that forward updates, by window label: one for each window.
    forwarding: Mutex<HashMap<String, JoinHandle<()>>>,
}

impl Shell {
    /// Around an engine that runs.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            forwarding: Mutex::default(),
        }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Runs a command of the engine.
    pub async fn call(&self, name: &str, args: Value) -> Result<Value, Failure> {
        api::dispatch(&self.engine, name, args).await
    }

    /// Runs a command for the tray; nobody waits for the answer.
    pub fn command<R: Runtime>(app: &AppHandle<R>, name: &'static str, args: Value) {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            if let Err(failure) = app.state::<Self>().call(name, args).await {
                tracing::warn!(name, %failure, "a command from the tray failed");
            }
        });
    }

    /// Forwards updates to the page in `window` until the page is gone or subscribes again.
    pub fn subscribe(&self, window: &str, channel: Channel<Update>) {
        let mut updates = self.engine.subscribe();
        let task = tauri::async_runtime::spawn(async move {
            while let Some(update) = updates.next().await {
                if channel.send(update).is_err() {
                    break;
                }
            }
        });
        let before = self.forwarding().insert(window.to_owned(), task);
        if let Some(before) = before {
            before.abort();
        }
    }

    /// Ends what goes to a window that is gone for good.
    pub fn unsubscribe(&self, window: &str) {
        if let Some(task) = self.forwarding().remove(window) {
            task.abort();
        }
    }

    /// Opens something that has arrived, with the system's program for it.
    pub async fn open_path(&self, path: String) -> Result<(), Failure> {
        self.with_permitted(Purpose::Open, path, |place| {
            tauri_plugin_opener::open_path(place, None::<&str>)
        })
        .await
    }

    /// Shows something that has arrived in the system's file manager.
    pub async fn show_in_folder(&self, path: String) -> Result<(), Failure> {
        self.with_permitted(Purpose::Show, path, tauri_plugin_opener::reveal_item_in_dir)
            .await
    }

    async fn with_permitted(
        &self,
        purpose: Purpose,
        path: String,
        open: impl FnOnce(PathBuf) -> Result<(), tauri_plugin_opener::Error> + Send + 'static,
    ) -> Result<(), Failure> {
        let inbox = self.engine.identity(Nothing {}).await?.inbox_folder;
        let transfers = self.engine.transfers(Nothing {}).await?;
        blocking(move || {
            let place = places::permitted(purpose, &path, &inbox, &transfers)?;
            open(place).map_err(|error| {
                Failure::new(
                    Code::Internal,
                    format!("the system cannot open it: {error}"),
                )
                .about(path)
            })
        })
        .await
    }

    fn forwarding(&self) -> std::sync::MutexGuard<'_, HashMap<String, JoinHandle<()>>> {
        self.forwarding
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what waits for the disk or another program where it holds nobody up.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    tauri::async_runtime::spawn_blocking(work)
        .await
        .map_err(|error| Failure::new(Code::Internal, error.to_string()))?
}
