//! A pairing in words, and its ticket as a QR code of characters.

use std::fmt::Write as _;

use chunkstream_engine::api::{PairSide, PairState, PairWay, PairingView};

use crate::pair::addresses;

/// Modules of margin around a QR code (ISO/IEC 18004, section 5.3.8).
const MARGIN: usize = 4;

/// What a person is told of a pairing; nothing if somebody else tells it. With colours, also the QR code.
pub(super) fn text(view: &PairingView, colours: bool) -> Option<String> {
    let other = view.device.as_ref();
    let name = other.map_or("the other device", |device| device.name.as_str());
    Some(match view.state {
        PairState::Waiting => invitation(view, colours),
        PairState::Comparing => {
            let words = view.words.as_deref().unwrap_or_default().join("  ");
            let id = other.map_or("", |device| device.device_id.as_str());
            format!(
                "compare with the screen of {name} ({id}):\n\n    {words}\n\nOnly if all words are the same, in the same order, nobody stands between."
            )
        }
        PairState::Agreed => format!("waiting for the person at {name} to say the same"),
        PairState::Paired => {
            let id = other.map_or("", |device| device.device_id.as_str());
            let role = other.map_or("", |device| device.role.as_str());
            format!("paired with {name} ({id}), {role} here")
        }
        // The end is told as the failure of the command.
        PairState::Connecting | PairState::Failed | PairState::Cancelled => return None,
    })
}

fn invitation(view: &PairingView, colours: bool) -> String {
    let ticket = view.ticket.as_deref().unwrap_or_default();
    let mut text = String::new();
    if let Some(code) = &view.code {
        let _ = writeln!(text, "{code}");
        let _ = writeln!(text, "\nAt the other device, within five minutes:");
        for address in addresses(ticket) {
            let _ = writeln!(text, "  chunkstream pair {code} --at {address}");
        }
        let _ = writeln!(text, "or with this ticket, which works once:");
    }
    match (view.side, view.way) {
        (PairSide::Host, PairWay::Words) => {
            text.push_str(
                "waiting for the other device: chunkstream pair --words --at THIS-DEVICE",
            );
        }
        _ => text.push_str(ticket),
    }
    if colours && let Some(rows) = &view.qr {
        let _ = write!(text, "\n\n{}", qr(rows));
    }
    text
}

/// Two modules in one character, the upper as its colour and the lower as its ground, so that it is dark on light on
/// every terminal.
fn qr(rows: &[String]) -> String {
    let width = rows.len() + 2 * MARGIN;
    let is_dark = |x: usize, y: usize| {
        let inside = x.checked_sub(MARGIN).zip(y.checked_sub(MARGIN));
        inside.is_some_and(|(x, y)| {
            rows.get(y)
                .is_some_and(|row| row.as_bytes().get(x) == Some(&b'1'))
        })
    };
    let mut text = String::new();
    for y in (0..width).step_by(2) {
        if y > 0 {
            text.push('\n');
        }
        for x in 0..width {
            // 256-colour codes: 16 is black and 231 white, whatever the theme.
            let colour = |dark| if dark { 16 } else { 231 };
            let (upper, lower) = (colour(is_dark(x, y)), colour(is_dark(x, y + 1)));
            let _ = write!(text, "\x1b[38;5;{upper};48;5;{lower}m\u{2580}");
        }
        text.push_str("\x1b[0m");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view() -> PairingView {
        PairingView {
            revision: 1,
            side: PairSide::Host,
            way: PairWay::Code,
            state: PairState::Waiting,
            code: Some("482-913-578".to_owned()),
            ticket: Some("chunkstream1xyz".to_owned()),
            qr: Some(vec!["10".to_owned(), "01".to_owned()]),
            words: None,
            until_ms: None,
            device: None,
            failure: None,
        }
    }

    #[test]
    fn the_code_stands_alone_on_the_first_line() {
        let text = text(&view(), false).expect("something to say");
        assert_eq!(text.lines().next(), Some("482-913-578"));
        assert!(text.ends_with("chunkstream1xyz"), "{text}");
    }

    #[test]
    fn a_qr_code_is_drawn_with_its_margin_and_colours_end_with_each_line() {
        let text = text(&view(), true).expect("something to say");
        let drawn: Vec<&str> = text.lines().filter(|line| line.contains('▀')).collect();
        assert_eq!(drawn.len(), (2 + 2 * MARGIN).div_ceil(2));
        assert!(drawn.iter().all(|line| line.ends_with("\x1b[0m")));
        assert!(
            drawn
                .iter()
                .all(|line| line.matches('▀').count() == 2 + 2 * MARGIN)
        );
        // The first two rows of modules stand in one line: dark over light, then light over dark.
        assert!(drawn[MARGIN / 2].contains("38;5;16;48;5;231m▀\x1b[38;5;231;48;5;16m▀"));
    }
}
