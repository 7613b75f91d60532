//! A link as a QR code, for the phones in front of the screen.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrResult};

/// The code, dark on light whatever the terminal's colours; two modules to a character.
pub(super) fn code(text: &str) -> QrResult<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)?;
    // Inverted: terminals write light on dark.
    let code =
        code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    let style = console::Style::new().white().on_black();
    let lines: Vec<_> = code.lines().map(|line| format!("  {}", style.apply_to(line))).collect();
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_fits_into_a_screen() {
        let link = format!("https://kentongan.example/join#{}", "A".repeat(147));
        let code = console::strip_ansi_codes(&code(&link).expect("a code")).into_owned();
        let (width, height) = (code.lines().map(|l| l.chars().count()).max(), code.lines().count());
        assert!(width <= Some(64) && height <= 32, "{width:?} × {height}");
    }
}
