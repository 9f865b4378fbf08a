//! A start that does not succeed shows a page with what is wrong and the ways out of it, instead of the windows.
//!
//! The page gets the facts by the command `start_problem` and answers by `answer_problem`. Nothing of the data folder
//! is used for it: another program may hold it, and it may be what is broken. Where even this page cannot be shown,
//! [`startup::give_up`] says the same in the system's own dialog.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder};

use crate::{
    backend::{Code, Failure},
    language::{Language, Spoken},
    startup,
};

/// The label of the window.
pub const WINDOW: &str = "problem";

/// What the page is to show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ProblemView {
    /// What has failed, in the engine's words.
    pub failure: Failure,
    /// The data folder.
    pub folder: String,
    /// What the shell speaks: the page cannot know what was chosen in the windows.
    pub language: Language,
}

/// What a person can do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayOut {
    /// Start once more: what stood in the way may be gone.
    Again,
    /// Take a free port instead of the one that was asked for, and start.
    OtherPort,
    /// Give the damaged database another name, and start with an empty one.
    SetAside,
    /// Look at the folder.
    OpenFolder,
    /// End.
    Quit,
}

impl WayOut {
    /// Whether it is one from this failure. The page offers no other; what asks for another is not obeyed.
    pub fn leads_from(self, code: Code) -> bool {
        match self {
            Self::Quit | Self::OpenFolder => true,
            Self::Again => !matches!(code, Code::DatabaseNewer | Code::DatabaseDamaged),
            Self::OtherPort => code == Code::ListenFailed,
            Self::SetAside => code == Code::DatabaseDamaged,
        }
    }
}

/// What starts once more; with another port if so.
pub type Again<R> = Arc<dyn Fn(&AppHandle<R>, bool) + Send + Sync>;

/// In Tauri's state: the problem that is shown.
pub struct Shown<R: Runtime>(Mutex<Option<Problem<R>>>);

struct Problem<R: Runtime> {
    failure: Failure,
    folder: PathBuf,
    again: Again<R>,
}

impl<R: Runtime> Default for Shown<R> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<R: Runtime> Shown<R> {
    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Problem<R>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows the page, anew if it is there already. Called where the event loop runs.
pub fn show<R: Runtime>(app: &AppHandle<R>, failure: Failure, folder: PathBuf, again: Again<R>) {
    *app.state::<Shown<R>>().lock() = Some(Problem {
        failure: failure.clone(),
        folder: folder.clone(),
        again,
    });
    let shown = match app.get_webview_window(WINDOW) {
        Some(window) => window.reload().and_then(|()| window.set_focus()),
        None => open(app),
    };
    if let Err(error) = shown {
        tracing::warn!(%error, "the page about a failed start cannot be shown");
        startup::give_up(app, &failure, &folder);
    }
}

fn open<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    let title = &app.state::<Spoken>().words().start.title;
    WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::App("problem.html".into()))
        .title(title)
        .inner_size(640.0, 420.0)
        .min_inner_size(420.0, 320.0)
        .center()
        .build()
        .map(|_| ())
}

/// Brings it up, if there is one: a second start has come upon it.
pub fn raise<R: Runtime>(app: &AppHandle<R>) {
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.unminimize().and_then(|()| window.set_focus())
    {
        tracing::warn!(%error, "the page about a failed start cannot be brought up");
    }
}

/// What the page asks for at first.
pub fn view<R: Runtime>(app: &AppHandle<R>) -> Option<ProblemView> {
    let shown = app.try_state::<Shown<R>>()?;
    let problem = shown.lock();
    problem.as_ref().map(|problem| ProblemView {
        failure: problem.failure.clone(),
        folder: problem.folder.display().to_string(),
        language: app.state::<Spoken>().now(),
    })
}

/// What a person has chosen on the page.
///
/// # Errors
/// If there is no problem, this is no way out of it, or the folder cannot be opened or the database not be set aside.
pub fn answer<R: Runtime>(app: &AppHandle<R>, way: WayOut) -> Result<(), Failure> {
    let refused = || Failure::new(Code::IllegalState, "this start does not ask for that");
    let (failure, folder, again) = {
        let shown = app.try_state::<Shown<R>>().ok_or_else(refused)?;
        let problem = shown.lock();
        let problem = problem.as_ref().ok_or_else(refused)?;
        (
            problem.failure.clone(),
            problem.folder.clone(),
            problem.again.clone(),
        )
    };
    if !way.leads_from(failure.code) {
        return Err(refused());
    }
    match way {
        WayOut::Quit => quit(app),
        WayOut::OpenFolder => {
            return tauri_plugin_opener::open_path(&folder, None::<&str>).map_err(|error| {
                Failure::new(
                    Code::Internal,
                    format!("the system cannot open it: {error}"),
                )
                .about(folder.display().to_string())
            });
        }
        WayOut::SetAside => {
            startup::set_aside(&folder)?;
            restart(app, again, false);
        }
        WayOut::Again => restart(app, again, false),
        WayOut::OtherPort => restart(app, again, true),
    }
    Ok(())
}

/// Windows are made where the event loop runs. The page goes once there is something else to see.
fn restart<R: Runtime>(app: &AppHandle<R>, again: Again<R>, other_port: bool) {
    *app.state::<Shown<R>>().lock() = None;
    let starting = app.clone();
    let begun = app.run_on_main_thread(move || {
        again(&starting, other_port);
        if starting.state::<Shown<R>>().lock().is_none()
            && let Some(window) = starting.get_webview_window(WINDOW)
            && let Err(error) = window.destroy()
        {
            tracing::warn!(%error, "the page about a failed start cannot be closed");
        }
    });
    if begun.is_err() {
        app.exit(startup::EXIT_OTHER);
    }
}

/// Ends the process with the failure's code, for scripts.
pub fn quit<R: Runtime>(app: &AppHandle<R>) {
    let code = app
        .state::<Shown<R>>()
        .lock()
        .as_ref()
        .map_or(startup::EXIT_OTHER, |problem| {
            startup::exit_code(problem.failure.code)
        });
    app.exit(code);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_ways_out_and_no_others() {
        use WayOut::{Again, OpenFolder, OtherPort, Quit, SetAside};
        let cases: [(Code, &[WayOut]); 4] = [
            (Code::DatabaseNewer, &[OpenFolder, Quit]),
            (Code::DatabaseDamaged, &[SetAside, OpenFolder, Quit]),
            (Code::ListenFailed, &[Again, OtherPort, OpenFolder, Quit]),
            (Code::AlreadyRunning, &[Again, OpenFolder, Quit]),
        ];
        for (code, expected) in cases {
            let ways = [Again, OtherPort, SetAside, OpenFolder, Quit];
            let ways: Vec<WayOut> = ways
                .into_iter()
                .filter(|way| way.leads_from(code))
                .collect();
            assert_eq!(ways, expected, "{code:?}");
        }
    }

    #[test]
    fn the_view_and_the_answers_have_the_shape_that_the_page_knows() {
        let view = ProblemView {
            failure: Failure::new(Code::DatabaseNewer, "version 9"),
            folder: "/data".to_owned(),
            language: Language::De,
        };
        assert_eq!(
            serde_json::to_value(view).expect("plain values"),
            serde_json::json!({
                "failure": { "code": "database_newer", "message": "version 9", "detail": null },
                "folder": "/data", "language": "de"
            })
        );
        let way = serde_json::from_str::<WayOut>("\"set_aside\"").expect("a way");
        assert_eq!(way, WayOut::SetAside);
    }
}
