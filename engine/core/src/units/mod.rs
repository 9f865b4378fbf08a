//! Sizes, rates and durations as people write them, and as they are shown to people.
//!
//! Decimal units (kB, MB, GB, TB) are powers of 1000, binary ones (KiB, MiB, GiB, TiB) of 1024; case does
//! not matter, except that it is never guessed: `b` alone is no unit, bits are written `bit`.

mod date;
mod format;
mod parse;

pub use date::{format_date, format_utc};
pub use format::{format_bytes, format_duration, format_rate};
pub use parse::{UnitError, parse_duration, parse_rate, parse_size};
