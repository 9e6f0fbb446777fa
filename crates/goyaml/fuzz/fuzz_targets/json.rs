//! Any bytes: what serde_json takes, the reader of JSON takes too, with the same meaning.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let ours = goyaml::json::parse(bytes, 128);
    // Numbers keep their text here, so that only texts without a number can be compared as values.
    if let Ok(theirs) = serde_json::from_slice::<serde_json::Value>(bytes) {
        let ours = ours.expect("serde_json takes it");
        if !bytes.iter().any(u8::is_ascii_digit) {
            assert_eq!(ours.to_json(), theirs);
        }
    }
});
