//! What is sent and answered, held to Stripe's own description. `PORTAL_SPECS` names a folder with `stripe/stripe-portal-subset.json` (a part of Stripe's `OpenAPI` description) and
//! `stripe/fixtures3.json` (one example of everything); without it these tests say so and prove nothing.
use std::collections::{BTreeMap, BTreeSet};

use portal_core::{
    payment::{
        BeginSetup, ChargeStored, Initiator, Lookup, MandateSchedule, MandateTerms, MethodKind,
        MethodRef, PaymentProvider as _, Refund, SaveMethod,
    },
    uuid::Uuid,
};
use portal_testkit::{
    facts::{hours, today},
    stripe::Heard,
};
use serde_json::Value;

use super::{Scene, attempt, payment, said_aloud, usd};

/// Newer than the description, and in the pinned version all the same.
const NEWER: &[&str] = &[
    "automatic_payment_methods[allow_redirects]",
    "saved_payment_method_options[payment_method_save]",
];

fn official(file: &str) -> Option<Value> {
    let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
        said_aloud(&format!(
            "skipped: PORTAL_SPECS names no folder, nothing was held to stripe/{file}"
        ));
        return None;
    };
    let path = std::path::Path::new(&folder).join("stripe").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// Everything the adapter ever sends.
async fn everything() -> Vec<Heard> {
    let scene = Scene::new();
    let ana = scene.payer("ana").await;
    let card = MethodRef::new(scene.fake.stored(ana.as_str(), "card"));
    let other = MethodRef::new(scene.fake.stored(ana.as_str(), "us_bank_account"));
    for (number, save) in [(2, SaveMethod::AskPayer), (3, SaveMethod::ForLater)] {
        let payment = payment(number).by(Some(ana.clone())).saving(save);
        let begun = scene.begun(&payment.until(today() + hours(2))).await;
        scene
            .stripe
            .sessions()
            .unwrap()
            .close(&begun.session)
            .await
            .unwrap();
    }
    let begun = scene.begun(&payment(4)).await;
    scene
        .fake
        .decline_on_page(begun.session.as_str(), "do_not_honor");
    let waits = scene.seen(&Lookup::Session(begun.session)).await;
    scene.seen(&Lookup::Payment(waits.payment)).await;
    let paid = scene.paid().await;
    scene
        .found(&Lookup::Attempt {
            attempt: attempt(1),
            since: today(),
        })
        .await;
    let initiators = [
        Initiator::PayerPresent,
        Initiator::MerchantOnce,
        Initiator::MerchantRecurring,
    ];
    for (number, by) in (20..).zip(initiators) {
        let (payer, method) = (ana.clone(), card.clone());
        let charge = ChargeStored::new(attempt(number), usd("1.00"), payer, method, by, "INV-1");
        scene.charges().charge(&charge).await.unwrap();
    }
    let wanted = MethodRef::new(scene.fake.stored_card(ana.as_str(), "3184"));
    let (payer, by) = (ana.clone(), Initiator::PayerPresent);
    let charge = ChargeStored::new(attempt(23), usd("1.00"), payer, wanted, by, "INV-1");
    scene.charges().charge(&charge).await.unwrap();
    for number in 1..=11 {
        let refund = Refund::new(
            Uuid::from_u128(number),
            paid.payment.clone(),
            usd("1.00"),
            false,
        );
        scene
            .stripe
            .refunds()
            .unwrap()
            .refund(&refund)
            .await
            .unwrap();
    }
    scene.fake.dispute(paid.payment.as_str(), 100, "lost");
    scene.seen(&Lookup::Payment(paid.payment)).await;
    let terms = MandateTerms::new("Monthly", MandateSchedule::Combined).for_business();
    for (number, kind) in (30..).zip([MethodKind::Card, MethodKind::UsBank, MethodKind::CaBank]) {
        let (back, cancel) = ("https://portal.example/cards", "https://portal.example");
        let currency = "CAD".parse().unwrap();
        let setup = BeginSetup::new(attempt(number), ana.clone(), kind, currency, back, cancel);
        let begun = scene
            .vault()
            .setup()
            .unwrap()
            .begin(&setup.agreeing(terms.clone()))
            .await;
        let session = begun.unwrap().session;
        scene.fake.finish_setup(session.as_str());
        scene.found(&Lookup::Session(session)).await;
    }
    scene.vault().methods(&ana).await.unwrap();
    scene.vault().make_default(&ana, &other).await.unwrap();
    scene.vault().remove(&ana, &card).await.unwrap();
    scene.fake.heard()
}

#[tokio::test]
async fn every_request_is_one_stripe_describes() {
    let heard = everything().await;
    for request in &heard {
        assert_eq!(request.version.as_deref(), Some("2026-06-24.dahlia"));
    }
    let Some(spec) = official("stripe-portal-subset.json") else {
        return;
    };
    let mut wrong = BTreeSet::new();
    for request in heard
        .iter()
        .filter(|request| request.path != "/v1/disputes")
    {
        let method = request.method.as_str().to_lowercase();
        let Some(operation) = operation(&spec, &request.path, &method) else {
            wrong.insert(format!("{method} {}: not described", request.path));
            continue;
        };
        let known = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for (name, _) in &request.query {
            let name = name.split('[').next().unwrap();
            if !known.iter().any(|parameter| parameter["name"] == name) {
                wrong.insert(format!(
                    "{method} {}: {name} is not described",
                    request.path
                ));
            }
        }
        let schema = "/requestBody/content/application~1x-www-form-urlencoded/schema";
        let schema = operation.pointer(schema).cloned().unwrap_or_default();
        wrong.extend(
            complaints(&schema, &request.form)
                .into_iter()
                .map(|why| format!("{}: {why}", request.path)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_answer_of_the_fake_has_the_fields_stripes_have() {
    let Some(fixtures) = official("fixtures3.json") else {
        return;
    };
    let mut wrong = BTreeSet::new();
    for request in everything().await {
        let (status, body) = request.answer.unwrap();
        let a_banks_no = status == 402 && request.path == "/v1/payment_intents";
        assert!(status == 200 || a_banks_no, "{} {body}", request.path);
        compare(
            &serde_json::from_str(&body).unwrap(),
            &fixtures["resources"],
            &mut wrong,
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The check itself can fail.
#[test]
fn a_form_that_is_not_described_is_caught() {
    let schema = serde_json::json!({"required": ["mode"], "properties": {
        "mode": {"type": "string", "enum": ["payment"]},
        "line_items": {"type": "array", "items": {"required": ["quantity"],
            "properties": {"quantity": {"type": "integer"}}}},
    }});
    let wrong = |pairs: &[(&str, &str)]| {
        let form: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        complaints(&schema, &form).len()
    };
    let mode = ("mode", "payment");
    assert_eq!(wrong(&[mode, ("line_items[0][quantity]", "1")]), 0);
    assert_eq!(
        wrong(&[("mode", "setup")]),
        1,
        "a word that is not in the list"
    );
    assert_eq!(wrong(&[]), 1, "what is required is missing");
    assert_eq!(wrong(&[mode, ("line_items[0][quantity]", "one")]), 1);
    assert_eq!(
        wrong(&[mode, ("line_items[0][weight]", "1")]),
        2,
        "and the quantity is missing"
    );
    assert_eq!(wrong(&[mode, ("colour", "red")]), 1);
}

/// The operation whose path, with names in braces, fits; what is spelled out goes first.
fn operation<'a>(spec: &'a Value, path: &str, method: &str) -> Option<&'a Value> {
    let fits = |template: &str| {
        let (mine, theirs) = (path.split('/'), template.split('/'));
        mine.clone().count() == theirs.clone().count()
            && mine.zip(theirs).all(|(a, b)| a == b || b.starts_with('{'))
    };
    let paths = spec["paths"].as_object().unwrap();
    let named = paths.get(path).or_else(|| {
        let mut found = paths.iter().filter(|(template, _)| fits(template));
        found.next().map(|(_, operations)| operations)
    });
    named.and_then(|operations| operations.get(method))
}

fn complaints(schema: &Value, form: &[(String, String)]) -> Vec<String> {
    let mut wrong = vec![];
    let mut given: BTreeMap<String, (Value, BTreeSet<String>)> = BTreeMap::new();
    given.insert(String::new(), (schema.clone(), BTreeSet::new()));
    for (name, value) in form
        .iter()
        .filter(|(name, _)| !NEWER.contains(&name.as_str()))
    {
        let mut at = String::new();
        let mut here = schema.clone();
        let steps = name.replace(']', "");
        for step in steps.split('[') {
            given
                .entry(at.clone())
                .or_insert_with(|| (here.clone(), BTreeSet::new()))
                .1
                .insert(step.to_owned());
            let Some(next) = child(&here, step) else {
                wrong.push(format!("{name} is not described"));
                here = Value::Null;
                break;
            };
            here = next;
            at = format!("{at}[{step}]");
        }
        if !here.is_null() && !fits(&here, value) {
            wrong.push(format!("{name}={value} does not fit"));
        }
    }
    for (at, (schema, names)) in given {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !names.contains(required.as_str().unwrap()) {
                wrong.push(format!("{at} lacks {required}"));
            }
        }
    }
    wrong
}

fn child(schema: &Value, step: &str) -> Option<Value> {
    if let Some(found) = schema["properties"].get(step) {
        return Some(found.clone());
    }
    if schema["additionalProperties"].is_object() {
        return Some(schema["additionalProperties"].clone());
    }
    if schema["items"].is_object() && step.bytes().all(|b| b.is_ascii_digit()) {
        return Some(schema["items"].clone());
    }
    let others = schema["anyOf"].as_array()?;
    others.iter().find_map(|other| child(other, step))
}

fn fits(schema: &Value, value: &str) -> bool {
    if let Some(others) = schema["anyOf"].as_array() {
        return others.iter().any(|other| fits(other, value));
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().any(|word| word == value);
    }
    let most = schema["maxLength"].as_u64();
    match schema["type"].as_str() {
        Some("integer") => value.parse::<i64>().is_ok(),
        Some("boolean") => value == "true" || value == "false",
        Some("string") => most.is_none_or(|most| value.chars().count() as u64 <= most),
        _ => false,
    }
}

/// Every object in it has no field of its own invention, and none of another type.
fn compare(found: &Value, examples: &Value, wrong: &mut BTreeSet<String>) {
    match found {
        Value::Array(all) => all.iter().for_each(|one| compare(one, examples, wrong)),
        Value::Object(fields) => {
            let kind = found["object"].as_str().unwrap_or_default();
            if let Some(example) = examples[kind].as_object() {
                for (name, value) in fields {
                    match example.get(name) {
                        // Answered only when asked for.
                        None if kind == "charge" && name == "refunds" => {}
                        // The one example is a card; other kinds have a field of their own name.
                        None if found["type"] == name.as_str() => {}
                        None => drop(wrong.insert(format!("{kind} has no {name}"))),
                        Some(known) if known.is_null() || value.is_null() => {}
                        // What is expanded is an object where a name stood.
                        Some(Value::String(_)) if value["id"].is_string() => {}
                        Some(known)
                            if std::mem::discriminant(known) != std::mem::discriminant(value) =>
                        {
                            wrong.insert(format!("{kind}.{name} is of another type"));
                        }
                        Some(_) => {}
                    }
                }
            }
            fields
                .values()
                .for_each(|value| compare(value, examples, wrong));
        }
        _ => {}
    }
}
