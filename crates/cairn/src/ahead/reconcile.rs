//! The vendor's numbers beside ours, as text.

use app::domain::reconcile::Finding;
use app::locale::Lang;
use app::reconcile::Reconciled;
use app::words::{day, upper_first};

use crate::layout::{paragraph, table};
use crate::output::{MET, SHORT, SOFT, TITLE, UNKNOWN, styled};

/// Row by row: what the vendor says, what we count, and why they differ.
pub fn text(of: &Reconciled, columns: usize) -> String {
    let card = &of.card;
    let mut out = format!(
        "{}  {}\n\n{}\n",
        styled(
            TITLE,
            &format!(
                "The vendor's numbers and ours, {}, {}",
                card.title, card.partner_name
            )
        ),
        styled(
            SOFT,
            &format!(
                "edition {} · {} · {}",
                card.edition,
                of.labels.column(of.ask, &of.level),
                day(card.as_of)
            )
        ),
        of.news(Lang::default())
    );
    let mut rows = vec![
        ["row", "vendor", "here", ""]
            .map(|h| styled(SOFT, h))
            .to_vec(),
    ];
    for row in &of.rows {
        let shown = of.labels.shown(&row.row);
        let state = match &row.finding {
            Finding::Same => styled(MET, "agree"),
            Finding::Explained(_) => styled(UNKNOWN, "explained"),
            Finding::Open(_) => styled(UNKNOWN, "open here"),
            Finding::Unexplained => styled(SHORT, "not explained"),
            Finding::NotAsked => styled(SOFT, "not asked"),
        };
        rows.push(vec![
            upper_first(&of.labels.row(&row.row)),
            shown.number(&row.theirs),
            shown.value(&row.ours),
            state,
        ]);
    }
    out += &table(&rows, "lrrl", 2);
    for row in &of.rows {
        let title = upper_first(&of.labels.row(&row.row));
        match &row.finding {
            Finding::Explained(accounts) => {
                out += &format!("\n{}\n", styled(TITLE, &title));
                for (at, account) in accounts.iter().take(3).enumerate() {
                    let text = of.account(account, Lang::default());
                    let text = if at == 0 {
                        upper_first(&text)
                    } else {
                        format!("or {text}")
                    };
                    out += &paragraph(&text, columns, "  ", 4);
                }
            }
            Finding::Open(records) => {
                out += &format!("\n{}\n", styled(TITLE, &title));
                let names: Vec<String> = records.iter().take(4).map(|r| r.id.clone()).collect();
                out += &paragraph(
                    &format!(
                        "The number is open here, and the vendor's lies inside. These may count: {}",
                        names.join("; ")
                    ),
                    columns,
                    "  ",
                    4,
                );
            }
            Finding::Unexplained => {
                out += &format!("\n{}\n", styled(TITLE, &title));
                out += &paragraph(
                    "No records here make up the difference. Ask the vendor which ones it counts.",
                    columns,
                    "  ",
                    4,
                );
            }
            Finding::Same | Finding::NotAsked => {}
        }
    }
    out
}
