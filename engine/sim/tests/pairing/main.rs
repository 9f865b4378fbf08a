//! Pairing as two persons see it: first what must work, then each way in which it must not. Whoever stands between is in
//! `tests/pairing_between.rs`.

mod codes;
mod ends;
mod paired;
mod refused;
mod screens;
mod words;
