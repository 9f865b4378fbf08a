//! Whether somebody draws the icons of programs on Linux: the watcher of the StatusNotifierItem specification is on the
//! session bus, and a host has registered with it (a watcher alone draws nothing).
//!
//! Trays of X11's old kind, without a watcher, count as none. So does a system without a session bus.
//!
//! Not by `gio::bus_watch_name`: its binding (gio 0.18) panics where there is no bus, in a callback of C, which ends the
//! process.

use std::sync::Arc;

use gtk::{
    gio::{self, BusType, Cancellable, DBusCallFlags, DBusConnection, DBusSignalFlags, prelude::*},
    glib::{Variant, VariantTy},
};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";
const PATH: &str = "/StatusNotifierWatcher";
const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Milliseconds for an answer: a watcher that hangs draws nothing.
const PATIENCE: i32 = 5_000;

type Tell = Arc<dyn Fn(bool) + Send + Sync>;

/// Tells how it is, and again whenever that may have changed, for as long as the process lives. On the main thread.
pub(super) fn follow(tell: impl Fn(bool) + Send + Sync + 'static) {
    gio::bus_get(
        BusType::Session,
        None::<&Cancellable>,
        move |bus| match bus {
            Ok(bus) => listen(&bus, Arc::new(tell)),
            Err(error) => {
                tracing::debug!(%error, "no bus, so nobody shows an icon");
                tell(false);
            }
        },
    );
}

fn listen(bus: &DBusConnection, tell: Tell) {
    let gone = tell.clone();
    bus.connect_closed(move |_, _, _| gone(false));
    let again = {
        let tell = tell.clone();
        move |bus: &DBusConnection| ask(bus, tell.clone())
    };
    let heard = again.clone();
    // It comes and goes.
    bus.signal_subscribe(
        Some(BUS),
        Some(BUS),
        Some("NameOwnerChanged"),
        None,
        Some(WATCHER),
        DBusSignalFlags::NONE,
        move |bus, _, _, _, _, _| heard(bus),
    );
    for signal in [
        "StatusNotifierHostRegistered",
        "StatusNotifierHostUnregistered",
    ] {
        let heard = again.clone();
        bus.signal_subscribe(
            Some(WATCHER),
            Some(WATCHER),
            Some(signal),
            None,
            None,
            DBusSignalFlags::NONE,
            move |bus, _, _, _, _, _| heard(bus),
        );
    }
    again(bus);
}

/// The bus keeps the order: of two answers the later one is newer.
fn ask(bus: &DBusConnection, tell: Tell) {
    bus.call(
        Some(WATCHER),
        PATH,
        PROPERTIES,
        "Get",
        Some(&(WATCHER, "IsStatusNotifierHostRegistered").to_variant()),
        VariantTy::new("(v)").ok(),
        DBusCallFlags::NO_AUTO_START,
        PATIENCE,
        None::<&Cancellable>,
        move |answer| tell(answer.ok().as_ref().and_then(registered).unwrap_or(false)),
    );
}

fn registered(answer: &Variant) -> Option<bool> {
    answer.try_child_value(0)?.as_variant()?.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_boolean_in_a_variant_or_none() {
        let says = |value: &Variant| registered(&(value.clone(),).to_variant());
        let inner =
            |value: Variant| registered(&Variant::tuple_from_iter([Variant::from_variant(&value)]));
        assert_eq!(inner(true.to_variant()), Some(true));
        assert_eq!(inner(false.to_variant()), Some(false));
        assert_eq!(inner("yes".to_variant()), None);
        assert_eq!(says(&1.to_variant()), None);
        assert_eq!(registered(&().to_variant()), None);
    }
}
