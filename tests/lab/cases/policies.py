"""Policies that no API server starts with, and ones that it reads otherwise than they look."""

HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n"
GOOD = HEAD + "- level: Metadata\n"

# What is wrong, the policy, what a person must be told.
FATAL = [
    ("is empty", "", "group version|empty|apiVersion"),
    ("has no rules", "apiVersion: audit.k8s.io/v1\nkind: Policy\n", "0 rules|no rules"),
    ("has an empty list of rules", "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n", "0 rules|no rules"),
    ("is of version v1beta1", GOOD.replace("/v1", "/v1beta1"), "v1beta1"),
    ("is of another kind", GOOD.replace("Policy", "AuditPolicy"), "AuditPolicy"),
    ("has a level that does not exist", GOOD.replace("Metadata", "MetaData"), "MetaData"),
    ("has a rule without a level", HEAD + "- users: [a]\n", "level"),
    ("omits a stage that does not exist", GOOD + "  omitStages: [RequestRecieved]\n", "RequestRecieved"),
    ("mixes resources and URLs", GOOD + '  nonResourceURLs: [/version]\n  resources: [{group: ""}]\n', "resource"),
    ("has a URL without a slash", GOOD + "  nonResourceURLs: [version]\n", "'?/'?|slash"),
    ("has a star inside a URL", GOOD + "  nonResourceURLs: [/a*b]\n", "final|last|wildcard|\\*"),
    ("has a version in a group", GOOD + "  resources: [{group: apps/v1, resources: [deployments]}]\n", "apps/v1"),
    ("names objects of no resource", GOOD + "  resources: [{group: apps, resourceNames: [x]}]\n", "resourceNames"),
    ("has a tab", GOOD.replace("- level", "\t- level"), "tab|cannot start any token"),
    ("has lost its indentation", GOOD + "    users: [a]\n", "mapping values|indent"),
    ("breaks off in the middle", GOOD[:-4] + '\n- users: ["a', "line|did not find|unexpected"),
]

# Read without an error, and not as they look.
LENIENT = [
    ("without a kind", GOOD.replace("kind: Policy\n", "")),
    ("with a field that does not exist", GOOD + "  userGroup: [x]\n"),
    ("with a key twice", GOOD + "  level: None\n"),
]
