//! What a page can call. One line each: the work is done where it can be tested without a window.

use serde_json::Value;
use tauri::{AppHandle, Manager, Runtime, State, Webview, WebviewWindow, ipc::Channel};

use crate::{
    About, OtherPort,
    backend::{Failure, Nothing, Update},
    clipboard, drag_out,
    hand_over::{HandOver, Screen, ShellEvent},
    language::{self, Language},
    problem::{self, ProblemView, WayOut},
    quit,
    shell::Shell,
    windows,
};

/// Runs a command of the engine.
#[tauri::command]
pub async fn call(shell: State<'_, Shell>, name: String, args: Value) -> Result<Value, Failure> {
    shell.call(&name, args).await
}

/// Sends a snapshot and then every change into `channel`.
#[tauri::command]
pub async fn subscribe<R: Runtime>(
    webview: Webview<R>,
    shell: State<'_, Shell>,
    channel: Channel<Update>,
) -> Result<(), Failure> {
    shell.subscribe(webview.label(), channel);
    Ok(())
}

/// Sends what reaches the shell from outside into `channel`.
#[tauri::command]
pub async fn subscribe_shell<R: Runtime>(
    webview: Webview<R>,
    hand_over: State<'_, HandOver>,
    channel: Channel<ShellEvent>,
) -> Result<(), Failure> {
    hand_over.listen(webview.label(), channel);
    Ok(())
}

/// What the shell had to say to the main window before its page was there.
#[tauri::command]
pub async fn take_pending(hand_over: State<'_, HandOver>) -> Result<Vec<ShellEvent>, Failure> {
    Ok(hand_over.take_pending())
}

/// Opens something that has arrived.
#[tauri::command]
pub async fn open_path(shell: State<'_, Shell>, path: String) -> Result<(), Failure> {
    shell.open_path(path).await
}

/// Shows something that has arrived in its folder.
#[tauri::command]
pub async fn show_in_folder(shell: State<'_, Shell>, path: String) -> Result<(), Failure> {
    shell.show_in_folder(path).await
}

/// Has the system drag what a transfer has brought, or one file of it, out of the window. `ended` gets one word when
/// the drag has ended.
#[tauri::command]
pub async fn drag_out<R: Runtime>(
    window: WebviewWindow<R>,
    transfer: String,
    file: Option<u32>,
    ended: Channel<Nothing>,
) -> Result<(), Failure> {
    drag_out::drag_out(window, transfer, file, ended).await
}

/// Files that another program has put on the clipboard.
#[tauri::command]
pub async fn clipboard_files<R: Runtime>(app: AppHandle<R>) -> Result<Vec<String>, Failure> {
    clipboard::files(&app).await
}

/// Brings the inbox window up.
#[tauri::command]
pub async fn show_inbox<R: Runtime>(app: AppHandle<R>) -> Result<(), Failure> {
    windows::show(&app, windows::INBOX);
    Ok(())
}

/// Brings the main window up with its Devices screen.
#[tauri::command]
pub async fn show_devices<R: Runtime>(app: AppHandle<R>) -> Result<(), Failure> {
    app.state::<HandOver>().show(Screen::Devices, None);
    windows::show(&app, windows::MAIN);
    Ok(())
}

/// Whether the program starts with the system.
#[tauri::command]
pub async fn autostart<R: Runtime>(app: AppHandle<R>) -> Result<bool, Failure> {
    crate::autostart::is_on(&app)
}

/// Has the program start with the system, or not any more; how it is afterwards.
#[tauri::command]
pub async fn set_autostart<R: Runtime>(app: AppHandle<R>, on: bool) -> Result<bool, Failure> {
    crate::autostart::set(&app, on)
}

/// Ends the program, after a question if transfers are under way.
#[tauri::command]
pub async fn ask_to_quit<R: Runtime>(app: AppHandle<R>) -> Result<(), Failure> {
    quit::ask_once(&app);
    Ok(())
}

/// Which program this is.
#[tauri::command]
pub async fn about() -> Result<About, Failure> {
    Ok(About::this())
}

/// What the person answered who was asked whether to quit: `now`, or to go on in the background.
#[tauri::command]
pub async fn quit<R: Runtime>(app: AppHandle<R>, now: bool) -> Result<(), Failure> {
    quit::answer(&app, now);
    Ok(())
}

/// What the windows speak, for the tray, the notifications and the next start.
#[tauri::command]
pub async fn speak<R: Runtime>(app: AppHandle<R>, language: Language) -> Result<(), Failure> {
    language::take(&app, language);
    Ok(())
}

/// The usual port, if another program had it at the start and this one listens elsewhere.
#[tauri::command]
pub async fn other_port(port: State<'_, OtherPort>) -> Result<Option<u16>, Failure> {
    Ok(port.taken())
}

/// Why the start has failed, for the page that shows it.
#[tauri::command]
pub async fn start_problem<R: Runtime>(app: AppHandle<R>) -> Result<Option<ProblemView>, Failure> {
    Ok(problem::view(&app))
}

/// The way out of it that the person has chosen.
#[tauri::command]
pub async fn answer_problem<R: Runtime>(app: AppHandle<R>, way: WayOut) -> Result<(), Failure> {
    problem::answer(&app, way)
}
