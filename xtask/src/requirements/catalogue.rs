//! Reading docs/catalogue.md.

use std::collections::BTreeSet;

use super::CATALOGUE;
use super::promise_id::PromiseId;
use crate::failure::Failure;

/// This is one of the portals whose promises we keep.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct System {
    /// The heading, without its `## `: `000 — training / course portal (Arlo)`.
    pub(super) title: String,
    pub(super) sections: Vec<Section>,
}

/// These are the promises under one heading.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// `None` for what stands directly under the system's heading.
    pub(super) title: Option<String>,
    pub(super) promises: Vec<Promise>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) struct Promise {
    pub(super) id: PromiseId,
    pub(super) text: String,
}

impl System {
    pub(super) fn promises(&self) -> impl Iterator<Item = &Promise> {
        self.sections.iter().flat_map(|section| &section.promises)
    }
}

/// This reads the systems and their promises, and skips what stands before the first and after the last.
pub(super) fn parse(text: &str) -> Result<Vec<System>, Failure> {
    let mut systems: Vec<System> = Vec::new();
    let mut current: Option<System> = None;
    let mut seen = BTreeSet::new();
    for (line, number) in text.lines().zip(1..) {
        let wrong = |reason: &str| Failure::new(format!("{CATALOGUE}:{number}: {reason}"));
        if let Some(title) = line.strip_prefix("## ") {
            systems.extend(current.take());
            current = is_system(title).then(|| System {
                title: title.to_owned(),
                sections: Vec::new(),
            });
        }
        let Some(system) = &mut current else {
            continue;
        };
        if let Some(title) = line.strip_prefix("### ") {
            system.sections.push(Section {
                title: Some(title.to_owned()),
                promises: Vec::new(),
            });
        } else if let Some(item) = line.strip_prefix("- ") {
            let promise = promise(item)
                .ok_or_else(|| wrong("write a promise as `- **000-26** what is promised`"))?;
            if !system
                .title
                .starts_with(&format!("{:03} ", promise.id.system))
            {
                return Err(wrong("this id belongs under the heading of another system"));
            }
            if !seen.insert(promise.id) {
                return Err(wrong("this id is taken"));
            }
            add(system, promise);
        }
    }
    systems.extend(current);
    Ok(systems)
}

fn is_system(title: &str) -> bool {
    title
        .split_once(' ')
        .is_some_and(|(id, _)| id.len() == 3 && id.bytes().all(|byte| byte.is_ascii_digit()))
}

fn promise(item: &str) -> Option<Promise> {
    let (id, text) = item.strip_prefix("**")?.split_once("** ")?;
    Some(Promise {
        id: PromiseId::parse(id)?,
        text: text.to_owned(),
    })
}

/// Not every system has sections.
fn add(system: &mut System, promise: Promise) {
    match system.sections.last_mut() {
        Some(section) => section.promises.push(promise),
        None => system.sections.push(Section {
            title: None,
            promises: vec![promise],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_SYSTEMS: &str = "\
# Catalogue

- not a promise: it stands before the first system

## 000 — training

### Cancel

- **000-30** Given a policy, Then Cancel is offered.
- **000-31** (neg) otherwise **refused**.

## 003 — orders

- **003-01** Given the feature is off, Then nobody can use it.

## Inventory

- **Messages**: many
";

    fn titles(system: &System) -> Vec<Option<&str>> {
        system
            .sections
            .iter()
            .map(|section| section.title.as_deref())
            .collect()
    }

    #[test]
    fn every_promise_stands_under_its_system_and_section() {
        let systems = parse(TWO_SYSTEMS).unwrap();
        assert_eq!(systems.len(), 2);
        assert_eq!(systems[0].title, "000 — training");
        assert_eq!(titles(&systems[0]), [Some("Cancel")]);
        assert_eq!(titles(&systems[1]), [None]);
        let texts: Vec<_> = systems
            .iter()
            .flat_map(System::promises)
            .map(|it| it.text.as_str())
            .collect();
        assert_eq!(
            texts,
            [
                "Given a policy, Then Cancel is offered.",
                "(neg) otherwise **refused**.",
                "Given the feature is off, Then nobody can use it."
            ]
        );
    }

    #[test]
    fn a_promise_that_does_not_parse_is_named_by_its_line() {
        for item in [
            "- 000-32 no bold",
            "- **000-2** short",
            "- **000-32**no space",
        ] {
            let text = format!("## 000 — training\n\n{item}\n");
            let failure = parse(&text).unwrap_err().to_string();
            assert!(
                failure.starts_with("docs/catalogue.md:3: write a promise as"),
                "{failure}"
            );
        }
    }

    #[test]
    fn an_id_is_used_once() {
        let failure = parse("## 000 — x\n- **000-01** a\n- **000-01** b\n").unwrap_err();
        assert_eq!(
            failure,
            Failure::new("docs/catalogue.md:3: this id is taken")
        );
    }

    #[test]
    fn an_id_stands_under_its_own_system() {
        assert!(parse("## 000 — x\n- **001-01** a\n").is_err());
    }

    #[test]
    fn the_catalogue_of_this_repository_parses() {
        let text = include_str!("../../../docs/catalogue.md");
        let counts: Vec<usize> = parse(text)
            .unwrap()
            .iter()
            .map(|it| it.promises().count())
            .collect();
        assert_eq!(counts, [57, 30, 34, 22, 26]);
    }
}
