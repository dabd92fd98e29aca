//! A letter put into words. The floor has the engine fill as many names and numbers into the finished text, where ours has a layout, conditions, dates, amounts and links to set.
use minijinja::{AutoEscape, Environment, Value};
use portal_core::{
    Language,
    effect::MailKind,
    mail::{Letter, MailWriter as _, Written},
};
use portal_mail::{Templates, samples};

/// What the floor fills in; the rest of the message is in its template as it comes out.
const FILLED: [&str; 4] = ["SO-1042", "Ana Cruz", "Ana", "The School of Crafts"];

/// Our templates, and an invoice to write.
#[derive(Debug)]
pub struct Ours {
    templates: Templates,
    letter: Letter,
}

/// The engine, with a template for each part that has nothing to decide.
#[derive(Debug)]
pub struct Bare {
    engine: Environment<'static>,
    values: Value,
}

/// The parts of a message.
const PARTS: [&str; 3] = ["subject", "txt", "html"];

impl Ours {
    /// The templates as they come.
    #[must_use]
    pub fn new() -> Self {
        let mut letters = samples(Language::En).into_iter();
        Self {
            templates: Templates::builder().build().unwrap(),
            letter: letters
                .find(|letter| letter.kind == MailKind::InvoiceCopy)
                .unwrap(),
        }
    }

    /// Subject, text and HTML.
    #[must_use]
    pub fn write(&self) -> Written {
        self.templates.write(&self.letter).unwrap()
    }
}

impl Default for Ours {
    fn default() -> Self {
        Self::new()
    }
}

impl Bare {
    /// Writes what was written, word for word.
    #[must_use]
    pub fn of(written: &Written) -> Self {
        let mut engine = Environment::empty();
        engine.set_auto_escape_callback(|name| match name {
            "html" => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        let html = written.html.as_deref().unwrap();
        for (name, part) in PARTS
            .into_iter()
            .zip([&*written.subject, &written.text, html])
        {
            assert!(!part.contains("{{") && !part.contains("{%"));
            let holes = FILLED.iter().enumerate();
            let template = holes.fold(part.to_owned(), |part, (n, value)| {
                part.replace(value, &format!("{{{{ v{n} }}}}"))
            });
            engine.add_template_owned(name, template).unwrap();
        }
        let values = FILLED.iter().enumerate();
        let values = Value::from_pairs(values.map(|(n, value)| (format!("v{n}"), *value)));
        let bare = Self { engine, values };
        // An ending without a line is the engine's own way.
        let [subject, text, found] = bare.write();
        assert_eq!(subject, written.subject);
        assert_eq!(text.trim_end(), written.text.trim_end());
        assert_eq!(found.trim_end(), html.trim_end());
        bare
    }

    /// Subject, text and HTML.
    #[must_use]
    pub fn write(&self) -> [String; 3] {
        PARTS.map(|part| {
            let part = self.engine.get_template(part).unwrap();
            part.render(&self.values).unwrap()
        })
    }
}
