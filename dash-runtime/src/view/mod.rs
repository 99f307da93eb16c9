//! The third layer: what a page shows. Components, elements, HTML, rows, edits, routes, pictures.

pub mod bar;
pub(crate) mod checks;
pub mod component;
pub mod components;
pub mod edit;
pub mod element;
pub(crate) mod fields;
pub mod file;
pub(crate) mod fleet;
pub mod html;
pub mod look;
pub mod matrix;
pub mod picture;
pub mod route;
pub mod rows;
pub mod schema;
