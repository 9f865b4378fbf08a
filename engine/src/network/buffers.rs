//! The system's UDP buffers: asked for, and what to do where the system gives less.
//!
//! Default buffers are a tenth of what a fast link needs ("QUIC on the Highway", arXiv 2309.16395): packets are lost in
//! the computer itself.

use socket2::Socket;

/// What is asked for each way; the system may give less.
const BUFFER: usize = 4 * 1024 * 1024;

/// Asks for large buffers. Returns what to tell a person if the system gives less: no reason not to start.
pub(super) fn ask(socket: &Socket) -> Option<String> {
    // A system that refuses gives what it gives; it is asked below.
    let _ = socket.set_recv_buffer_size(BUFFER);
    let _ = socket.set_send_buffer_size(BUFFER);
    let receive = usable(socket.recv_buffer_size().unwrap_or(0));
    let send = usable(socket.send_buffer_size().unwrap_or(0));
    hint(receive, send)
}

/// Linux doubles what is asked for its own books, and tells the double (socket(7)).
fn usable(told: usize) -> usize {
    if cfg!(target_os = "linux") {
        told / 2
    } else {
        told
    }
}

fn hint(receive: usize, send: usize) -> Option<String> {
    if receive >= BUFFER && send >= BUFFER {
        return None;
    }
    let least = receive.min(send) / 1024;
    let asked = BUFFER / 1024;
    let cure = if cfg!(target_os = "linux") {
        format!("; to raise them: sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER}")
    } else {
        String::new()
    };
    Some(format!(
        "the system gives UDP buffers of {least} KiB instead of {asked} KiB, and fast links may lose packets{cure}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_less_than_was_asked_for_is_worth_a_word() {
        assert_eq!(hint(BUFFER, BUFFER), None);
        for (receive, send) in [(BUFFER - 1, BUFFER), (BUFFER, 212_992), (0, 0)] {
            let text = hint(receive, send).expect("a hint");
            assert!(text.contains("instead of 4096 KiB"), "{text}");
            assert!(!cfg!(target_os = "linux") || text.contains("net.core.rmem_max=4194304"));
        }
    }
}
