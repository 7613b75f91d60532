//! Text that somebody else wrote, made safe to show in a terminal.
//!
//! Invariant: what comes out moves no cursor, changes no colour and reverses no reading direction; nothing is hidden.

/// One line: every control character is shown as what it is, also line breaks.
pub(super) fn line(untrusted: &str) -> String {
    untrusted.chars().map(visible).collect()
}

/// Several lines: line breaks and tabs stay.
pub(super) fn lines(untrusted: &str) -> String {
    let unix = untrusted.replace("\r\n", "\n");
    unix.chars().map(|c| if c == '\n' { c.to_string() } else { visible(c) }).collect()
}

fn visible(c: char) -> String {
    match c {
        '\t' => "    ".into(),
        // The control pictures stand beside their characters: ␛ for ESC, ␍ for CR.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}').into(),
        '\u{7f}' => '␡'.into(),
        _ if hidden(c) => format!("<U+{:04X}>", u32::from(c)),
        _ => c.into(),
    }
}

/// C1 controls, and what has no looks of its own but changes how its neighbours look.
const fn hidden(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_clear_the_screen_or_forge_a_line() {
        assert_eq!(line("a\u{1b}[2Jb\r\nc\u{9b}31m"), "a␛[2Jb␍␊c<U+009B>31m");
        assert_eq!(line("invoice\u{202e}gpj.exe"), "invoice<U+202E>gpj.exe");
    }

    #[test]
    fn a_text_keeps_its_lines_and_its_letters() {
        assert_eq!(lines("Kerjakan 1–10.\r\n\tBesok ✓"), "Kerjakan 1–10.\n    Besok ✓");
        assert_eq!(lines("over\rwritten"), "over␍written");
    }
}
