//! Any query of `GET /objects`: the values are the same as from a parser of the URL Standard.
#![no_main]

use http_api::Parameters;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|query: &str| {
    let Ok(mut parameters) = Parameters::from_urlencoded(query) else { return };
    let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
    let mut known = 0;
    for name in ["prefix", "delimiter", "max_keys", "start_after", "cursor", "expand", "url_seconds"] {
        let taken = parameters.take(name).expect("a query has only strings");
        let expected = pairs.iter().find(|(other, _)| other == name).map(|(_, value)| &**value);
        assert_eq!(taken.as_deref().map(String::as_str), expected, "{name}");
        known += usize::from(taken.is_some());
    }
    // Only a parameter that is left is refused as unknown.
    assert_eq!(parameters.finish().is_ok(), known == pairs.len());
});
