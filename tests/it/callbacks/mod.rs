//! What callbacks can be, return, borrow and do wrong, from the command to what browsers see.

mod alternates;
mod causes;
mod clients;
mod edits;
mod elements;
mod errors;
mod failures;
mod hooks;
mod islands;
mod parting;
mod rates;
mod returns;
mod rows;
mod sources;
mod starts;
mod submits;
mod table;
mod tasks;
mod triggers;
mod watched;
