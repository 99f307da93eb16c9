//! Callbacks: their forms, results, borrows and failures, from the command to the browsers.

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
mod readings;
mod refused;
mod returns;
mod rows;
mod sources;
mod starts;
mod submits;
mod table;
mod tasks;
mod triggers;
mod under_way;
mod watched;
