//! The static pod manifest as text with positions: find, edit, check.
