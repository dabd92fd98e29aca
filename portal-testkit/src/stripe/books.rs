use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Everything the account has, by name, and what happened to it.
#[derive(Debug, Default)]
pub(super) struct Books {
    /// When this fake was started: one that is started again gives no name a second time.
    pub(super) since: i64,
    objects: BTreeMap<String, Value>,
    made: Vec<String>,
    pub(super) events: Vec<Value>,
    /// How many events there have been: their names are theirs for ever.
    told: u64,
    /// Payments search does not know yet.
    pub(super) hidden: bool,
}

impl Books {
    /// Puts a new object down, under a name of its own.
    pub(super) fn make(&mut self, prefix: &str, mut object: Value, now: i64) -> String {
        let id = format!("{prefix}_{:x}_{}", self.since, self.made.len() + 1);
        object["id"] = id.as_str().into();
        if object["object"] != "refund" {
            object["livemode"] = false.into();
        }
        object["created"] = now.into();
        self.objects.insert(id.clone(), object);
        self.made.push(id.clone());
        id
    }

    pub(super) fn find(&self, id: &str) -> Option<&Value> {
        self.objects.get(id)
    }

    pub(super) fn change(&mut self, id: &str, change: impl FnOnce(&mut Value)) {
        change(self.objects.get_mut(id).unwrap());
    }

    pub(super) fn all(&self, kind: &str) -> Vec<Value> {
        let made = self.made.iter().map(|id| &self.objects[id]);
        made.filter(|object| object["object"] == kind)
            .cloned()
            .collect()
    }

    /// The objects of a kind whose field is this, newest first, as Stripe lists them.
    pub(super) fn list(&self, kind: &str, field: &str, value: &str) -> Vec<Value> {
        let mut all = self.all(kind);
        all.retain(|object| object[field] == value);
        all.reverse();
        all
    }

    /// The object with what was asked for whole: `payment_intent.latest_charge.refunds`.
    pub(super) fn expanded(&self, mut object: Value, path: &str) -> Value {
        let (field, rest) = path.split_once('.').unwrap_or((path, ""));
        if field == "refunds" && object["object"] == "charge" {
            let id = object["id"].as_str().unwrap().to_owned();
            let mut data = self.list("refund", "charge", &id);
            let more = data.len() > 10;
            data.truncate(10);
            let url = format!("/v1/charges/{id}/refunds");
            object["refunds"] =
                json!({"object": "list", "data": data, "has_more": more, "url": url});
            return object;
        }
        let inner = match &object[field] {
            Value::String(id) => self.find(id).cloned(),
            Value::Object(_) => Some(object[field].clone()),
            _ => None,
        };
        if let Some(inner) = inner {
            object[field] = if rest.is_empty() {
                inner
            } else {
                self.expanded(inner, rest)
            };
        }
        object
    }

    /// Something happened to an object: an event with the object as it is now.
    pub(super) fn tell(&mut self, kind: &str, id: &str, before: Option<Value>, now: i64) {
        let mut data = json!({"object": self.objects[id]});
        if let Some(before) = before {
            data["previous_attributes"] = before;
        }
        self.told += 1;
        let id = format!("evt_{:x}_{}", self.since, self.told);
        self.events.push(json!({
            "id": id, "object": "event", "api_version": "2026-06-24.dahlia", "created": now,
            "livemode": false, "pending_webhooks": 1, "type": kind, "data": data,
            "request": {"id": null, "idempotency_key": null},
        }));
    }
}
