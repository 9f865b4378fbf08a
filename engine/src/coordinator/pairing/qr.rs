//! A ticket as a QR code: rows of dark and light, for a window or a terminal to draw.

use qrcode::{Color, EcLevel, QrCode};

/// The rows without the margin, `1` dark and `0` light; None if the text is too long for any code.
pub(super) fn rows(ticket: &str) -> Option<Vec<String>> {
    // Upper case is the alphanumeric mode (ISO/IEC 18004), a third smaller; tickets are read in either case. What is
    // shown on a screen is not scratched: the lowest level of correction.
    let code = QrCode::with_error_correction_level(ticket.to_ascii_uppercase(), EcLevel::L).ok()?;
    let colors = code.to_colors();
    let rows = colors.chunks(code.width());
    let digit = |color: &Color| color.select('1', '0');
    Some(rows.map(|row| row.iter().map(digit).collect()).collect())
}

#[cfg(test)]
mod tests {
    use chunkstream_core::device::{DeviceId, Ticket, TicketSecret};

    use super::*;

    #[test]
    fn a_ticket_of_a_home_makes_a_code_of_45_modules_at_most() {
        let addresses = ["192.168.178.23:24880", "[2001:db8::1]:24880"];
        let addresses = addresses.map(|text| text.parse().expect("an address"));
        let ticket = Ticket::new(
            DeviceId([0xa5; 20]),
            "Annas Laptop".into(),
            addresses.into(),
        );
        let ticket = ticket.expect("within the limits");
        let text = ticket
            .with_secret(TicketSecret::new([0x5a; 16]))
            .to_string();
        let rows = rows(&text).expect("short enough");
        assert!(rows.len() <= 45, "{} rows", rows.len());
        assert!(rows.iter().all(|row| row.len() == rows.len()));
        // The three finder patterns: a dark line of seven at each of these corners.
        assert!(rows[0].starts_with("11111110") && rows[0].ends_with("01111111"));
        assert!(rows[rows.len() - 1].starts_with("11111110"));
    }

    #[test]
    fn what_fits_no_code_has_none() {
        assert_eq!(rows(&"A".repeat(5000)), None);
    }
}
