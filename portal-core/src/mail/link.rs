use std::fmt;

/// Where a link in a message leads: always over https, or to this machine while a portal is tried out. What it leads to may be one person's alone, so it stays out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

/// Beside https, what a developer's own machine is called.
const LOCAL: [&str; 3] = ["http://localhost", "http://127.0.0.1", "http://[::1]"];

impl Link {
    /// The most characters a link may have: mail programs cut what is longer.
    pub const LONGEST: usize = 2_000;

    /// Takes what can be clicked without harm: `javascript:` is no link, nor is anything that could end the attribute or the line it stands in.
    pub fn new(url: impl Into<String>) -> Option<Self> {
        let url = url.into();
        let here = LOCAL.iter().find_map(|local| url.strip_prefix(local));
        let here = here.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']));
        let host = url.strip_prefix("https://").unwrap_or_default();
        let there = host.starts_with(|c: char| c.is_alphanumeric() || c == '[');
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`');
        let sound = (here || there) && url.len() <= Self::LONGEST && url.chars().all(plain);
        sound.then_some(Self(url))
    }

    /// The link itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(..)")
    }
}
