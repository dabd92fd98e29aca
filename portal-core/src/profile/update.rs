//! Pure. Nothing here awaits, reads a clock or draws an id.
use super::{FieldName, FieldValue, ProfileForm, ProfileRefusal, Value, read::Typed};
use crate::{
    Ask, Decision, Loaded, RecordRef, Refusals, Viewer,
    accounts::ContactChange,
    details::{Region, unseen},
    refusal::Reasons,
};

/// More names of fields that are not on the form than this are nobody's typing error.
const MOST_NAMED: usize = 20;

/// Writes what changed, and only that; or says everything that is wrong with what was posted.
pub(super) fn update(
    form: &ProfileForm,
    facts: &Loaded<Vec<FieldValue>>,
    posted: &[(String, String)],
    home: Option<Region>,
    ask: &Ask<'_, Viewer>,
) -> Result<Decision, Refusals> {
    let typed = Typed::new(posted);
    let mut reasons = Reasons::default();
    let editable = |name: &str| form.field_of(name).is_some_and(|field| !field.read_only);
    for name in typed
        .names()
        .filter(|name| !editable(name))
        .take(MOST_NAMED)
    {
        reasons.refuse(ProfileRefusal::FieldNotEditable(named(form, name)));
    }
    let mut changed = vec![];
    for field in form.fields.iter().filter(|field| !field.read_only) {
        let old = current(&facts.value, &field.key);
        let new = match typed.value(field, home) {
            None => old.clone(),
            Some(Ok(new)) => new,
            // What the host had before there were rules for it stands in nobody's way.
            Some(Err(_)) if typed.is_untouched(field, old) => old.clone(),
            Some(Err(wrong)) => {
                for no in wrong {
                    reasons.refuse(no);
                }
                continue;
            }
        };
        if field.required && new.says_nothing() {
            reasons.refuse(ProfileRefusal::Required(FieldName::of(field)));
        }
        if new != *old && !(new.says_nothing() && old.says_nothing()) {
            changed.push(FieldValue::new(&*field.key, new));
        }
    }
    reasons.verdict()?;
    let contact = ask.by.contact.id.clone();
    let decision = Decision::new(ask, "profile.update", RecordRef::Contact(contact.clone()));
    let decision = decision.given(facts);
    if changed.is_empty() {
        return Ok(decision);
    }
    let fields = changed;
    Ok(decision.changed(ContactChange::ProfileUpdated { contact, fields }))
}

pub(super) fn current<'a>(values: &'a [FieldValue], key: &str) -> &'a Value {
    let found = values.iter().find(|value| value.field == key);
    found.map_or(&Value::Empty, |found| &found.value)
}

/// A name that anybody may have made up is told back without what cannot be seen, and not at any length.
fn named(form: &ProfileForm, name: &str) -> FieldName {
    if let Some(field) = form.field_of(name) {
        return FieldName::of(field);
    }
    let shown: String = name.chars().filter(|c| !unseen(*c)).take(64).collect();
    FieldName::new(shown)
}
