//! Text as people may write it, free of what cannot be seen.
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Not text that can be kept as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadText {
    /// More than fits.
    #[error("too long: write at most {longest} characters")]
    TooLong {
        /// How many characters fit.
        longest: usize,
    },
    /// Something in it cannot be seen: a control character, a mark that turns the direction of writing, a letter of no width.
    #[error("there are characters in it that cannot be seen: type it instead of pasting it")]
    Unseen,
}

/// One line: trimmed, composed (NFC), with plain spaces, and nothing in it that cannot be seen. Empty text is a line too.
///
/// # Errors
/// [`BadText`].
pub fn line(text: &str, longest: usize) -> Result<String, BadText> {
    checked(text, longest, |_| false)
}

/// Several lines, ended by `\n` whatever they were ended by, each as [`line()`] reads it but for the spaces it begins and ends with.
///
/// # Errors
/// [`BadText`].
pub fn lines(text: &str, longest: usize) -> Result<String, BadText> {
    not_far_too_long(text, longest)?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    checked(&text, longest, |c| c == '\n')
}

fn checked(text: &str, longest: usize, keep: fn(char) -> bool) -> Result<String, BadText> {
    not_far_too_long(text, longest)?;
    let text = text.trim();
    let spaced = |c: char| match c.general_category() {
        GeneralCategory::SpaceSeparator => ' ',
        _ if c == '\t' => ' ',
        _ => c,
    };
    let composed: String = text.chars().map(spaced).nfc().collect();
    if composed.chars().count() > longest {
        return Err(BadText::TooLong { longest });
    }
    let mut before = ' ';
    let mut letters = composed.chars().peekable();
    while let Some(c) = letters.next() {
        let joins = joins(before) && letters.peek().is_some_and(|&after| joins(after));
        if !keep(c) && unseen(c) && !(matches!(c, ZWNJ | ZWJ) && joins) {
            return Err(BadText::Unseen);
        }
        before = c;
    }
    Ok(composed)
}

/// Looked at before the text is: work must not grow with what anybody may send. A character has at most four bytes, and line ends two.
fn not_far_too_long(text: &str, longest: usize) -> Result<(), BadText> {
    if text.len() > longest.saturating_mul(4).saturating_add(64) {
        return Err(BadText::TooLong { longest });
    }
    Ok(())
}

const ZWNJ: char = '\u{200c}';
const ZWJ: char = '\u{200d}';

/// Persian and many Indian names, and emoji, are written with joiners between their letters. Between others they only deceive.
fn joins(c: char) -> bool {
    !c.is_ascii() && !c.is_whitespace() && !matches!(c, ZWNJ | ZWJ)
}

/// Whether a character leaves no mark on paper, or another one on each.
pub(crate) fn unseen(c: char) -> bool {
    use GeneralCategory as G;
    let blank_letters = [
        '\u{34f}', '\u{115f}', '\u{1160}', '\u{17b4}', '\u{17b5}', '\u{2800}', '\u{3164}',
        '\u{ffa0}',
    ];
    let kind = c.general_category();
    let never_shown = [
        G::Control,
        G::Format,
        G::LineSeparator,
        G::ParagraphSeparator,
        G::PrivateUse,
        G::Surrogate,
    ];
    never_shown.contains(&kind) || blank_letters.contains(&c) || noncharacter(c)
}

/// Looked at no further than this many times what fits: work must not grow with what anybody may send.
const LOOKED_AT: usize = 16;

/// What of a text can be seen, in one line of at most so many characters. What is not kept parts words as a space does.
pub(crate) fn shown(text: &str, longest: usize, keeps: impl Fn(char) -> bool) -> String {
    let mut shown = String::new();
    let mut left = longest;
    let (mut parted, mut before) = (false, ' ');
    for c in text.chars().take(longest.saturating_mul(LOOKED_AT)) {
        if c.is_whitespace() || c.is_control() || !keeps(c) {
            parted = true;
            continue;
        }
        if unseen(c) {
            continue;
        }
        // Mail programs decode what stands after `=?`, whoever wrote it.
        parted |= before == '=' && c == '?';
        let space = parted && !shown.is_empty();
        if left < 1 + usize::from(space) {
            break;
        }
        if space {
            shown.push(' ');
            left -= 1;
        }
        shown.push(c);
        left -= 1;
        (parted, before) = (false, c);
    }
    shown
}

fn noncharacter(c: char) -> bool {
    let c = u32::from(c);
    (0xfdd0..=0xfdef).contains(&c) || c & 0xfffe == 0xfffe
}
