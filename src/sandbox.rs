//! A throw-away node made from an embedded file set.
