//! Tests of `json`.

use super::*;

#[test]
fn what_is_wrong_is_said_in_gos_words() {
    let cases = [
        ("{'a': 1}", "invalid character '\\'' looking for beginning of object key string"),
        ("{\"a\": 1,}", "invalid character '}' looking for beginning of object key string"),
        ("{\"a\" 1}", "invalid character '1' after object key"),
        ("{\"a\": [1 2]}", "invalid character '2' after array element"),
        ("{\"a\": 1 \"b\"}", "invalid character '\"' after object key:value pair"),
        ("{\"a\": nul}", "invalid character '}' in literal null (expecting 'l')"),
        ("{\"a\": -", "invalid character ' ' in numeric literal"),
        ("{\"a\": 01}", "invalid character '1' after object key:value pair"),
        ("{\"a\": \"\\q\"}", "invalid character 'q' in string escape code"),
        ("{\"a\": \"\n\"}", "invalid character '\\n' in string literal"),
        ("{\"a\": é}", "invalid character 'Ã' looking for beginning of value"),
        ("{} x", "invalid character 'x' after top-level value"),
        ("{\"a\":", "unexpected end of JSON input"),
    ];
    for (text, message) in cases {
        assert_eq!(parse(text.as_bytes(), 9).unwrap_err().message, message, "{text}");
    }
}

#[test]
fn text_is_unescaped_and_places_are_kept() {
    let value = parse(b"{\n \"a\": [\"\\ud83d\\ude00\\ud800\\u0041\xff\", 1e400]}", 9).unwrap();
    let list = &value.field("a").unwrap().value;
    assert_eq!((list.span.line, list.span.column), (2, 7));
    let Content::List(items) = &list.content else { panic!("{list:?}") };
    assert_eq!(items[0].content, Content::Text("😀\u{fffd}A\u{fffd}".to_owned()));
    assert_eq!(items[1].content, Content::Number("1e400".to_owned()));
}

#[test]
fn depth_is_bounded() {
    let deep = "[".repeat(20);
    assert!(parse(deep.as_bytes(), 9).unwrap_err().is_depth);
    assert!(!parse(deep.as_bytes(), 20).unwrap_err().is_depth);
}
