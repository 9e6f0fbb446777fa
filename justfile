# Everything a commit has to pass.
check: fmt clippy doc test

# The layout is rustfmt's.
fmt:
    cargo fmt --check

# Warnings are errors.
clippy:
    cargo clippy --workspace --all-targets -- --deny warnings

# Every link in the documentation leads somewhere.
doc:
    RUSTDOCFLAGS="--deny warnings" cargo doc --workspace --no-deps --document-private-items

# Unit tests, transcripts (README included), crash tests.
test:
    cargo test --workspace

# Asks the real API server, and holds its answers against ours: needs Go. See tests/oracle/README.md.
oracle *SEED:
    tests/oracle/run {{SEED}}

# What CI runs, here.
ci:
    bash .ci/run
