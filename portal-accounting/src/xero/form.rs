use std::fmt::Write as _;

/// Name and value pairs as an address or a form carries them: everything that could end a value is percent-encoded.
#[derive(Clone, Default)]
pub(super) struct Form(String);

impl Form {
    pub(super) fn set(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        escape(&mut self.0, name);
        self.0.push('=');
        escape(&mut self.0, value);
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// One step of a path.
pub(super) fn step(text: &str) -> String {
    let mut step = String::new();
    escape(&mut step, text);
    step
}

fn escape(into: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(into, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_could_end_a_value_is_escaped() {
        let form = Form::default()
            .set("where", r#"ContactNumber=="a&b""#)
            .set("name", "Renée +1");
        assert_eq!(
            form.as_str(),
            "where=ContactNumber%3D%3D%22a%26b%22&name=Ren%C3%A9e%20%2B1"
        );
        assert_eq!(step("../a?b"), "..%2Fa%3Fb");
    }
}
