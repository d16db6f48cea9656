//! Which words an edition itself names for a field, such as the form by which it wants responses to come.
//!
//! Reads the edition and evaluates nothing.

use crate::expressions::{Context, said};
use crate::program::Edition;
use crate::syntax::{Compare, Node};

/// Does an edition ask, of facts of this kind, whether this field is this word: `csat where route = word`, or
/// `route in list` with the word in the list?
///
/// An edition that leaves the field open says nothing of the word, and so does one that asks that it be another.
pub fn names(edition: &Edition, kind: &str, field: &str, word: &str) -> bool {
    let is_name = |node: &Node, name: &str| matches!(node, Node::Name(n) if n == name);
    let of_kind = |context: &Context<'_>| {
        let of = context.kind.or(context.facts.map(|f| f.kind.as_str()));
        of == Some(kind)
    };
    let mut found = false;
    for said in said(edition) {
        said.walk(edition, &mut |expr, context| {
            if !of_kind(&context) {
                return;
            }
            found |= match &expr.node {
                Node::Compare(Compare::Equal, a, b) => {
                    is_name(&a.node, field) && is_name(&b.node, word)
                        || is_name(&b.node, field) && is_name(&a.node, word)
                }
                Node::In {
                    value,
                    list,
                    negated: false,
                } => {
                    is_name(&value.node, field)
                        && edition
                            .list
                            .get(list)
                            .is_some_and(|l| l.items.iter().any(|item| item.is == word))
                }
                _ => false,
            };
        });
    }
    found
}
