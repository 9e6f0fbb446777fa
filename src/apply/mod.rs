//! Carries out a plan, and settles what an earlier run left open.
