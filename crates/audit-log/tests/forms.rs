//! Every form in which events come gives the same events.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::io::{self, Read, Write};
use std::ops::ControlFlow;

use audit_log::lines::LineReader;
use audit_log::reader::{LogItem, ReadCounts, ReadOptions, read};
use audit_log::source;
use audit_log::unwrap::{Form, FormRefusal};
use serde_json::{Value, json};

/// Gives a few bytes at a time.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(to.len());
        to[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn events() -> Vec<Value> {
    let event = |id: &str, verb: &str, name: &str| {
        json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Request", "auditID": id,
            "stage": "ResponseComplete", "requestURI": format!("/api/v1/namespaces/n/pods/{name}?a=1&b=\"2\""),
            "verb": verb, "user": {"username": "анна", "groups": ["a\\b"]}, "sourceIPs": ["10.0.0.1"],
            "objectRef": {"resource": "pods", "namespace": "n", "name": name, "apiVersion": "v1"},
            "responseStatus": {"metadata": {}, "code": 200},
            "requestObject": {"spec": {"text": "} ] { [ \" \\ \n"}, "list": [1, [2, {"x": []}]]},
            "requestReceivedTimestamp": "2026-11-01T00:00:00.000000Z",
            "stageTimestamp": "2026-11-01T00:00:00.000001Z",
            "annotations": {"authorization.k8s.io/decision": "allow"},
        })
    };
    vec![event("1", "get", "a"), event("2", "delete", "b"), event("3", "create", "в")]
}

type Row = (String, String, String, Option<i32>, bool);

fn rows_of(text: &[u8], drop: usize) -> Result<(Vec<Row>, ReadCounts), FormRefusal> {
    let mut tally = ReadCounts::default();
    let mut rows = vec![];
    let mut lines = LineReader::new(Drops(text, drop), 0);
    read(&mut lines, &ReadOptions::default(), &mut tally, |item| {
        if let LogItem::Event(found) = item {
            let event = found.event;
            rows.push((
                event.verb.decode().into_owned(),
                event.user.name.decode().into_owned(),
                event.object.name.decode().into_owned(),
                event.code,
                found.fault.is_some(),
            ));
        }
        ControlFlow::Continue(())
    })?;
    Ok((rows, tally))
}

fn expected() -> Vec<Row> {
    [("get", "a"), ("delete", "b"), ("create", "в")]
        .map(|(verb, name)| (verb.into(), "анна".into(), name.into(), Some(200), false))
        .to_vec()
}

fn same(name: &str, text: &str, form: Form) {
    for drop in [1 << 20, 7] {
        let (rows, tally) = rows_of(text.as_bytes(), drop).unwrap();
        assert_eq!(rows, expected(), "{name}, {drop} bytes at a time\n{text}");
        assert_eq!((tally.bad, tally.cut), (0, 0), "{name}");
        assert_eq!(tally.forms[form as usize], 3, "{name}: {:?}", tally.forms);
    }
}

fn lines(of: impl Fn(&Value) -> String) -> String {
    events().iter().map(|event| of(event) + "\n").collect()
}

#[test]
fn lines_in_any_writing() {
    same("lines", &lines(ToString::to_string), Form::Line);
    same("crlf", &lines(|event| format!("{event}\r")), Form::Line);
    same("bom", &format!("\u{feff}{}", lines(ToString::to_string)), Form::Line);
    same("spaced", &lines(|event| event.to_string().replace("\":", "\" : ")), Form::Line);
    same("one line", &lines(ToString::to_string).replace('\n', ""), Form::Line);
    same("blank lines", &lines(|event| format!("\n{event}\n  ")), Form::Line);
    same("last line open", lines(ToString::to_string).trim_end(), Form::Line);
    let escaped = |event: &Value| event.to_string().replace("verb", "\\u0076erb");
    same("escaped key", &lines(escaped), Form::Line);
}

#[test]
fn lines_with_a_prefix() {
    same("host", &lines(|event| format!("master-0 {event}")), Form::Prefixed);
    same("time", &lines(|event| format!("2026-11-01T00:00:00.000Z {event}")), Form::Prefixed);
    same(
        "fluentd",
        &lines(|event| format!("2026-11-01T00:00:00Z\tkube.audit\t{event}")),
        Form::Prefixed,
    );
}

#[test]
fn documents() {
    let all = events();
    same("array", &json!(all).to_string(), Form::List);
    same("pretty array", &serde_json::to_string_pretty(&all).unwrap(), Form::List);
    let pretty: String =
        all.iter().map(|event| serde_json::to_string_pretty(event).unwrap() + "\n").collect();
    same("pretty events", &pretty, Form::List);
    let list = json!({"kind": "EventList", "apiVersion": "audit.k8s.io/v1", "metadata": {"a": [1]}, "items": all});
    same("list", &list.to_string(), Form::List);
    same("pretty list", &serde_json::to_string_pretty(&list).unwrap(), Form::List);
    let one = |event: &Value| json!({"kind": "EventList", "items": [event]}).to_string();
    same("lists", &lines(one), Form::List);
}

#[test]
fn cloud_watch() {
    let message =
        |event: &Value| json!({"timestamp": 1, "message": event.to_string(), "logStreamName": "s"});
    let messages: Vec<Value> = events().iter().map(message).collect();
    let filter = json!({"searchedLogStreams": [], "events": messages, "nextToken": "x"});
    same("filter-log-events", &serde_json::to_string_pretty(&filter).unwrap(), Form::CloudWatch);
    same("in one line", &filter.to_string(), Form::CloudWatch);
    let subscription = json!({"messageType": "DATA_MESSAGE", "logEvents": messages});
    same("subscription", &subscription.to_string(), Form::CloudWatch);
    same("message lines", &lines(|event| message(event).to_string()), Form::CloudWatch);
    same("S3", &lines(|event| format!("2026-11-01T00:00:00.000Z {event}")), Form::Prefixed);
}

#[test]
fn azure() {
    let text = |event: &Value| json!({"category": "kube-audit", "properties": {"log": event.to_string() + "\n", "pod": "p"}});
    let object = |event: &Value| json!({"category": "kube-audit", "properties": {"log": event}});
    same("text", &lines(|event| text(event).to_string()), Form::Azure);
    same("object", &lines(|event| object(event).to_string()), Form::Azure);
    let records: Vec<Value> = events().iter().map(text).collect();
    same("records", &json!({"records": records}).to_string(), Form::Azure);
    same(
        "pretty records",
        &serde_json::to_string_pretty(&json!({"records": records})).unwrap(),
        Form::Azure,
    );
}

#[test]
fn container_logs() {
    let split = |event: &Value| {
        let text = event.to_string();
        let cut = (text.len() / 2..).find(|at| text.is_char_boundary(*at)).unwrap();
        let (head, tail) = text.split_at(cut);
        format!(
            "2026-11-01T00:00:00.1Z stdout P {head}\n2026-11-01T00:00:00.1Z stderr F I1101 klog {{x}}\n2026-11-01T00:00:00.2Z stdout F {tail}"
        )
    };
    same("cri", &lines(split), Form::Container);
    let docker = |event: &Value| {
        let text = event.to_string() + "\n";
        let cut = (text.len() / 2..).find(|at| text.is_char_boundary(*at)).unwrap();
        let (head, tail) = text.split_at(cut);
        let line = |text: &str| {
            json!({"log": text, "stream": "stdout", "time": "2026-11-01T00:00:00Z"}).to_string()
        };
        format!("{}\n{}\n{}", line("I1101 klog line\n"), line(head), line(tail))
    };
    same("docker", &lines(docker), Form::Docker);
}

#[test]
fn google_cloud() {
    let entry = |event: &Value| {
        json!({
            "insertId": "i", "timestamp": "2026-11-01T00:00:00.000001Z", "labels": {"authorization.k8s.io/decision": "allow"},
            "protoPayload": {
                "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "status": {},
                "authenticationInfo": {"principalEmail": event["user"]["username"]},
                "methodName": format!("io.k8s.core.v1.pods.{}", event["verb"].as_str().unwrap()),
                "resourceName": format!("core/v1/namespaces/n/pods/{}", event["objectRef"]["name"].as_str().unwrap()),
                "requestMetadata": {"callerIp": "10.0.0.1"},
            },
        })
    };
    let all: Vec<Value> = events().iter().map(entry).collect();
    same("gcloud", &serde_json::to_string_pretty(&all).unwrap(), Form::GoogleCloud);
    same("lines", &lines(|event| entry(event).to_string()), Form::GoogleCloud);
}

#[test]
fn legacy_text() {
    let text = |event: &Value| {
        format!(
            "2017-06-27T10:00:00.1Z AUDIT: id=\"x\" stage=\"ResponseComplete\" ip=\"::1\" method={} user={} groups=\"\\\"a\\\",\\\"b\\\"\" \
             as=\"<self>\" asgroups=\"<lookup>\" namespace=\"n\" uri=\"/api\" response=\"200\"",
            event["verb"], event["user"]["username"]
        )
    };
    let (rows, tally) = rows_of(lines(text).as_bytes(), 1000).unwrap();
    assert_eq!(tally.forms[Form::Legacy as usize], 3);
    assert_eq!((rows[1].0.as_str(), rows[1].1.as_str(), rows[1].3), ("delete", "анна", Some(200)));
}

#[test]
fn damaged_lines_are_counted_and_still_say_who_what_and_where() {
    let line = |name: &str| {
        format!(
            "{{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"level\":\"Request\",\"auditID\":\"1\",\
             \"stage\":\"ResponseComplete\",\"requestURI\":\"/api\",\"verb\":\"get\",\"user\":{{\"username\":\"анна\"}},\
             \"objectRef\":{{\"name\":\"{name}\"}},\"responseStatus\":{{\"code\":200}},\"requestObject\":{{\"a\":\"b\"}}}}"
        )
    };
    let (a, b, c) = (line("a"), line("b"), line("c"));
    let cut = &b[..b.len() - 3];
    let text = format!("{a}\nno event\n{cut}[Truncated...]\n{{\"a\":1}}\n{cut}{c}\n{c}");
    let (rows, tally) = rows_of(text.as_bytes(), 1000).unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.2.as_str()).collect();
    assert_eq!(names, ["a", "b", "b", "c", "c"]);
    assert_eq!((tally.bad, tally.events), (2, 5), "{tally:?}");
    assert_eq!(tally.cut, 2, "{rows:?}");
    assert_eq!(rows.iter().filter(|row| row.4).count(), 2);
}

#[test]
fn what_cannot_hold_events_is_refused() {
    for (text, refusal) in [
        (&b"\"@timestamp\",\"kubernetes.audit.verb\"\n1,2\n"[..], FormRefusal::Csv),
        (b"@timestamp,@message\n", FormRefusal::Csv),
        (b"\xff\xfe{\0", FormRefusal::Utf16),
        (b"\x7fELF\x02\x01\x00\x00", FormRefusal::Binary),
    ] {
        assert_eq!(rows_of(text, 100).unwrap_err(), refusal);
    }
}

#[test]
fn compressed_texts_are_recognised() {
    let text = lines(ToString::to_string);
    let mut gzip = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = || {
        ruzstd::encoding::compress_to_vec(
            text.as_bytes(),
            ruzstd::encoding::CompressionLevel::Fastest,
        )
    };
    for bytes in [gzip.clone(), [gzip.clone(), gzip].concat(), zstd(), [zstd(), zstd()].concat()] {
        let (_, mut plain) = source::plain(io::Cursor::new(bytes)).unwrap();
        let mut out = String::new();
        plain.read_to_string(&mut out).unwrap();
        assert_eq!(out.replace(&text, ""), "");
    }
}
