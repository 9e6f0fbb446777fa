//! Tests of `field`.

use super::*;

#[test]
fn the_wide_schema_is_a_promise() {
    let names: Vec<_> = Field::wide().map(Field::name).collect();
    assert_eq!(
        names.join(", "),
        "time, received, stage, level, verb, user, groups, as, ip, forwarded, user_agent, group, version, \
         resource, subresource, namespace, name, uid, code, reason, decision, decision_reason, deprecated, \
         removed_release, latency_us, request_bytes, response_bytes, line_bytes, audit_id, uri, file, offset"
    );
}
