//! Tables for spreadsheets: RFC 4180, in UTF-8.
//!
//! Invariant: no cell is taken for a formula, and none breaks out of its place: names and titles are other people's text.

/// How a file begins: the mark by which spreadsheets know UTF-8.
pub(super) const BEGIN: &str = "\u{feff}";

/// A line of these cells.
pub(super) fn line(cells: impl IntoIterator<Item = String>) -> String {
    cells.into_iter().map(|text| cell(&text)).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    // Some skip blanks before a formula, and some take a tab or line break at the beginning for one.
    let first = text.trim_start().chars().next();
    // Spreadsheets for Chinese and Japanese take the wide forms as well.
    let risky = first.is_some_and(|c| "=+-@|%＝＋－＠".contains(c));
    let risky = risky || text.starts_with(['\t', '\r', '\n']);
    let safe = if risky { format!("'{text}") } else { text.to_owned() };
    if safe.contains(['"', ',', ';', '\n', '\r', '\t']) || safe.trim() != safe {
        return format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out() {
        assert_eq!(cell("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
        assert_eq!(cell("  @SUM(1)"), "'  @SUM(1)");
        assert_eq!(cell("+62812"), "'+62812");
        assert_eq!(cell("－1"), "'－1");
        assert_eq!(cell("\t=1+1"), "\"'\t=1+1\"");
        assert_eq!(cell("\rcmd"), "\"'\rcmd\"");
        assert_eq!(cell("Puspita, Adinda"), "\"Puspita, Adinda\"");
        assert_eq!(cell("87.5"), "87.5");
        assert_eq!(cell("Ayu"), "Ayu");
        assert_eq!(line(["Ayu".to_owned(), String::new(), "a;b".to_owned()]), "Ayu,,\"a;b\"\r\n");
    }
}
