use std::fmt::Write as _;

/// Name and value pairs as Stripe reads them: nested names in brackets, everything else percent-encoded.
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

    pub(super) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
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
            .set("metadata[a]", "x&y=z +%")
            .maybe("absent", None)
            .set("name", "Renée");
        assert_eq!(
            form.as_str(),
            "metadata%5Ba%5D=x%26y%3Dz%20%2B%25&name=Ren%C3%A9e"
        );
    }
}
