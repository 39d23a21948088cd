//! A page as a browser's parser reads it (html5ever), and as much of CSS' selectors as tests ask with: compounds such as
//! `form.card`, `#id`, `[name=value]` and `:not(…)` of one, descendants by a blank, lists by a comma.

use html5ever::driver::ParseOpts;
use html5ever::tendril::TendrilSink as _;
use html5ever::{local_name, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

#[derive(Debug)]
enum Node {
    Element(Element),
    Text(String),
}

/// Parses a document, as with scripting switched off.
pub(crate) fn parse(html: &str) -> Element {
    let mut options = ParseOpts::default();
    options.tree_builder.scripting_enabled = false;
    let dom = parse_document(RcDom::default(), options).one(html);
    Element { name: String::new(), attributes: Vec::new(), children: children(&dom.document) }
}

fn children(handle: &Handle) -> Vec<Node> {
    let node = |child: &Handle| match &child.data {
        NodeData::Text { contents } => Some(Node::Text(contents.borrow().to_string())),
        NodeData::Element { name, attrs, template_contents, .. } => {
            assert!(template_contents.borrow().is_none() && name.local != local_name!("noscript"));
            let attributes = attrs.borrow();
            let attributes =
                attributes.iter().map(|each| (each.name.local.to_string(), each.value.to_string()));
            let attributes = attributes.collect();
            Some(Node::Element(Element {
                name: name.local.to_string(),
                attributes,
                children: children(child),
            }))
        }
        _ => None,
    };
    handle.children.borrow().iter().filter_map(node).collect()
}

impl Element {
    pub(crate) fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The text content, as of the DOM.
    pub(crate) fn text(&self) -> String {
        let text = |node: &Node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        };
        self.children.iter().map(text).collect()
    }

    /// What matches below this element, in the order of the document.
    pub(crate) fn all(&self, selectors: &str) -> Vec<&Self> {
        let lists: Vec<Vec<&str>> =
            selectors.split(',').map(|selector| selector.split_whitespace().collect()).collect();
        let mut found = Vec::new();
        self.search(&lists, &mut Vec::new(), &mut found);
        found
    }

    fn search<'a>(&'a self, lists: &[Vec<&str>], path: &mut Vec<&'a Self>, found: &mut Vec<&'a Self>) {
        for child in &self.children {
            let Node::Element(element) = child else { continue };
            path.push(element);
            if lists.iter().any(|compounds| matches_path(path, compounds)) {
                found.push(element);
            }
            element.search(lists, path, found);
            path.pop();
        }
    }

    fn is(&self, compound: &str) -> bool {
        let end = compound.find(['#', '.', '[', ':']).unwrap_or(compound.len());
        let (name, mut rest) = compound.split_at(end);
        if !name.is_empty() && name != "*" && name != self.name {
            return false;
        }
        while !rest.is_empty() {
            let (matches, after) = self.is_simple(rest);
            if !matches {
                return false;
            }
            rest = after;
        }
        true
    }

    /// Whether the first simple selector matches, and the rest.
    fn is_simple<'a>(&self, selector: &'a str) -> (bool, &'a str) {
        if let Some(rest) = selector.strip_prefix(":not(") {
            let (inner, after) = rest.split_once(')').unwrap();
            return (!self.is(inner), after);
        }
        if let Some(rest) = selector.strip_prefix('[') {
            let (inner, after) = rest.split_once(']').unwrap();
            let matches = match inner.split_once('=') {
                Some((name, value)) => self.attr(name) == Some(value.trim_matches('"')),
                None => self.attr(inner).is_some(),
            };
            return (matches, after);
        }
        let (kind, rest) = selector.split_at(1);
        let (name, after) = rest.split_at(rest.find(['#', '.', '[', ':']).unwrap_or(rest.len()));
        let matches = match kind {
            "#" => self.attr("id") == Some(name),
            "." => self.attr("class").is_some_and(|classes| classes.split(' ').any(|class| class == name)),
            _ => panic!("no selector: {selector}"),
        };
        (matches, after)
    }
}

/// Whether the path ends in an element that the compounds, one within the other, lead to.
fn matches_path(path: &[&Element], compounds: &[&str]) -> bool {
    let (Some((last, outer)), Some((element, above))) = (compounds.split_last(), path.split_last()) else {
        return false;
    };
    let mut above = above.iter().rev();
    element.is(last) && outer.iter().rev().all(|compound| above.any(|element| element.is(compound)))
}

#[test]
fn the_parser_is_a_browsers_and_selectors_find_what_they_name() {
    let page =
        parse("<p class='a b' id=x>1<b>2</b></p><textarea>\n\r\nq&#13;</textarea><input name=\"n\" hidden>");
    assert_eq!(page.all("p.b b")[0].text(), "2");
    assert_eq!(page.all("#x")[0].text(), "12");
    assert_eq!(page.all("body [name=n][hidden], textarea").len(), 2);
    assert_eq!(page.all("textarea")[0].text(), "\nq\r");
    for nothing in ["b p", "p.c", "[name=m]", "input:not([hidden])", "html p i"] {
        assert!(page.all(nothing).is_empty(), "{nothing}");
    }
}
