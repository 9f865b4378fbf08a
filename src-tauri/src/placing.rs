//! Where a window stands: remembered, and on a screen that is there.
//!
//! The window-state plugin remembers; what it brings back may belong to a screen that was unplugged, or to a larger
//! one. Before a window is shown it is moved to where a person can take hold of it.

use tauri::{PhysicalPosition, PhysicalSize, Runtime, WebviewWindow, plugin::TauriPlugin};
use tauri_plugin_window_state::{Builder, StateFlags};

/// So much of the upper edge must be on a screen, in pixels: enough to take hold of the window.
const HOLD: (i32, i32) = (120, 32);

/// A rectangle on the desktop, in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// Its left edge.
    pub x: i32,
    /// Its upper edge.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
}

/// What is remembered: not whether a window was shown, which the way of starting decides.
pub(crate) fn remembered() -> StateFlags {
    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED
}

/// The plugin. Its file lies in the data folder, so that two devices on one desktop do not share it.
pub(crate) fn plugin<R: Runtime>(data_folder: &std::path::Path) -> TauriPlugin<R> {
    let file = data_folder.join("windows.json");
    Builder::new()
        .with_filename(file.to_string_lossy())
        .with_state_flags(remembered())
        // It stands in the middle, and the folder of a failed start is left as it is.
        .with_denylist(&[crate::problem::WINDOW])
        .build()
}

/// Moves a window onto a screen, if it is not on one.
pub(crate) fn place<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    if window.is_maximized()? {
        return Ok(());
    }
    let (at, inner, outer) = (
        window.outer_position()?,
        window.inner_size()?,
        window.outer_size()?,
    );
    let screens: Vec<Area> = window
        .available_monitors()?
        .iter()
        .map(|screen| {
            let area = screen.work_area();
            area_of(area.position, area.size)
        })
        .collect();
    let now = area_of(at, outer);
    let fitting = fit(now, &screens);
    if (fitting.width, fitting.height) != (now.width, now.height) {
        // What is set is the inside of the frame.
        let frame = (
            now.width - signed(inner.width),
            now.height - signed(inner.height),
        );
        let inside = |outer: i32, frame: i32| u32::try_from(outer - frame).unwrap_or(1).max(1);
        window.set_size(PhysicalSize::new(
            inside(fitting.width, frame.0),
            inside(fitting.height, frame.1),
        ))?;
    }
    if (fitting.x, fitting.y) != (now.x, now.y) {
        window.set_position(PhysicalPosition::new(fitting.x, fitting.y))?;
    }
    Ok(())
}

/// Where a window is to stand that would stand at `window`: as large as it fits, and as near as it can be taken hold of.
/// Without a screen it stays.
pub fn fit(window: Area, screens: &[Area]) -> Area {
    let Some(screen) = screens
        .iter()
        .max_by_key(|screen| (window.shared(screen), -window.distance(screen)))
    else {
        return window;
    };
    let (width, height) = (
        window.width.min(screen.width),
        window.height.min(screen.height),
    );
    let edge = Area {
        height: HOLD.1,
        width,
        ..window
    };
    let is_held = screens
        .iter()
        .any(|screen| edge.across(screen) >= HOLD.0.min(width) && edge.down(screen) >= HOLD.1);
    if is_held && (width, height) == (window.width, window.height) {
        return window;
    }
    Area {
        x: window.x.clamp(screen.x, screen.x + screen.width - width),
        y: window.y.clamp(screen.y, screen.y + screen.height - height),
        width,
        height,
    }
}

impl Area {
    /// How many columns of it are on `screen`.
    fn across(&self, screen: &Self) -> i32 {
        overlap(self.x, self.width, screen.x, screen.width)
    }

    fn down(&self, screen: &Self) -> i32 {
        overlap(self.y, self.height, screen.y, screen.height)
    }

    fn shared(&self, screen: &Self) -> i64 {
        i64::from(self.across(screen)) * i64::from(self.down(screen))
    }

    /// Between the middles, squared.
    fn distance(&self, other: &Self) -> i64 {
        let middle = |at: i32, length: i32| i64::from(at) + i64::from(length) / 2;
        let across = middle(self.x, self.width) - middle(other.x, other.width);
        let down = middle(self.y, self.height) - middle(other.y, other.height);
        across * across + down * down
    }
}

fn overlap(a: i32, a_length: i32, b: i32, b_length: i32) -> i32 {
    let end = a.saturating_add(a_length).min(b.saturating_add(b_length));
    end.saturating_sub(a.max(b)).max(0)
}

fn area_of(at: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> Area {
    Area {
        x: at.x,
        y: at.y,
        width: signed(size.width),
        height: signed(size.height),
    }
}

fn signed(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn area(x: i32, y: i32, width: i32, height: i32) -> Area {
        Area {
            x,
            y,
            width,
            height,
        }
    }

    const LEFT: Area = area(0, 0, 1920, 1080);
    const RIGHT: Area = area(1920, 200, 1280, 800);

    #[test]
    fn a_window_that_can_be_taken_hold_of_stays_even_across_two_screens() {
        for window in [
            area(100, 100, 1040, 720),
            area(1500, 300, 1040, 720),
            area(-900, 1000, 1040, 720),
        ] {
            assert_eq!(fit(window, &[LEFT, RIGHT]), window);
        }
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_comes_to_the_nearest_one() {
        let window = area(2200, 300, 1040, 720);
        assert_eq!(fit(window, &[LEFT]), area(880, 300, 1040, 720));
        let above = area(100, -900, 1040, 720);
        assert_eq!(fit(above, &[LEFT]), area(100, 0, 1040, 720));
    }

    #[test]
    fn a_window_that_is_larger_than_its_screen_shrinks_to_it() {
        let window = area(1900, 100, 2560, 1440);
        assert_eq!(fit(window, &[RIGHT]), RIGHT);
    }

    #[test]
    fn without_a_screen_nothing_is_changed() {
        let window = area(9000, 9000, 10, 10);
        assert_eq!(fit(window, &[]), window);
    }

    proptest! {
        #[test]
        fn wherever_it_was_it_can_be_taken_hold_of(
            x in -5000..5000, y in -5000..5000, width in 1..4000, height in 1..4000,
        ) {
            let window = fit(area(x, y, width, height), &[LEFT, RIGHT]);
            let edge = Area { height: HOLD.1, ..window };
            let held = [LEFT, RIGHT].iter().any(|screen| {
                edge.across(screen) >= HOLD.0.min(window.width)
                    && edge.down(screen) >= HOLD.1.min(window.height)
            });
            prop_assert!(held, "{:?}", window);
            // And once it is, it stays.
            prop_assert_eq!(fit(window, &[LEFT, RIGHT]), window);
        }
    }
}
