//! Consent, tokens and connections.
use std::collections::BTreeMap;

use base64::{
    Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD,
};
use chrono::{DateTime, Duration, Utc};
use portal_core::http::Method;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{FakeXero, answers::Answer, json::Json, query::Query};

/// Who may do what.
#[derive(Debug)]
pub(super) struct Identity {
    codes: BTreeMap<String, Code>,
    access: BTreeMap<String, Access>,
    refresh: BTreeMap<String, Refresh>,
    pub(super) connections: Vec<Connection>,
    issued: u64,
    pub(super) refreshed: usize,
    pub(super) refreshing: usize,
    pub(super) refreshing_at_most: usize,
    since: i64,
}

/// What somebody gets who asks for tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// Opens the books for thirty minutes.
    pub access_token: String,
    /// Gets the next pair, once, and again for thirty minutes if the answer was lost. None for a custom connection.
    pub refresh_token: Option<String>,
}

#[derive(Debug)]
struct Code {
    scopes: String,
    challenge: Option<String>,
    redirect: String,
    until: DateTime<Utc>,
}

#[derive(Debug, Clone)]
pub(super) struct Access {
    scopes: String,
    /// Of a custom connection: it needs not say which organisation.
    pub(super) custom: bool,
    until: DateTime<Utc>,
}

#[derive(Debug)]
struct Refresh {
    scopes: String,
    issued: DateTime<Utc>,
    /// When it was used, and what was issued for it then.
    used: Option<(DateTime<Utc>, String)>,
    dead: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Connection {
    pub(super) id: Uuid,
    pub(super) tenant: Uuid,
    name: String,
    since: DateTime<Utc>,
}

const NO_GRANT: &str = "invalid_grant";

impl Identity {
    pub(super) fn new(now: DateTime<Utc>) -> Self {
        let mut identity = Self {
            codes: BTreeMap::new(),
            access: BTreeMap::new(),
            refresh: BTreeMap::new(),
            connections: vec![],
            issued: 0,
            refreshed: 0,
            refreshing: 0,
            refreshing_at_most: 0,
            since: now.timestamp_millis(),
        };
        identity.connect(FakeXero::TENANT.parse().unwrap(), "Demo Company (NZ)", now);
        identity
    }

    pub(super) fn connect(&mut self, tenant: Uuid, name: &str, now: DateTime<Utc>) {
        self.issued += 1;
        self.connections.push(Connection {
            id: Uuid::from_u128(0xc0_0000 + u128::from(self.issued)),
            tenant,
            name: name.to_owned(),
            since: now,
        });
    }

    /// Somebody has said yes: the code the browser brings back.
    pub(super) fn consent(
        &mut self,
        scopes: &str,
        redirect: &str,
        challenge: Option<&str>,
        now: DateTime<Utc>,
    ) -> String {
        let code = self.word("code");
        let kept = Code {
            scopes: scopes.to_owned(),
            challenge: challenge.map(str::to_owned),
            redirect: redirect.to_owned(),
            until: now + Duration::minutes(5),
        };
        self.codes.insert(code.clone(), kept);
        code
    }

    pub(super) fn grant(&mut self, scopes: &str, custom: bool, now: DateTime<Utc>) -> Grant {
        let access_token = self.jwt(scopes, now);
        let access = Access {
            scopes: scopes.to_owned(),
            custom,
            until: now + Duration::minutes(30),
        };
        self.access.insert(access_token.clone(), access);
        let lasting = !custom && has(scopes, &["offline_access"]);
        let refresh_token = lasting.then(|| {
            let token = self.word("refresh");
            let kept = Refresh {
                scopes: scopes.to_owned(),
                issued: now,
                used: None,
                dead: false,
            };
            self.refresh.insert(token.clone(), kept);
            token
        });
        Grant {
            access_token,
            refresh_token,
        }
    }

    /// The next pair for this refresh token.
    fn refresh(&mut self, token: &str, now: DateTime<Utc>) -> Option<Grant> {
        let kept = self.refresh.get_mut(token)?;
        let old = now - kept.issued > Duration::days(60);
        let late = kept
            .used
            .as_ref()
            .is_some_and(|(at, _)| now - *at > Duration::minutes(30));
        if kept.dead || old || late {
            return None;
        }
        let scopes = kept.scopes.clone();
        let used_at = kept.used.as_ref().map_or(now, |(at, _)| *at);
        // Asked again because the answer was lost: what was in that answer is worth nothing now.
        let lost = kept.used.take().map(|(_, issued)| issued);
        let grant = self.grant(&scopes, false, now);
        let next = grant.refresh_token.clone()?;
        if let Some(kept) = self.refresh.get_mut(token) {
            kept.used = Some((used_at, next));
        }
        if let Some(lost) = lost.and_then(|lost| self.refresh.get_mut(&lost)) {
            lost.dead = true;
        }
        // Whoever uses a token has had the answer that it came in: the one before needs no second chance.
        for (name, other) in &mut self.refresh {
            let before = other
                .used
                .as_ref()
                .is_some_and(|(_, issued)| issued == token);
            if before && name != token {
                other.dead = true;
            }
        }
        self.refreshed += 1;
        Some(grant)
    }

    /// The user takes consent back.
    pub(super) fn revoke(&mut self) {
        self.access.clear();
        self.refresh.clear();
        self.connections.clear();
    }

    /// Every access token runs out at once.
    pub(super) fn expire(&mut self) {
        self.access.clear();
    }

    pub(super) fn access(&self, bearer: &str, now: DateTime<Utc>) -> Result<Access, Answer> {
        let access = self.access.get(bearer);
        let access =
            access.ok_or_else(|| Answer::unauthorized(401, "AuthenticationUnsuccessful"))?;
        if access.until <= now {
            return Err(Answer::unauthorized(401, "TokenExpired: token expired"));
        }
        Ok(access.clone())
    }

    pub(super) fn token(&mut self, basic: Option<&str>, body: &str, now: DateTime<Utc>) -> Answer {
        let form = Query::read(body);
        let said = |name| form.one(name).unwrap_or_default();
        let secret = STANDARD.encode(format!(
            "{}:{}",
            FakeXero::CLIENT_ID,
            FakeXero::CLIENT_SECRET
        ));
        let confidential = basic.is_some_and(|basic| basic.strip_prefix("Basic ") == Some(&secret));
        let public = basic.is_none() && said("client_id") == FakeXero::PKCE_CLIENT_ID;
        if !confidential && !public {
            return refused("invalid_client");
        }
        let grant = match said("grant_type") {
            "authorization_code" => self.redeem(&form, public, now),
            "refresh_token" => self.refresh(said("refresh_token"), now),
            "client_credentials" if confidential => Some(self.grant(said("scope"), true, now)),
            _ => return refused("unsupported_grant_type"),
        };
        let Some(grant) = grant else {
            return refused(NO_GRANT);
        };
        let scopes = &self.access[&grant.access_token].scopes;
        let mut fields = vec![
            ("access_token", Json::text(&grant.access_token)),
            ("expires_in", Json::Raw("1800".to_owned())),
            ("token_type", Json::text("Bearer")),
            ("scope", Json::text(scopes)),
        ];
        if let Some(token) = &grant.refresh_token {
            fields.push(("refresh_token", Json::text(token)));
        }
        Answer::json(200, &Json::Map(fields))
    }

    fn redeem(&mut self, form: &Query, public: bool, now: DateTime<Utc>) -> Option<Grant> {
        let code = self.codes.remove(form.one("code")?)?;
        let verified = match (&code.challenge, form.one("code_verifier")) {
            (Some(challenge), Some(verifier)) => {
                (43..=128).contains(&verifier.len())
                    && *challenge == URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
            }
            (None, None) => !public,
            _ => false,
        };
        let sound =
            verified && code.until > now && form.one("redirect_uri") == Some(&code.redirect);
        sound.then(|| self.grant(&code.scopes, false, now))
    }

    /// `POST /connect/revocation`
    pub(super) fn revocation(&mut self, body: &str) -> Answer {
        let form = Query::read(body);
        if form
            .one("token")
            .is_some_and(|token| self.refresh.contains_key(token))
        {
            self.revoke();
        }
        Answer::text(200, "text/plain", "")
    }

    /// `/connections`
    pub(super) fn connections(&mut self, method: &Method, id: Option<&str>) -> Answer {
        if *method == Method::DELETE {
            let before = self.connections.len();
            let id = id.and_then(|id| id.parse::<Uuid>().ok());
            self.connections.retain(|c| Some(c.id) != id);
            let gone = self.connections.len() < before;
            return if gone {
                Answer::nothing()
            } else {
                Answer::not_found()
            };
        }
        let at = |at: DateTime<Utc>| Json::text(at.format("%Y-%m-%dT%H:%M:%S%.6f0"));
        let one = |c: &Connection| {
            Json::Map(vec![
                ("id", Json::text(c.id)),
                ("authEventId", Json::text(Uuid::from_u128(0xae))),
                ("tenantId", Json::text(c.tenant)),
                ("tenantType", Json::text("ORGANISATION")),
                ("tenantName", Json::text(&c.name)),
                ("createdDateUtc", at(c.since)),
                ("updatedDateUtc", at(c.since)),
            ])
        };
        Answer::json(200, &Json::List(self.connections.iter().map(one).collect()))
    }

    fn word(&mut self, what: &str) -> String {
        self.issued += 1;
        format!("fake-{what}-{:x}-{}", self.since, self.issued)
    }

    /// Unsigned in truth, and in the form of a token that is signed.
    fn jwt(&mut self, scopes: &str, now: DateTime<Utc>) -> String {
        let name = self.word("access");
        let head = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#);
        let claims = Json::Map(vec![
            ("exp", Json::Raw((now.timestamp() + 1800).to_string())),
            ("iss", Json::text("https://identity.xero.com")),
            ("client_id", Json::text(FakeXero::CLIENT_ID)),
            ("jti", Json::text(&name)),
            ("authentication_event_id", Json::text(Uuid::from_u128(0xae))),
            (
                "scope",
                Json::List(scopes.split(' ').map(Json::text).collect()),
            ),
        ]);
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        format!("{head}.{claims}.{}", URL_SAFE_NO_PAD.encode(name))
    }
}

impl Access {
    pub(super) fn may(&self, scopes: &[&str]) -> bool {
        has(&self.scopes, scopes)
    }
}

fn has(said: &str, any: &[&str]) -> bool {
    said.split(' ').any(|scope| any.contains(&scope))
}

fn refused(why: &str) -> Answer {
    Answer::json(400, &Json::Map(vec![("error", Json::text(why))]))
}
