//! What customers do about their own record and account.
use portal_core::{
    CustomerDesk, Error,
    accounts::ChooseLanguage,
    profile::{FieldKind, FilledField, UpdateProfile},
};

use super::{new_form, sheet::Sheet};

/// My profile: the host's fields, an update that is refused, and one that is taken.
pub(super) async fn show(desk: &CustomerDesk, sheet: &mut Sheet) -> Result<(), Error> {
    sheet.chapter("My profile", "Mi perfil");
    let language = sheet.words.language();
    for filled in desk.profile()?.form().await? {
        let mut name = filled.field.label.in_language(language).to_owned();
        if filled.field.read_only {
            name += sheet.say(", read only", ", solo lectura");
        }
        sheet.field(&name, &shown(&filled));
    }

    let update = |typed: &[(&str, &str)]| UpdateProfile::new(new_form(), typed.iter().copied());
    let street = [
        ("address.line1", "Calle del Pez 12"),
        ("address.town", "Madrid"),
        ("address.country", "ES"),
    ];
    let nowhere = [&street[..], &[("address.postal_code", "2801")]].concat();
    let wrong = desk.submit(&update(&nowhere)).await;
    sheet.ended(
        sheet.say(
            "Moved, with half a postal code",
            "Mudanza, con medio código postal",
        ),
        wrong,
    )?;
    let code = [("address.postal_code", "28004"), ("news", "on")];
    let whole = [&street[..], &code[..]].concat();
    let right = desk.submit(&update(&whole)).await;
    sheet.ended(
        sheet.say(
            "With the whole of it, and news",
            "Con el código entero, y novedades",
        ),
        right,
    )?;

    let chosen = desk
        .submit(&ChooseLanguage::new(new_form(), language))
        .await;
    let kept = sheet
        .say("To be addressed in English", "Trato en español")
        .to_owned();
    sheet.ended(&kept, chosen)
}

/// A page draws an input for each part; here they stand on one line.
fn shown(filled: &FilledField) -> String {
    let texts = filled.inputs().into_iter().map(|input| input.text);
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    match &filled.field.kind {
        _ if texts.is_empty() => "-".to_owned(),
        FieldKind::Flag => "x".to_owned(),
        _ => texts.join(", "),
    }
}
