//! The icon in the tray: which picture an overview has, and how it is painted over the plain icon.
//!
//! Pure. The picture changes only with what it shows: progress in eighths, so that desktops do not load a new file with
//! every percent.

use super::overview::Overview;

/// The steps of the progress.
pub const STEPS: u8 = 8;

/// What the icon shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Picture {
    /// Nothing moves.
    Idle,
    /// Something moves: so many of [`STEPS`]; None while it is being counted.
    Active(Option<u8>),
    /// Offers wait, or a device is not what it was.
    NeedsYou,
    /// A transfer cannot go on without a person.
    Problem,
    /// Everything unfinished is paused.
    Paused,
}

impl Picture {
    /// The picture for an overview: what a person must do comes before what happens by itself.
    pub fn of(overview: &Overview) -> Self {
        if overview.offers() + overview.alarms() > 0 {
            Self::NeedsYou
        } else if overview.troubled() > 0 {
            Self::Problem
        } else if !overview.moving().is_empty() {
            let step = |percent: u8| (u16::from(percent) * u16::from(STEPS) / 100) as u8;
            Self::Active(overview.percent().map(step))
        } else if overview.paused() > 0 && overview.waiting() == 0 {
            Self::Paused
        } else {
            Self::Idle
        }
    }
}

type Colour = [u8; 3];
const BLUE: Colour = [0x3d, 0x8b, 0xfd];
const AMBER: Colour = [0xf5, 0xa5, 0x24];
const RED: Colour = [0xe5, 0x48, 0x4d];
const GREY: Colour = [0x6b, 0x72, 0x80];
const DARK: Colour = [0x1f, 0x24, 0x2d];
const WHITE: Colour = [0xff, 0xff, 0xff];

/// Paints over the plain icon: `rgba` of a square of `side` pixels, four bytes each.
pub fn paint(rgba: &[u8], side: u32, picture: Picture) -> Vec<u8> {
    let mut canvas = Canvas {
        rgba: rgba.to_vec(),
        side,
        // Drawn for 32 pixels.
        scale: f64::from(side) / 32.0,
    };
    match picture {
        Picture::Idle => {}
        Picture::Active(done) => canvas.progress(done.unwrap_or(0)),
        Picture::NeedsYou => canvas.badge(AMBER, &EXCLAMATION),
        Picture::Problem => canvas.badge(RED, &EXCLAMATION),
        Picture::Paused => canvas.badge(GREY, &TWO_BARS),
    }
    canvas.rgba
}

/// Left, top, right, bottom.
type Area = (f64, f64, f64, f64);
const EXCLAMATION: [Area; 2] = [(22.0, 18.0, 24.4, 24.2), (22.0, 25.6, 24.4, 28.0)];
const TWO_BARS: [Area; 2] = [(19.8, 19.2, 22.2, 27.2), (24.2, 19.2, 26.6, 27.2)];
const BADGE: (f64, f64, f64) = (23.2, 23.2, 8.0);

struct Canvas {
    rgba: Vec<u8>,
    side: u32,
    scale: f64,
}

impl Canvas {
    fn progress(&mut self, done: u8) {
        let end = 2.0 + 28.0 * f64::from(done.min(STEPS)) / f64::from(STEPS);
        self.fill(DARK, |x, y| inside((1.0, 24.0, 31.0, 31.0), x, y));
        self.fill(GREY, |x, y| inside((2.0, 25.0, 30.0, 30.0), x, y));
        self.fill(BLUE, |x, y| inside((2.0, 25.0, end, 30.0), x, y));
    }

    fn badge(&mut self, colour: Colour, mark: &[Area]) {
        let within = |radius: f64| {
            move |x: f64, y: f64| {
                let (dx, dy) = (x - BADGE.0, y - BADGE.1);
                dx * dx + dy * dy <= radius * radius
            }
        };
        self.fill(DARK, within(BADGE.2 + 1.0));
        self.fill(colour, within(BADGE.2));
        self.fill(WHITE, |x, y| mark.iter().any(|area| inside(*area, x, y)));
    }

    /// Colours what is in the shape; a pixel at its edge by the share of it that is.
    fn fill(&mut self, colour: Colour, shape: impl Fn(f64, f64) -> bool) {
        const PARTS: u32 = 4;
        for at in 0..self.side * self.side {
            let (x, y) = (at % self.side, at / self.side);
            let middle = |pixel: u32, part: u32| {
                (f64::from(pixel) + (f64::from(part) + 0.5) / f64::from(PARTS)) / self.scale
            };
            let hits = (0..PARTS * PARTS)
                .filter(|part| shape(middle(x, part % PARTS), middle(y, part / PARTS)))
                .count();
            if hits == 0 {
                continue;
            }
            let share = hits as f64 / f64::from(PARTS * PARTS);
            let Some(pixel) = self.rgba.get_mut(at as usize * 4..at as usize * 4 + 4) else {
                return;
            };
            for (old, new) in pixel
                .iter_mut()
                .zip([colour[0], colour[1], colour[2], 0xff])
            {
                *old = (f64::from(*old) * (1.0 - share) + f64::from(new) * share).round() as u8;
            }
        }
    }
}

fn inside((left, top, right, bottom): Area, x: f64, y: f64) -> bool {
    (left..right).contains(&x) && (top..bottom).contains(&y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        backend::{Direction, Reason, State, TransferView, Update},
        notices::example,
    };

    fn picture(transfers: Vec<TransferView>) -> Picture {
        let mut overview = Overview::default();
        overview.apply(&Update {
            transfers,
            ..Update::default()
        });
        Picture::of(&overview)
    }

    fn moving(durable_bytes: u64) -> TransferView {
        TransferView {
            bytes: 800,
            durable_bytes,
            ..example("moving", Direction::Sending, State::Active)
        }
    }

    fn paused(reason: Reason) -> TransferView {
        TransferView {
            reason: Some(reason),
            ..example("paused", Direction::Sending, State::Paused)
        }
    }

    #[test]
    fn what_a_person_must_do_comes_first() {
        let offer = example("offer", Direction::Receiving, State::Created);
        let trouble = paused(Reason::SourceChanged);
        assert_eq!(picture(vec![]), Picture::Idle);
        assert_eq!(picture(vec![paused(Reason::PausedHere)]), Picture::Paused);
        assert_eq!(
            picture(vec![paused(Reason::PausedHere), moving(0)]),
            Picture::Active(Some(0))
        );
        assert_eq!(picture(vec![trouble.clone(), moving(0)]), Picture::Problem);
        assert_eq!(picture(vec![offer, trouble, moving(0)]), Picture::NeedsYou);
    }

    #[test]
    fn the_progress_has_nine_pictures_and_the_last_one_means_all() {
        let shown: Vec<Picture> = (0..=800)
            .map(|durable| picture(vec![moving(durable)]))
            .collect();
        let mut different = shown.clone();
        different.dedup();
        assert_eq!(different.len(), usize::from(STEPS) + 1);
        assert_eq!(shown[0], Picture::Active(Some(0)));
        assert_eq!(shown[800], Picture::Active(Some(STEPS)));
        assert_ne!(shown[799 - 8], Picture::Active(Some(STEPS)));
    }

    #[test]
    fn every_picture_is_painted_differently_and_none_outside_of_its_square() {
        const SIDE: u32 = 32;
        let plain = vec![0; (SIDE * SIDE * 4) as usize];
        let mut painted = vec![paint(&plain, SIDE, Picture::Idle)];
        painted.extend((0..=STEPS).map(|done| paint(&plain, SIDE, Picture::Active(Some(done)))));
        for picture in [Picture::NeedsYou, Picture::Problem, Picture::Paused] {
            painted.push(paint(&plain, SIDE, picture));
        }
        assert_eq!(painted[0], plain);
        for (at, one) in painted.iter().enumerate() {
            assert_eq!(one.len(), plain.len());
            assert!(!painted[..at].contains(one), "picture {at}");
        }
    }
}
