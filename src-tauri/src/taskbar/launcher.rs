//! The mark on Linux: the signal `Update` of `com.canonical.Unity.LauncherEntry` on the session bus, which the docks of
//! Ubuntu, KDE Plasma, Dash to Dock and Plank draw on the application's icon. It carries the name of the desktop file,
//! so it is drawn for what a package has installed.
//!
//! Sent here because the toolkit sends it through libunity, and only while Unity runs: a library that few systems have,
//! and a desktop that has ended.
//!
//! Docks forget the mark when this process leaves the bus. Non-goal: the method `Query`, for docks that start later:
//! they see the next change.

use std::{collections::HashMap, sync::OnceLock};

use gtk::{
    gio::{self, BusType, Cancellable, DBusConnection},
    glib::{self, Variant, variant::ToVariant},
};

use super::{Bar, Progress};

const INTERFACE: &str = "com.canonical.Unity.LauncherEntry";
const PATH: &str = "/com/canonical/unity/launcherentry/chunkstream";

/// Sends what is to be drawn for the application whose desktop file has that name, without its ending.
pub(super) fn show(desktop_file: &str, bar: Bar) -> Result<(), glib::Error> {
    let Some(bus) = bus() else {
        return Ok(());
    };
    let application = format!("application://{desktop_file}.desktop");
    let update = (application, properties(bar)).to_variant();
    bus.emit_signal(None, PATH, INTERFACE, "Update", Some(&update))
}

/// The connection, for as long as the process lives: docks know the mark by its name. None without a session bus.
fn bus() -> Option<&'static DBusConnection> {
    static BUS: OnceLock<Option<DBusConnection>> = OnceLock::new();
    let connect = || {
        gio::bus_get_sync(BusType::Session, None::<&Cancellable>)
            .inspect_err(|error| tracing::debug!(%error, "no bus for the mark on the task bar"))
            .ok()
    };
    BUS.get_or_init(connect).as_ref()
}

/// All of them each time: a dock keeps what it is not told. Of what has no known end no bar is drawn, for a launcher has
/// none that only says "something".
fn properties(bar: Bar) -> HashMap<&'static str, Variant> {
    let progress = match bar.progress {
        Some(Progress::Percent(percent)) => Some(f64::from(percent) / 100.0),
        Some(Progress::Unknown) | None => None,
    };
    let count = i64::try_from(bar.badge).unwrap_or(i64::MAX);
    HashMap::from([
        ("count", count.to_variant()),
        ("count-visible", (count > 0).to_variant()),
        ("progress", progress.unwrap_or_default().to_variant()),
        ("progress-visible", progress.is_some().to_variant()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bar: Bar) -> (i64, bool, f64, bool) {
        let mut properties = properties(bar);
        let mut take = |name| properties.remove(name).expect("all are told each time");
        let values = (
            take("count").get().expect("an int64"),
            take("count-visible").get().expect("a boolean"),
            take("progress").get().expect("a double"),
            take("progress-visible").get().expect("a boolean"),
        );
        assert!(properties.is_empty(), "{properties:?}");
        values
    }

    #[test]
    fn a_launcher_is_told_the_share_and_the_count() {
        let bar = Bar {
            progress: Some(Progress::Percent(25)),
            badge: 3,
        };
        assert_eq!(told(bar), (3, true, 0.25, true));
    }

    #[test]
    fn what_is_over_is_told_too() {
        assert_eq!(told(Bar::default()), (0, false, 0.0, false));
        let unknown = Bar {
            progress: Some(Progress::Unknown),
            badge: 0,
        };
        assert_eq!(told(unknown), (0, false, 0.0, false));
    }

    #[test]
    fn the_signal_has_the_shape_that_docks_read() {
        let update = (
            "application://a b.desktop".to_owned(),
            properties(Bar::default()),
        )
            .to_variant();
        assert_eq!(update.type_().as_str(), "(sa{sv})");
    }
}
