use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Label;
use crate::{details::AddressForm, profile::Value, settings::Problem};

/// The fields of a profile, in the order in which they are shown. What is not on it does not exist for customers.
///
/// Reads from any serde format as [`Settings`](crate::Settings) do:
///
/// ```
/// use portal_core::profile::{Field, FieldKind, ProfileForm};
/// let text = r#"{"fields": [
///     {"key": "company", "label": {"en": "Company", "es": "Empresa"}, "kind": {"line": {"longest": 100}}, "required": true},
///     {"key": "billing", "label": "Billing address", "kind": "address"}
/// ]}"#;
/// let form = ProfileForm::read(&mut serde_json::Deserializer::from_str(text))?;
/// assert!(form.problems().is_empty());
///
/// let company = Field::line("company", "Company", 100).required();
/// assert_eq!(company.kind, form.fields[0].kind);
/// # Ok::<(), portal_core::settings::Problem>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProfileForm {
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field of the profile form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Field {
    /// What the host knows it by: small letters, digits, `_` and `-`.
    pub key: Arc<str>,
    /// What customers know it by.
    pub label: Label,
    /// What goes into it.
    pub kind: FieldKind,
    /// It may not be left empty.
    #[serde(default)]
    pub required: bool,
    /// Customers see it and cannot edit it.
    #[serde(default)]
    pub read_only: bool,
}

/// What goes into a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum FieldKind {
    /// One line of text.
    Line {
        /// How many characters at most.
        longest: u16,
    },
    /// Several lines of text.
    Text {
        /// How many characters at most.
        longest: u16,
    },
    /// One of these.
    Choice {
        /// What there is to choose from.
        options: Vec<Choice>,
    },
    /// Ticked or not; required, it must be ticked.
    Flag,
    /// A day.
    Date,
    /// A telephone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A ZIP or postal code of the portal's own country.
    PostalCode,
    /// An address.
    Address,
}

/// One of the things to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Choice {
    /// What the host knows it by.
    pub key: Arc<str>,
    /// What customers know it by.
    pub label: Label,
}

/// An input of a field as a page draws it: most fields have one, a flag's is `on` or empty, an address has eight.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Input {
    /// What it is posted as: the field's key, and for a part of an address the part, such as `billing.town`.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

impl ProfileForm {
    /// A form of these fields.
    pub fn new(fields: impl IntoIterator<Item = Field>) -> Self {
        let fields = fields.into_iter().collect();
        Self { fields }
    }

    /// Reads a form from any serde format.
    ///
    /// # Errors
    /// An unknown key or a wrong type: with the path of the key, and what would be right.
    pub fn read<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Self, Problem> {
        serde_path_to_error::deserialize(from).map_err(|e| {
            let key = format!("profile.{}", e.path());
            Problem::new(key, e.into_inner().to_string())
        })
    }

    /// The field that an input of this name belongs to.
    pub(super) fn field_of(&self, input: &str) -> Option<&Field> {
        let (key, part) = match input.split_once('.') {
            Some((key, part)) => (key, Some(part)),
            None => (input, None),
        };
        let field = self.fields.iter().find(|field| *field.key == *key)?;
        let fits = match part {
            Some(part) => field.kind == FieldKind::Address && ADDRESS_PARTS.contains(&part),
            None => field.kind != FieldKind::Address,
        };
        fits.then_some(field)
    }
}

/// The inputs of an address, in the order in which they are drawn.
pub(super) const ADDRESS_PARTS: [&str; 8] = [
    "line1",
    "line2",
    "line3",
    "line4",
    "town",
    "district",
    "postal_code",
    "country",
];

impl Field {
    /// A field of some kind.
    pub fn new(key: impl Into<Arc<str>>, label: impl Into<Label>, kind: FieldKind) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
            kind,
            required: false,
            read_only: false,
        }
    }

    /// A field for one line of text.
    pub fn line(key: impl Into<Arc<str>>, label: impl Into<Label>, longest: u16) -> Self {
        Self::new(key, label, FieldKind::Line { longest })
    }

    /// A field for several lines of text.
    pub fn text(key: impl Into<Arc<str>>, label: impl Into<Label>, longest: u16) -> Self {
        Self::new(key, label, FieldKind::Text { longest })
    }

    /// A field to choose from.
    pub fn choice(
        key: impl Into<Arc<str>>,
        label: impl Into<Label>,
        options: impl IntoIterator<Item = Choice>,
    ) -> Self {
        let options = options.into_iter().collect();
        Self::new(key, label, FieldKind::Choice { options })
    }

    /// It may not be left empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Customers see it and cannot edit it.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// What a page draws, with this value in it.
    #[must_use]
    pub fn inputs(&self, value: &Value) -> Vec<Input> {
        if self.kind != FieldKind::Address {
            return vec![Input::new(self.key.to_string(), value.written())];
        }
        let form = match value {
            Value::Address(address) => AddressForm::from(address),
            _ => AddressForm::default(),
        };
        let mut lines = form.lines.into_iter();
        let mut line = || lines.next().unwrap_or_default();
        let lines = [line(), line(), line(), line()];
        let rest = [form.town, form.district, form.postal_code, form.country];
        let texts = lines.into_iter().chain(rest);
        let named = ADDRESS_PARTS.into_iter().zip(texts);
        named
            .map(|(part, text)| Input::new(format!("{}.{part}", self.key), text))
            .collect()
    }
}

impl Choice {
    /// Something to choose.
    pub fn new(key: impl Into<Arc<str>>, label: impl Into<Label>) -> Self {
        Self {
            key: key.into(),
            label: label.into(),
        }
    }
}

impl Input {
    fn new(name: String, text: String) -> Self {
        Self { name, text }
    }
}

/// What people say about themselves stays out of logs.
impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Input({})", self.name)
    }
}
