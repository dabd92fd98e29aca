use super::*;

/// The secret of RFC 6238, appendix B, and its codes for SHA-1.
const SEED: &[u8; 20] = b"12345678901234567890";
const VECTORS: [(i64, &str); 6] = [
    (59, "94287082"),
    (1_111_111_109, "07081804"),
    (1_111_111_111, "14050471"),
    (1_234_567_890, "89005924"),
    (2_000_000_000, "69279037"),
    (20_000_000_000, "65353130"),
];

fn key(letter: &str) -> PortalKey {
    let text = format!("{letter}: a key for tests, of more than 32 characters");
    PortalKey::new(text.into()).unwrap()
}

fn ana() -> Id<Account> {
    Id::new("ana")
}

fn sealed() -> SealedSecret {
    SealedSecret::seal(SEED, [7; NONCE], &key("k"), &ana()).unwrap()
}

fn accepts(code: &str, at: i64, last_step: u64) -> Option<u64> {
    let now = DateTime::from_timestamp(at, 0).unwrap();
    sealed().accepts(&key("k"), &ana(), code, now, last_step)
}

#[test]
fn the_codes_are_those_of_the_rfc() {
    for (at, code) in VECTORS {
        let step = u64::try_from(at).unwrap() / 30;
        assert_eq!(accepts(&code[2..], at, 0), Some(step), "{at}");
        let eight = Builder::new()
            .with_secret(*SEED)
            .with_digits(8)
            .build()
            .unwrap();
        assert_eq!(eight.generate(step * 30).to_string(), code);
    }
}

#[test]
fn a_code_is_good_a_step_early_and_a_step_late_and_no_more() {
    let (code, step) = ("050471", 37_037_037);
    let (first, last) = (1_111_111_110, 1_111_111_139);
    for at in [first, last, first - 1, first - 30, last + 1, last + 30] {
        assert_eq!(accepts(code, at, 0), Some(step), "{at}");
    }
    for at in [first - 31, last + 31, 0, -1, -1_111_111_111] {
        assert_eq!(accepts(code, at, 0), None, "{at}");
    }
}

#[test]
fn no_code_counts_twice_nor_one_from_before_it() {
    let (now, step) = (1_111_111_111, 37_037_037);
    assert_eq!(accepts("050471", now, step - 1), Some(step));
    assert_eq!(accepts("050471", now, step), None);
    // The code of the step before, after the one of now was taken.
    assert_eq!(accepts("081804", now, step - 2), Some(step - 1));
    assert_eq!(accepts("081804", now, step), None);
}

#[test]
fn a_code_may_be_typed_as_the_app_shows_it() {
    for code in ["050471", "050 471", " 050471 ", "05 04 71"] {
        assert!(accepts(code, 1_111_111_111, 0).is_some(), "{code:?}");
    }
}

#[test]
fn what_is_not_six_digits_is_no_code() {
    let long = "0".repeat(100_000);
    let wrong = [
        "",
        " ",
        "05047",
        "0504711",
        "14050471",
        "o50471",
        "+50471",
        "-50471",
        "05047a",
        "0504.71",
        "050-471",
        "050471\n",
        "０５０４７１",
        "٠٥٠٤٧١",
        "05047１",
        "\0\0\0\0\0\0",
        "000000",
        &long,
    ];
    for code in wrong {
        assert_eq!(accepts(code, 1_111_111_111, 0), None, "{code:?}");
    }
}

#[test]
fn a_secret_opens_for_its_account_and_under_its_key_only() {
    let drawn = SealedSecret::draw(&key("k"), &ana()).unwrap();
    let opened = drawn.open(&key("k"), &ana()).unwrap();
    assert_eq!(opened.expose_secret().len(), SECRET);
    assert!(drawn.open(&key("x"), &ana()).is_none());
    assert!(drawn.open(&key("k"), &Id::new("ben")).is_none());
    let again = SealedSecret::draw(&key("k"), &ana()).unwrap();
    assert_ne!(
        opened.expose_secret(),
        again.open(&key("k"), &ana()).unwrap().expose_secret()
    );
}

#[test]
fn what_was_tampered_with_does_not_open() {
    let text = sealed().as_str().to_owned();
    assert_eq!(text.len(), 2 * (NONCE + SECRET + 16));
    for at in 0..text.len() {
        let mut other = text.clone().into_bytes();
        other[at] = if other[at] == b'0' { b'1' } else { b'0' };
        let other = SealedSecret::new(String::from_utf8(other).unwrap());
        assert!(other.open(&key("k"), &ana()).is_none(), "{at}");
    }
    for other in [
        "",
        "0",
        "zz",
        "é",
        &text[..40],
        &text[1..],
        &format!("{text}0"),
    ] {
        let other = SealedSecret::new(other);
        assert!(
            other.open(&key("k"), &ana()).is_none(),
            "{}",
            other.as_str()
        );
    }
}

#[test]
fn the_app_reads_the_secret_under_the_names_of_site_and_account() {
    let uri =
        sealed().provisioning_uri(&key("k"), &ana(), "Bay: Rentals & Söhne", "ana@example.com");
    assert_eq!(
        uri.as_ref().unwrap().expose_secret(),
        "otpauth://totp/Bay%20%20Rentals%20%26%20S%C3%B6hne:ana%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=Bay%20%20Rentals%20%26%20S%C3%B6hne&algorithm=SHA1&digits=6&period=30"
    );
    assert!(!format!("{uri:?} {:?}", sealed()).contains("GEZD"));
    assert!(
        sealed()
            .provisioning_uri(&key("x"), &ana(), "", "")
            .is_none()
    );
}
