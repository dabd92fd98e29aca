use std::fmt;

/// Where a link in a message leads: always over https, or to this machine while a portal is tried out. What it leads to may be one person's alone, so it stays out of logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

/// Beside https, what a developer's own machine is called.
const LOCAL: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl Link {
    /// The most characters a link may have: mail programs cut what is longer.
    pub const LONGEST: usize = 2_000;

    /// Takes what can be clicked without harm: `javascript:` is no link, nor is anything that could end the attribute or the line it stands in.
    pub fn new(url: impl Into<String>) -> Option<Self> {
        let url = url.into();
        let here = url.strip_prefix("http://").and_then(host);
        let here = here.is_some_and(|host| LOCAL.contains(&host));
        let there = url.strip_prefix("https://").and_then(host);
        let there = there
            .is_some_and(|host| host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['));
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

/// The host that a URL names after its scheme. None where something before it could be taken for one, as in `good.example@evil.example`, or where the port is no number.
fn host(rest: &str) -> Option<&str> {
    let authority = rest.split(['/', '?', '#']).next()?;
    let end = match authority.find(']') {
        Some(bracket) if authority.starts_with('[') => bracket + 1,
        _ => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(end)?;
    let port = port.strip_prefix(':').unwrap_or(port);
    let sound = !host.contains('@') && port.bytes().all(|b| b.is_ascii_digit());
    sound.then_some(host)
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(..)")
    }
}
