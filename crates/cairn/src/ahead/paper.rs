//! A report as text and as JSON.

use app::exchange::{Block, Report};
use serde_json::{Value, json};

use crate::layout::{paragraph, table};
use crate::output::{SOFT, TITLE, styled};

/// The whole report.
pub fn text(of: &Report, columns: usize) -> String {
    let mut out = format!(
        "{}  {}\n",
        styled(TITLE, &of.title),
        styled(SOFT, &of.subtitle)
    );
    for section in &of.sections {
        out += &format!("\n{}\n", styled(TITLE, &section.title));
        for block in &section.blocks {
            out += &piece(block, columns);
        }
    }
    out + "\n" + &styled(SOFT, &paragraph(&of.foot, columns, "", 0))
}

fn piece(block: &Block, columns: usize) -> String {
    match block {
        Block::Text(text) => paragraph(text, columns, "", 0),
        Block::Note(text) => styled(SOFT, &paragraph(text, columns, "", 0)),
        Block::Figures(all) => {
            let rows: Vec<Vec<String>> = all.iter().map(|f| f.to_vec()).collect();
            table(&rows, "lrl", 2)
        }
        Block::Table(of) => {
            let mut rows = vec![of.heads.iter().map(|h| styled(SOFT, h)).collect()];
            rows.extend(of.rows.iter().cloned());
            let align: String = of
                .numbers
                .iter()
                .map(|number| if *number { 'r' } else { 'l' })
                .collect();
            let mut out = String::new();
            if !of.title.is_empty() {
                out += &format!("\n  {}\n", of.title);
            }
            out + &table(&rows, &align, 2)
        }
        Block::Lines(of) => format!("  {}: {}\n", of.title, of.says),
        Block::Written { ask, text } if text.is_empty() => {
            styled(SOFT, &paragraph(ask, columns, "", 0))
        }
        Block::Written { text, .. } => {
            let all = text.split("\n\n").map(|p| paragraph(p, columns, "", 0));
            all.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The whole report: `title`, `subtitle`, `foot`, and `sections` with their `blocks`, each of a `kind`.
pub fn value(of: &Report) -> Value {
    let sections = of.sections.iter().map(|section| {
        let blocks: Vec<Value> = section.blocks.iter().map(block).collect();
        json!({ "title": section.title, "blocks": blocks })
    });
    json!({
        "title": of.title,
        "subtitle": of.subtitle,
        "language": of.language,
        "sections": sections.collect::<Vec<_>>(),
        "foot": of.foot,
    })
}

fn block(of: &Block) -> Value {
    match of {
        Block::Text(text) => json!({ "kind": "text", "text": text }),
        Block::Note(text) => json!({ "kind": "note", "text": text }),
        Block::Figures(all) => {
            let all = all.iter().map(|[title, value, remark]| {
                json!({ "title": title, "value": value, "remark": remark })
            });
            json!({ "kind": "figures", "figures": all.collect::<Vec<_>>() })
        }
        Block::Table(of) => json!({
            "kind": "table", "title": of.title, "heads": of.heads, "rows": of.rows,
        }),
        Block::Lines(of) => {
            let lines = of
                .lines
                .iter()
                .map(|(title, values)| json!({ "title": title, "values": values }));
            json!({
                "kind": "lines", "title": of.title, "says": of.says, "lines": lines.collect::<Vec<_>>(),
            })
        }
        Block::Written { ask, text } => json!({ "kind": "written", "ask": ask, "text": text }),
    }
}
