use secrecy::SecretString;

/// Enter the code from the authenticator app, after the password was right.
#[derive(Debug)]
#[non_exhaustive]
pub struct EnterCode {
    /// What the step before handed out.
    pub token: SecretString,
    /// Six digits.
    pub code: SecretString,
}

impl EnterCode {
    /// Enters a code.
    #[must_use]
    pub fn new(token: SecretString, code: SecretString) -> Self {
        Self { token, code }
    }
}
