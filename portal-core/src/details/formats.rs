//! What postal codes look like, country by country.
//!
//! A table of shapes and not a crate: the ones there are give patterns for machines, some with separators that nobody types, and none can tell a person what
//! is expected. A test holds the countries against `keshvar`'s.
use std::iter::zip;

use super::Region;

/// Shapes, the usual one first, and where they are in use. `9` is a digit, `A` a letter, `*` either, `#` a digit that falls away; a small letter and any other digit stand for themselves.
const FORMATS: &[(&[&str], &str)] = &[
    (&["999"], "FO GN IS LS MG OM PG"),
    (
        &["9999"],
        "AF AL AT AU AZ BD BE BG CC CH CV CX CY DK ET GE GL GW HM HT HU LI LR LU MD MK MZ NE NF NO NZ PH SI SJ SV TN VE ZA",
    ),
    (
        &["99999"],
        "AX BA BL BT CU DE DO DZ EE EG EH ES FI FR GF GP GT HN HR ID IQ IT JO KE KR KW LA LK LT MA MC ME MF MM MN MQ MV MX MY NA NC NI NP PE PF PK PM RE SA SD SM SN TH TR UA UY VA WF XK YT ZM",
    ),
    (&["99999", "99999-####"], "AS FM GU MH MP PR PW UM US VI"),
    (&["999999"], "BY CN CO EC IN KG KZ NG PY RO RU SG TJ TM UZ"),
    (&["999 99"], "CZ GR SE SK"),
    (&["9999", "999999"], "AM"),
    (&["9999", "999"], "BH"),
    (&["99999", "9999", "999-9999"], "CR"),
    (&["99999", "999999"], "RS VN"),
    (&["99999", "9999"], "TZ"),
    (&["999999", "99999"], "KH"),
    (&["9999999", "99999"], "IL"),
    (&["999999", "99999", "999"], "TW"),
    (&["99999", "999AA999"], "MU"),
    (&["9999 9999", "9999"], "LB"),
    (&["99-999"], "PL"),
    (&["999-9999"], "JP"),
    (&["999 9999"], "CL"),
    (&["9999-999"], "PT"),
    (&["99999-999"], "BR"),
    (&["99999-99999"], "IR"),
    (&["9999 AA"], "NL"),
    (&["A999"], "SZ"),
    (&["A9999AAA", "A9999", "9999"], "AR"),
    (&["A9A 9A9"], "CA"),
    (&["A9* ****"], "IE"),
    (&["AA 99999"], "SO"),
    (&["AA 99", "AA **"], "BM"),
    (&["AA9999"], "BN"),
    (&["AAA 9999", "AAA 999", "AAA 99"], "MT"),
    (
        &[
            "AA9 9AA", "A9 9AA", "A99 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "gir 0aa",
        ],
        "GB",
    ),
    (&["gy9 9AA", "gy99 9AA"], "GG"),
    (&["im9 9AA", "im99 9AA"], "IM"),
    (&["je9 9AA", "je99 9AA"], "JE"),
    (&["ad999"], "AD"),
    (&["ai-9999"], "AI"),
    (&["bb99999"], "BB"),
    (&["ky9-9999"], "KY"),
    (&["lv-9999"], "LV"),
    (&["vc9999"], "VC"),
    (&["vg9999"], "VG"),
    (&["bbnd 1zz"], "IO"),
    (&["fiqq 1zz"], "FK"),
    (&["gx11 1aa"], "GI"),
    (&["pcrn 1zz"], "PN"),
    (&["siqq 1zz"], "GS"),
    (&["sthl 1zz", "ascn 1zz", "tdcu 1zz"], "SH"),
    (&["tkca 1zz"], "TC"),
];

/// The shapes of a country; none where they are not known.
pub(super) fn of(country: Region) -> &'static [&'static str] {
    let used = |countries: &str| countries.split(' ').any(|c| c == country.as_str());
    let found = FORMATS.iter().find(|(_, countries)| used(countries));
    found.map_or(&[], |(shapes, _)| shapes)
}

/// A code of that country in its one spelling. The country's letters before it may stand or be left out: `1010` is `LV-1010`, and `D`-less `DE-10115` is `10115`.
pub(super) fn read(code: &str, country: Region) -> Option<String> {
    let bare = code.strip_prefix(country.as_str()).unwrap_or(code);
    let full = format!("{country}{code}");
    let spellings = [code, bare, &full];
    let shapes = of(country);
    spellings.iter().find_map(|code| {
        let shape = shapes.iter().find(|shape| fits(code, shape))?;
        let kept = marks(shape).filter(|mark| *mark != '#').count();
        Some(code.chars().take(kept).collect())
    })
}

/// With the separators of its country.
pub(super) fn shown(code: &str, country: Region) -> String {
    let Some(shape) = of(country).iter().find(|shape| fits(code, shape)) else {
        return code.to_owned();
    };
    let mut letters = code.chars();
    let place = |mark: char| {
        if separates(mark) {
            Some(mark)
        } else {
            letters.next()
        }
    };
    shape.chars().map_while(place).collect()
}

/// What a code looks like there.
pub(super) fn example(country: Region) -> Option<String> {
    let shape = of(country).first()?;
    let (mut digits, mut letters) = (('1'..='9').cycle(), ('A'..='Z').cycle());
    let place = |mark: char| match mark {
        '9' | '*' => digits.next(),
        'A' => letters.next(),
        literal => Some(literal.to_ascii_uppercase()),
    };
    Some(shape.chars().filter_map(place).collect())
}

fn fits(code: &str, shape: &str) -> bool {
    let fit = |(c, mark): (char, char)| match mark {
        '9' | '#' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        '*' => c.is_ascii_alphanumeric(),
        literal => c == literal.to_ascii_uppercase(),
    };
    code.len() == marks(shape).count() && zip(code.chars(), marks(shape)).all(fit)
}

fn marks(shape: &str) -> impl Iterator<Item = char> {
    shape.chars().filter(|mark| !separates(*mark))
}

fn separates(mark: char) -> bool {
    matches!(mark, ' ' | '-')
}
