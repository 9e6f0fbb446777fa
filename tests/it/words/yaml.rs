//! Results as YAML mean what they mean as JSON.

use kubectl_audit::yaml;
use serde_json::json;

#[test]
fn the_yaml_means_what_the_json_means() {
    for value in [
        json!({}),
        json!({"a": [], "b": {}, "c": null, "d": [[1, 2], [{"e": [true]}]], "f": -1.5}),
        json!([{"id": "1e3", "time": "2026-11-28T10:00:00Z", "on": "off", "k v": "a: b # c"}]),
        json!({"text": "two\nlines\t\u{1b}[0m é", "empty": "", "dash": "- x", "end": "x "}),
        json!({"null": "~", "NO": "Yes", "inf": ".inf", "path": "/a/b (1)", "ver": "v1.2"}),
    ] {
        let text = yaml::write(&value);
        assert_eq!(goyaml::decode(&text).unwrap(), value, "{text}");
    }
}
