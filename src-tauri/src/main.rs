//! The desktop application.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() {
    std::process::exit(chunkstream_desktop::run(std::env::args_os()));
}
