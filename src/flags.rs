//! The `--audit-*` flags of the API server, typed, per version.
