//! Generates what Tauri needs from `tauri.conf.json` and `capabilities/`.
fn main() {
    tauri_build::build();
}
