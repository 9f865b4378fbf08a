//! The desktop application.
fn main() {}
