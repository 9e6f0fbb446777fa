//! What was done and the way back: entries, claims, backups.
