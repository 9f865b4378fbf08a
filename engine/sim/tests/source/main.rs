//! Sources that change, are gone, or lie on a disk that is pulled: never mixed content, never a whole transfer
//! that fails, and one question to a person.

mod changed;
mod gone;
mod kills;
mod trip;
