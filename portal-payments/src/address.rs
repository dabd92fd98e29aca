//! Where secrets may be sent.
use ::http::Uri;

/// Over https, or within this very machine.
pub(crate) fn speaks_safely(api: &str) -> bool {
    let Ok(uri) = api.parse::<Uri>() else {
        return false;
    };
    let here = matches!(uri.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let scheme = uri.scheme_str();
    uri.query().is_none() && (scheme == Some("https") || (scheme == Some("http") && here))
}
