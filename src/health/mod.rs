//! Whether the API server is ready.
