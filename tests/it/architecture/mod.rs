//! Holds the shape of the house: which room may use which, no circle of files, nothing without a caller,
//! plain words.

mod arrows;
mod circles;
mod commands;
mod house;
mod modules;
mod unused;
mod words;
