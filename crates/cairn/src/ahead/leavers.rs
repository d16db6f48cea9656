//! What each person's leaving would cost, as text.

use app::leavers::Leavers;
use app::words::{and_list, counted, day, upper_first};

use crate::layout::paragraph;
use crate::output::{SHORT, SOFT, TITLE, styled};

/// Everybody who counts, the one on whom most hangs first.
pub fn text(of: &Leavers, columns: usize) -> String {
    let card = &of.card;
    let mut out = format!(
        "{}  {}\n\n",
        styled(
            TITLE,
            &format!("Who matters, {}, {}", card.title, card.partner_name)
        ),
        styled(
            SOFT,
            &format!("edition {} · {}", card.edition, day(card.as_of))
        )
    );
    out += &paragraph(&of.news(), columns, "", 0);
    out += &styled(
        SOFT,
        &paragraph(
            &format!(
                "A forecast: what would be if somebody left on {}, and nothing else happened until {}.",
                day(card.as_of),
                day(of.to)
            ),
            columns,
            "",
            0,
        ),
    );
    for leaver in &of.leavers {
        let name = leaver.name.as_deref().unwrap_or(&leaver.person);
        out += &format!(
            "\n{}  {}\n",
            styled(TITLE, name),
            styled(
                SOFT,
                &format!("counts in {}", counted(of.rows(leaver).len(), "row"))
            )
        );
        let mut line = |text: &str| out += &paragraph(text, columns, "  ", 4);
        let levels = of.levels(leaver);
        if !levels.is_empty() {
            line(&styled(
                SHORT,
                &format!("Met no longer: what is needed to {}", and_list(&levels)),
            ));
        }
        let at_once = of.at_once(leaver);
        if !at_once.is_empty() {
            line(&format!("Short at once: {}", at_once.join("; ")));
        }
        let later = of.later(leaver);
        if !later.is_empty() {
            line(&upper_first(&later.join("; ")));
        }
        let spare = of.none_to_spare(leaver);
        if !spare.is_empty() {
            line(&format!("Nobody to spare then: {}", spare.join("; ")));
        }
        if let Some(words) = of.replacing_words(&leaver.person) {
            line(&words);
        }
        if levels.is_empty() && at_once.is_empty() && later.is_empty() && spare.is_empty() {
            line(&styled(SOFT, "Nothing that is met falls."));
        }
    }
    out
}
