//! The desktop shell of ChunkStream Pro: windows, tray, notifications and dialogs around the engine,
//! which runs in the same process.
//!
//! The order of a start: arguments, then the single-instance check (a second start ends here and hands
//! its paths over), then the engine, then windows and tray. The pages therefore never see a shell without an
//! engine. Closing a window hides it; only the tray's *Quit*, a signal or the end of the desktop session ends
//! the process, and the engine always stops first.
//!
//! Non-goals: anything about moving files (the engine), and anything that a page can do by itself.

pub mod arguments;
pub mod autostart;
pub mod backend;
pub mod commands;
pub mod hand_over;
pub mod inbox_folder;
pub mod links;
pub mod notices;
pub mod places;
pub mod placing;
pub mod quit;
pub mod shell;
pub mod startup;
pub mod taskbar;
pub mod tray;
pub mod watch;
pub mod windows;

use std::{ffi::OsString, path::PathBuf, sync::Arc};

use tauri::{App, AppHandle, Manager, RunEvent, Runtime, ipc::Invoke};
use tracing_subscriber::EnvFilter;

use arguments::Arguments;
use backend::{Code, Engine, EngineConfig, Failure, KeyPlace, Lock, Mdns, SystemKeyring, local};
use hand_over::HandOver;
#[cfg(target_os = "macos")]
use links::Link;
use shell::Shell;

/// Runs the application until it ends; the process's exit code.
pub fn run(words: impl IntoIterator<Item = OsString>) -> i32 {
    let arguments = match Arguments::read(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Also the answers to --help and --version, which are no errors.
            let _ = error.print();
            return error.exit_code();
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("CHUNKSTREAM_LOG").unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let data_folder = match arguments.data_folder() {
        Ok(Some(folder)) => folder,
        Ok(None) => return refuse("this system names no folder for data: choose one with --data"),
        Err(error) => return refuse(&format!("the data folder cannot be found: {error}")),
    };
    match build(&arguments, &data_folder) {
        Ok(app) => app.run_return(on_event),
        Err(error) => refuse(&error.to_string()),
    }
}

/// Every command that a page can call.
pub fn handler<R: Runtime>() -> impl Fn(Invoke<R>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        commands::call,
        commands::subscribe,
        commands::subscribe_shell,
        commands::take_pending,
        commands::open_path,
        commands::show_in_folder,
        commands::show_inbox,
        commands::autostart,
        commands::set_autostart,
        commands::quit,
    ]
}

fn build(arguments: &Arguments, data_folder: &std::path::Path) -> tauri::Result<App> {
    let mut builder = tauri::Builder::default();
    if let Some(name) = arguments::instance_name(data_folder, arguments.data.is_none()) {
        // The first plugin: a second start must end before it touches anything.
        let plugin = tauri_plugin_single_instance::Builder::new()
            .callback(on_second_start)
            .dbus_id(name)
            .build();
        builder = builder.plugin(plugin);
    }
    let first = arguments.clone();
    let start = Start {
        config: engine_config(arguments, data_folder),
        data_folder: data_folder.to_owned(),
        is_default: arguments.data.is_none(),
        hidden: arguments.hidden,
    };
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(placing::plugin(data_folder))
        .plugin(autostart::plugin(data_folder, arguments.data.is_none()))
        .manage(HandOver::default())
        .manage(quit::Ending::default())
        .manage(quit::Asking::default())
        .invoke_handler(handler())
        .on_window_event(windows::on_event)
        .setup(move |app| {
            take(
                app.handle(),
                &first,
                &std::env::current_dir().unwrap_or_default(),
            );
            links_of_the_system(app.handle());
            start.go(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// What is left to do once this process is known to be the first on its data folder.
#[derive(Clone)]
struct Start {
    config: EngineConfig,
    data_folder: PathBuf,
    is_default: bool,
    hidden: bool,
}

impl Start {
    fn go(self, app: &AppHandle) {
        let (folder, again) = (self.data_folder.clone(), self.clone());
        if let Err(failure) = self.open(app) {
            eprintln!("{}", startup::explain(&failure, &folder));
            if failure.code == Code::DatabaseDamaged {
                startup::offer_to_set_aside(app, &failure, &folder, move |app| again.go(app));
            } else {
                startup::give_up(app, &failure, &folder);
            }
        }
    }

    fn open(self, app: &AppHandle) -> Result<(), Failure> {
        let lock = Lock::take(&self.data_folder, "ChunkStream Pro")?;
        let (engine, server) = tauri::async_runtime::block_on(async {
            let engine = Engine::start(self.config).await?;
            // Tickets that the terminal client prints while this is not running name the same address.
            engine.keep_listen_address().await?;
            let server = local::serve(engine.clone(), &lock)?;
            if self.is_default
                && let Some(downloads) = dirs::download_dir()
            {
                inbox_folder::settle(&engine, &self.data_folder, &downloads).await;
            }
            Ok::<_, Failure>((engine, server))
        })?;
        app.manage(Shell::new(engine));
        // Both last as long as the process.
        app.manage((lock, server));
        quit::on_signals(app);
        windows::create(app, &self.data_folder).map_err(|error| {
            Failure::new(
                Code::Internal,
                format!("the windows cannot be made: {error}"),
            )
        })?;
        let tray = tray::create(app, &self.data_folder);
        if let Err(error) = &tray {
            tracing::warn!(%error, "there is no tray");
        }
        watch::start(app);
        tray::follow(app);
        // Without a tray nothing would lead to a hidden window.
        if !self.hidden || tray.is_err() {
            windows::show(app, windows::MAIN);
        }
        Ok(())
    }
}

fn engine_config(arguments: &Arguments, data_folder: &std::path::Path) -> EngineConfig {
    let mut config = EngineConfig::new(data_folder);
    config.keyring = Arc::new(SystemKeyring);
    if arguments.data.is_none() {
        // Whoever starts this is logged in. Another folder is for a while, and should leave nothing elsewhere.
        config.first_key = KeyPlace::Keyring;
    }
    if std::env::var_os("CHUNKSTREAM_DISCOVERY").is_none_or(|set| set != "off") {
        config.discovery = Some(Arc::new(Mdns));
    }
    match arguments.listen {
        Some(address) => config.listen(address),
        None => config,
    }
}

/// A second start on the same data folder has ended; this process does what it was asked to do.
fn on_second_start(app: &AppHandle, words: Vec<String>, folder: String) {
    match Arguments::read(words) {
        Ok(arguments) => {
            take(app, &arguments, &PathBuf::from(folder));
            // Before the windows are made they are about to be shown anyway.
            if !arguments.hidden && app.try_state::<Shell>().is_some() {
                windows::show(app, windows::MAIN);
            }
        }
        Err(error) => {
            tracing::warn!(%error, "a second start had arguments that cannot be understood");
        }
    }
}

/// Gives the page what a start in `folder` named.
fn take(app: &AppHandle, arguments: &Arguments, folder: &std::path::Path) {
    let hand_over = app.state::<HandOver>();
    hand_over.paths(arguments.paths_from(folder));
    if let Some(link) = arguments.link() {
        hand_over.link(link);
    }
}

/// macOS starts no second process for a link or a file: it tells the one that runs. Elsewhere both come as arguments.
#[cfg(target_os = "macos")]
fn links_of_the_system(app: &AppHandle) {
    use tauri_plugin_deep_link::DeepLinkExt;
    let opened = app.clone();
    app.deep_link().on_open_url(move |event| {
        let hand_over = opened.state::<HandOver>();
        for url in event.urls() {
            if let Some(link) = Link::read(url.as_str()) {
                hand_over.link(link);
            } else if let Ok(path) = url.to_file_path() {
                hand_over.paths(vec![path.to_string_lossy().into_owned()]);
            }
        }
        if opened.try_state::<Shell>().is_some() {
            windows::show(&opened, windows::MAIN);
        }
    });
}

#[cfg(not(target_os = "macos"))]
fn links_of_the_system(_: &AppHandle) {}

fn on_event(app: &AppHandle, event: RunEvent) {
    match event {
        // Windows are hidden, never closed; should the last one go, the tray still stands.
        RunEvent::ExitRequested {
            code: None, api, ..
        } => api.prevent_exit(),
        RunEvent::Exit => quit::at_exit(app),
        _ => {}
    }
}

fn refuse(reason: &str) -> i32 {
    eprintln!("{}: {reason}", startup::TITLE);
    startup::exit_code(Code::Internal)
}
