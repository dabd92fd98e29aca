//! What a template may do with a text, if there is one.
use minijinja::{Environment, Error, ErrorKind, State, Value, filters};

pub(super) fn add(engine: &mut Environment<'_>) {
    engine.add_filter("escape", escape);
    engine.add_filter("e", escape);
    engine.add_filter("upper", upper);
    engine.add_filter("lower", lower);
    engine.add_filter("trim", trim);
    engine.add_filter("length", filters::length);
}

/// What is missing is no text: nobody is to read the engine's word for nothing.
pub(super) fn there(value: &Value) -> Result<(), Error> {
    if value.is_undefined() {
        return Err(Error::from(ErrorKind::UndefinedError));
    }
    if value.is_none() {
        let why = "nothing is known here: ask `is not none` before it is shown";
        return Err(Error::new(ErrorKind::InvalidOperation, why));
    }
    Ok(())
}

fn escape(state: &mut State<'_, '_>, text: &Value) -> Result<Value, Error> {
    there(text)?;
    filters::escape(state, text)
}

fn upper(text: &Value) -> Result<Value, Error> {
    changed(text, str::to_uppercase)
}

fn lower(text: &Value) -> Result<Value, Error> {
    changed(text, str::to_lowercase)
}

fn trim(text: &Value, marks: Option<&str>) -> Result<Value, Error> {
    changed(text, |text| match marks {
        Some(marks) => text.trim_matches(|c| marks.contains(c)).to_owned(),
        None => text.trim().to_owned(),
    })
}

/// What was escaped stays so.
fn changed(text: &Value, change: impl FnOnce(&str) -> String) -> Result<Value, Error> {
    there(text)?;
    let changed = match text.as_str() {
        Some(text) => change(text),
        None => change(&text.to_string()),
    };
    Ok(if text.is_safe() {
        Value::from_safe_string(changed)
    } else {
        Value::from(changed)
    })
}
