use portal_core::{
    Language,
    chrono::TimeZone as _,
    chrono_tz::Tz,
    effect::MailKind,
    mail::{MailWriter as _, Says},
};
use portal_mail::Templates;

use crate::{full, letters, written};

/// 003-19
#[test]
fn dates_and_amounts_are_written_as_the_reader_writes_them_and_the_zone_is_named() {
    let moved = written(&full(MailKind::RegistrationTransferred, Language::En));
    let line = "When: Wednesday, 31 March 2027, 09:30–17:00 (Central European Summer Time)";
    assert!(moved.text.contains(line), "{}", moved.text);
    let moved = written(&full(MailKind::RegistrationTransferred, Language::Es));
    let line =
        "Fecha: miércoles, 31 de marzo de 2027, 09:30–17:00 (hora de verano de Europa central)";
    assert!(moved.text.contains(line), "{}", moved.text);
    let total = |language| written(&full(MailKind::InvoiceCopy, language)).text;
    let (english, spanish) = (total(Language::En), total(Language::Es));
    assert!(english.contains("Total: 1,234.50\u{a0}EUR"), "{english}");
    assert!(spanish.contains("Total: 1234,50\u{a0}EUR"), "{spanish}");
}

/// 003-19
#[test]
fn an_event_that_crosses_a_change_of_clocks_tells_both_of_its_days() {
    let far = &letters(MailKind::RegistrationTransferred, Language::En)[1];
    let text = written(far).text;
    let line = "When: Saturday, 6 November 2027, 18:00 (Eastern Daylight Time) – Monday, 8 November 2027, 12:30 (Eastern Standard Time)";
    assert!(text.contains(line), "{text}");
}

/// 003-19: the clocks change while it takes place.
#[test]
fn a_night_in_which_the_clocks_change_names_both_zones() {
    let mut letter = full(MailKind::RegistrationTransferred, Language::En);
    let Says::Moved(moved) = &mut letter.says else {
        panic!("it is about a place that was moved")
    };
    let at = |hour| Tz::Europe__Madrid.with_ymd_and_hms(2027, 3, 28, hour, 0, 0);
    moved.to.starts_at = at(1).unwrap();
    moved.to.ends_at = at(5).unwrap();
    let text = written(&letter).text;
    let line = "When: Sunday, 28 March 2027, 01:00 (Central European Standard Time) – 05:00 (Central European Summer Time)";
    assert!(text.contains(line), "{text}");
}

/// 003-19
#[test]
fn a_host_in_america_has_dates_written_as_there() {
    let templates = Templates::builder()
        .locale(Language::En, "en-US")
        .build()
        .unwrap();
    let letter = full(MailKind::RegistrationTransferred, Language::En);
    let text = templates.write(&letter).unwrap().text;
    assert!(
        text.contains("Wednesday, March 31, 2027, 9:30\u{202f}AM–5:00\u{202f}PM"),
        "{text}"
    );
}

#[test]
fn a_locale_of_another_language_is_refused() {
    for (tag, why) in [
        ("fr-FR", "not a locale of the language `en`"),
        (
            "en_US!",
            "no locale is written like this: write one such as en-GB",
        ),
    ] {
        let built = Templates::builder().locale(Language::En, tag).build();
        assert_eq!(built.unwrap_err().problems[0].why, why);
    }
}
