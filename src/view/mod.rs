//! Text for a terminal; prints nothing itself.
