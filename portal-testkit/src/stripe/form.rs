/// Names and values, decoded, in the order they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Pairs(pub(super) Vec<(String, String)>);

impl Pairs {
    pub(super) fn read(text: &str) -> Self {
        let parts = text.split('&').filter(|part| !part.is_empty());
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(name), decoded(value))
        };
        Self(parts.map(pair).collect())
    }

    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.one(name)?.parse().ok()
    }

    /// Everything in brackets behind this name: `metadata[order]=7` is `order`, `7`.
    pub(super) fn map(&self, name: &str) -> serde_json::Value {
        let inside = |n: &str| {
            n.strip_prefix(name)?
                .strip_prefix('[')?
                .strip_suffix(']')
                .map(str::to_owned)
        };
        let pairs = self.0.iter();
        let pairs = pairs.filter_map(|(n, value)| Some((inside(n)?, value.clone().into())));
        serde_json::Value::Object(pairs.collect())
    }

    /// A list, which some clients number and others do not: `expand[]`, `expand[0]`.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let number = |n: &str| {
            let inside = n.strip_prefix(name)?.strip_prefix('[')?.strip_suffix(']')?;
            inside.bytes().all(|b| b.is_ascii_digit()).then_some(())
        };
        let listed = self.0.iter().filter(|(n, _)| number(n).is_some());
        listed.map(|(_, value)| value.clone()).collect()
    }
}

fn decoded(text: &str) -> String {
    let mut bytes = vec![];
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |b: Option<u8>| char::from(b.unwrap()).to_digit(16).unwrap();
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                u8::try_from(high * 16 + low).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}
