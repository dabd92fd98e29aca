use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
    ser::SerializeMap,
};

use crate::Language;

/// What the host calls something, in the host's words: one text for all languages, or some of their own.
///
/// Written as `"Company"`, as `{"en": "Company", "es": "Empresa"}`, or with `any` for every language that has no text of its own.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Label {
    any: Option<Arc<str>>,
    each: BTreeMap<Language, Arc<str>>,
}

const ANY: &str = "any";

impl Label {
    /// This text for all languages.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self {
            any: Some(text.into()),
            each: BTreeMap::new(),
        }
    }

    /// With a text of its own for one language.
    #[must_use]
    pub fn and(mut self, language: Language, text: impl Into<Arc<str>>) -> Self {
        self.each.insert(language, text.into());
        self
    }

    /// The text for this language, or the one there is; empty only when there is none at all.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        let own = self.each.get(&language).or(self.any.as_ref());
        own.or_else(|| self.each.values().next())
            .map_or("", |text| text)
    }

    /// Whether some language would show nothing.
    pub(super) fn is_blank(&self) -> bool {
        let blank = |text: &str| text.trim().is_empty();
        let mut texts = self.each.values().chain(&self.any).peekable();
        texts.peek().is_none() || texts.any(|text| blank(text))
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.in_language(Language::default()).fmt(f)
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.any {
            Some(text) if self.each.is_empty() => serializer.serialize_str(text),
            any => {
                let mut map = serializer.serialize_map(None)?;
                if let Some(text) = any {
                    map.serialize_entry(ANY, text)?;
                }
                for (language, text) in &self.each {
                    map.serialize_entry(language, text)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Written)
    }
}

struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = Label;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or texts by language")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Label, E> {
        Ok(Label::new(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Label, A::Error> {
        let mut label = Label::default();
        while let Some((key, text)) = map.next_entry::<String, Arc<str>>()? {
            let language = Language::ALL.iter().find(|language| language.tag() == key);
            match language {
                Some(language) => label = label.and(*language, text),
                None if key == ANY => label.any = Some(text),
                None => {
                    let why = format!("there is no language `{key}` here: write en, es or any");
                    return Err(A::Error::custom(why));
                }
            }
        }
        Ok(label)
    }
}
