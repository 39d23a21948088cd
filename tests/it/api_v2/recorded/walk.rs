//! Walks two answers side by side.

use serde_json::{Map, Value};

use crate::support::Shape;

/// Differences of members, their order and their types: `.record.kind Text > Null`, `.record +share_url`, `.record -kind`.
pub(super) fn shapes(path: &str, theirs: &Shape, ours: &Shape, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Shape::Object(there), Shape::Object(here)) => {
            let names = |members: &[(String, Shape)], others: &[(String, Shape)]| -> Vec<String> {
                let is_common = |name: &str| others.iter().any(|(other, _)| other == name);
                members.iter().map(|(name, _)| name.clone()).filter(|name| is_common(name)).collect()
            };
            if names(there, here) != names(here, there) {
                found.push(format!("{path} has another order"));
            }
            for (name, their) in there {
                match here.iter().find(|(known, _)| known == name) {
                    Some((_, our)) => shapes(&format!("{path}.{name}"), their, our, found),
                    None => found.push(format!("{path} -{name}")),
                }
            }
            let is_new = |name: &str| !there.iter().any(|(known, _)| known == name);
            found.extend(
                here.iter().filter(|(name, _)| is_new(name)).map(|(name, _)| format!("{path} +{name}")),
            );
        }
        // Lists hold things of one kind; how many, is this run's.
        (Shape::List(there), Shape::List(here)) => {
            if let (Some(their), Some(our)) = (there.first(), here.first()) {
                shapes(&format!("{path}[]"), their, our, found);
            }
        }
        (there, here) if there != here => found.push(format!("{path} {there:?} > {here:?}")),
        _ => {}
    }
}

/// Differences of refusals, in members and in what they say.
pub(super) fn refusal(theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    let members = |body: &Value| -> Map<String, Value> { body.as_object().expect("an object").clone() };
    let (theirs, ours) = (members(theirs), members(ours));
    for (name, their) in &theirs {
        match ours.get(name) {
            None => found.push(format!("-{name}")),
            Some(our) if their.is_number() && our.is_number() => {}
            Some(our) if our != their => found.push(format!("{name} {their} > {our}")),
            Some(_) => {}
        }
    }
    found.extend(ours.keys().filter(|name| !theirs.contains_key(*name)).map(|name| format!("+{name}")));
}
