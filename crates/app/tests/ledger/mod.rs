//! What is in memory, in words that can be compared.

use cairn_app::records;
use cairn_app::warm::Shelves;

/// All that is in memory of every partner, in words.
pub fn in_words(shelves: &Shelves) -> String {
    let mut text = String::new();
    for partner in shelves.partners() {
        let (shelf, at) = shelves.find(partner).expect("it stands somewhere");
        let evidence = shelf.evidence();
        text += &format!("{partner}\n");
        for (kind, table) in evidence
            .tables
            .iter()
            .enumerate()
            .filter(|(_, t)| t.supplied)
        {
            text += &format!("  {}\n", evidence.vocabulary.kinds[kind].name);
            let mut rows: Vec<String> = table
                .rows(at)
                .map(|row| {
                    format!(
                        "    {} {:?} {}\n",
                        table.line[row],
                        table.recorded.day(row),
                        records::cells_text(&records::cells_at(evidence, kind, row))
                    )
                })
                .collect();
            rows.sort();
            text += &rows.concat();
        }
        let mut refused: Vec<String> = evidence
            .tables
            .iter()
            .enumerate()
            .flat_map(|(kind, _)| {
                evidence
                    .refused_of(kind, at)
                    .map(|r| format!("  refused {}\n", r.problem.message))
                    .collect::<Vec<_>>()
            })
            .collect();
        refused.sort();
        text += &refused.concat();
    }
    text
}
