//! What a device may bring without anybody being asked: rules, and the gate that holds a transfer to its rule.
//!
//! Pure: who has which rule, and what is done when one is outgrown, is the engine's. A rule only narrows what a role
//! allows; it never lets in what the role would ask about.
//!
//! Invariant: a [`Gate`] that has refused an entry has not counted it, and goes on refusing what does not fit.

mod kind;
mod rule;
mod template;

pub use kind::{FileKind, TypePattern, TypePatternError};
pub use rule::{AcceptRule, Excess, Gate, MAX_TYPES, RuleError};
pub use template::{FolderTemplate, MAX_TEMPLATE, TemplateError, folder_name};
