//! The desktop shell of ChunkStream Pro: windows, tray, notifications and dialogs around the engine,
//! which runs in the same process.
//!
//! The order of a start: arguments, then the single-instance check (a second start ends here and hands
//! its paths over), then the engine, then windows and tray. The pages therefore never see a shell without an
//! engine. Closing a window hides it, where a tray brings it back; *Quit*, Ctrl and Q, a signal or the end of
//! the desktop session end the process, and the engine always stops first.
//!
//! Non-goals: anything about moving files (the engine), and anything that a page can do by itself.

pub mod arguments;
pub mod autostart;
pub mod backend;
pub mod clipboard;
pub mod commands;
pub mod drag_out;
pub mod hand_over;
pub mod inbox_folder;
pub mod language;
pub mod links;
pub mod notices;
pub mod places;
pub mod placing;
pub mod problem;
pub mod quit;
pub mod shell;
pub mod startup;
pub mod taskbar;
pub mod tray;
pub mod watch;
pub mod windows;
pub mod words;

use std::{
    ffi::OsString,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use tauri::{App, AppHandle, Manager, RunEvent, Runtime, ipc::Invoke};
use tracing_subscriber::EnvFilter;

use arguments::Arguments;
use backend::{
    Code, DEFAULT_PORT, Engine, EngineConfig, Failure, KeyPlace, Lock, Mdns, SystemKeyring, local,
};
use hand_over::HandOver;
use language::{Language, Spoken};
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
        commands::drag_out,
        commands::clipboard_files,
        commands::show_inbox,
        commands::show_devices,
        commands::autostart,
        commands::set_autostart,
        commands::ask_to_quit,
        commands::quit,
        commands::about,
        commands::speak,
        commands::other_port,
        commands::start_problem,
        commands::answer_problem,
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
        chosen: arguments.listen,
        hidden: arguments.hidden,
    };
    builder
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_deep_link::init())
        .plugin(placing::plugin(data_folder))
        .plugin(autostart::plugin(data_folder, arguments.data.is_none()))
        .manage(HandOver::default())
        .manage(Spoken::last(data_folder))
        .manage(problem::Shown::<tauri::Wry>::default())
        .manage(tray::Host::default())
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
    /// The address that a person has named.
    chosen: Option<SocketAddr>,
    hidden: bool,
}

impl Start {
    fn go(self, app: &AppHandle) {
        let again = self.clone();
        if let Err(failure) = self.open(app) {
            let folder = again.data_folder.clone();
            // For scripts and logs in one language.
            let said = startup::explain(&failure, &folder, words::words(Language::En));
            eprintln!("{said}");
            let again = Arc::new(move |app: &AppHandle, other_port: bool| {
                let mut again = again.clone();
                if other_port {
                    let free = again.free_port();
                    again.config = again.config.listen(free);
                }
                // A person is in front of it.
                again.hidden = false;
                again.go(app);
            });
            problem::show(app, failure, folder, again);
        }
    }

    /// The address that was asked for, with whatever port is free.
    fn free_port(&self) -> SocketAddr {
        let usual = SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT));
        let mut address = self.chosen.unwrap_or(usual);
        address.set_port(0);
        address
    }

    /// The engine. Nobody has asked for the usual port: if another program has it, any other does, and the window says
    /// so. The port that a person has named is not left without a question.
    async fn engine(&self) -> Result<(Engine, OtherPort), Failure> {
        match Engine::start(self.config.clone()).await {
            Err(failure) if failure.code == Code::ListenFailed && self.chosen.is_none() => {
                tracing::warn!(%failure, "listening on another port");
                let config = self.config.clone().listen(self.free_port());
                Ok((Engine::start(config).await?, OtherPort(Some(DEFAULT_PORT))))
            }
            started => Ok((started?, OtherPort(None))),
        }
    }

    fn open(self, app: &AppHandle) -> Result<(), Failure> {
        let lock = Lock::take(&self.data_folder, "ChunkStream Pro")?;
        let (engine, server, other_port) = tauri::async_runtime::block_on(async {
            let (engine, other_port) = self.engine().await?;
            // Tickets that the terminal client prints while this is not running name the same address.
            engine.keep_listen_address().await?;
            let server = local::serve(engine.clone(), &lock)?;
            if self.is_default
                && let Some(downloads) = dirs::download_dir()
            {
                inbox_folder::settle(&engine, &self.data_folder, &downloads).await;
            }
            Ok::<_, Failure>((engine, server, other_port))
        })?;
        app.manage(other_port);
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
        windows::name(app, app.state::<Spoken>().words());
        let tray = tray::create(app, &self.data_folder);
        if let Err(error) = &tray {
            tracing::warn!(%error, "there is no tray");
        }
        watch::start(app);
        tray::follow(app);
        // Without a tray nothing would lead to a hidden window. If nobody shows it, tray/host.rs sees to that.
        if !self.hidden || tray.is_err() {
            windows::show(app, windows::MAIN);
        }
        Ok(())
    }
}

/// The usual port, if it was taken at the start and another one serves: for the window to say.
#[derive(Clone, Copy)]
pub struct OtherPort(Option<u16>);

impl OtherPort {
    /// The port that was taken.
    pub fn taken(self) -> Option<u16> {
        self.0
    }
}

/// Which program this is, for the window to say.
#[derive(Clone, Copy, serde::Serialize)]
pub struct About {
    version: &'static str,
    license: &'static str,
}

impl About {
    /// This one.
    pub const fn this() -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            license: env!("CARGO_PKG_LICENSE"),
        }
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
            if app.try_state::<Shell>().is_none() {
                problem::raise(app);
            } else if !arguments.hidden {
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
    eprintln!("{}: {reason}", words::words(Language::En).start.title);
    startup::exit_code(Code::Internal)
}
