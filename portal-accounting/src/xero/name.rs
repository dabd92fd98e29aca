/// The longest name a contact has.
const LONGEST: usize = 255;

/// A name as Xero takes names: no angle brackets, no control characters, no blanks at the ends or two in a row, at most 255 characters. None where nothing is left.
pub(super) fn fitted(name: &str) -> Option<String> {
    let odd = |c: char| matches!(c, '<' | '>') || c.is_control();
    let clean: String = name.chars().map(|c| if odd(c) { ' ' } else { c }).collect();
    let whole = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = whole.chars().take(LONGEST).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_fitted_to_what_xero_takes() {
        for (name, wanted) in [
            ("Ana Díaz", "Ana Díaz"),
            ("  Ana \t Díaz\u{a0} ", "Ana Díaz"),
            ("Ana<b>Díaz</b>", "Ana b Díaz /b"),
            ("A\0na\r\nDíaz", "A na Díaz"),
        ] {
            assert_eq!(fitted(name).as_deref(), Some(wanted), "{name:?}");
        }
        for nothing in ["", "  ", "<>", "\n"] {
            assert_eq!(fitted(nothing), None);
        }
        let long = format!("{} {}", "é".repeat(254), "a".repeat(9));
        assert_eq!(fitted(&long).unwrap().chars().count(), 254);
        assert_eq!(fitted(&"x".repeat(999)).unwrap().len(), 255);
    }
}
