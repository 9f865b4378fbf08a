//! Rules for devices, held against a trusted peer that does not keep to what it announces: what must work, and each
//! way around.

mod announced;
mod folders;
mod peer;
mod roles;
