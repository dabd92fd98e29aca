//! What is asked in an address, and which rows are meant by it.
use chrono::{DateTime, NaiveDateTime, Utc};

/// Parameters, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query(pub(super) Vec<(String, String)>);

/// One comparison of a `where`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Is {
    pub(super) field: String,
    pub(super) value: String,
}

impl Query {
    pub(super) fn read(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    pub(super) fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn is(&self, name: &str) -> bool {
        let said = self.one(name);
        said.is_some_and(|said| said.eq_ignore_ascii_case("true"))
    }

    /// A list with commas in it. None where it was not asked for; quotes around its parts are allowed.
    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        let said = self.one(name).filter(|said| !said.is_empty())?;
        let parts = said.split(',');
        Some(
            parts
                .map(|part| part.trim().trim_matches('"').to_owned())
                .collect(),
        )
    }

    /// The page and its size, where pages were asked for.
    pub(super) fn page(&self) -> Option<(usize, usize)> {
        let number = |name| self.one(name).and_then(|said| said.parse::<usize>().ok());
        let (page, size) = (number("page"), number("pageSize"));
        if page.is_none() && size.is_none() {
            return None;
        }
        Some((page.unwrap_or(1).max(1), size.unwrap_or(100).clamp(1, 1000)))
    }

    /// What a `where` compares.
    pub(super) fn compared(&self) -> Result<Vec<Is>, String> {
        let mut rest = self.one("where").unwrap_or_default().trim();
        let mut all = vec![];
        while !rest.is_empty() {
            let odd = || format!("Expression expected near {rest}");
            let (field, after) = rest.split_once("==").ok_or_else(odd)?;
            let field = field.trim().to_owned();
            let after = after.trim_start();
            let is_guid = after.to_ascii_lowercase().starts_with("guid(");
            let opened = if is_guid { &after[5..] } else { after };
            // There is no way to write a quote inside of quotes.
            let (value, after) = opened
                .strip_prefix('"')
                .and_then(|text| text.split_once('"'))
                .ok_or_else(odd)?;
            let after = if is_guid {
                after.strip_prefix(')').ok_or_else(odd)?
            } else {
                after
            };
            all.push(Is {
                field,
                value: value.to_owned(),
            });
            let after = after.trim_start();
            let next = after
                .strip_prefix("&&")
                .or_else(|| after.strip_prefix("AND "))
                .or_else(|| after.strip_prefix("and "));
            rest = match next {
                Some(next) => next.trim_start(),
                None if after.is_empty() => "",
                None => return Err(odd()),
            };
        }
        Ok(all)
    }
}

/// `2026-01-01T10:00:00.000Z`, without its `Z`, or as HTTP writes it: to the second in any case.
pub(super) fn modified_since(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).or_else(|_| DateTime::parse_from_rfc2822(text));
    let at = match zoned {
        Ok(at) => at.with_timezone(&Utc),
        Err(_) => NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
            .ok()?
            .and_utc(),
    };
    DateTime::from_timestamp(at.timestamp(), 0)
}

pub(super) fn decoded(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = vec![];
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let hex: String = bytes.by_ref().take(2).map(char::from).collect();
                out.push(u8::from_str_radix(&hex, 16).unwrap_or(b'?'));
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
