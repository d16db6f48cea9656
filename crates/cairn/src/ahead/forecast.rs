//! What falls ahead, as text.

use app::forecast::{Ahead, Forecast};
use app::words::{day, distance, upper_first};

use crate::layout::{paragraph, right};
use crate::output::{SHORT, SOFT, TITLE, styled};

/// How far the reasons of a day are indented.
const INDENT: usize = 15;

/// What falls ahead, program by program.
pub fn text(of: &Forecast, columns: usize) -> String {
    let mut out = format!(
        "{}  {}\n\n",
        styled(TITLE, &format!("What falls ahead, {}", of.partner_name)),
        styled(SOFT, &format!("{} to {}", day(of.as_of), day(of.to)))
    );
    out += &styled(
        SOFT,
        &paragraph(
            &format!(
                "A forecast, not a fact: what happens if nothing new happens, as far as it was known on {}.",
                day(of.as_of)
            ),
            columns,
            "",
            0,
        ),
    );
    for ahead in &of.programs {
        out.push('\n');
        out += &program(ahead, columns);
    }
    if of.programs.is_empty() {
        out += "\nNo level of any program is held or met, so nothing falls.\n";
    }
    for (program, problem) in &of.left_out {
        out += &paragraph(
            &format!("{program} is left out: {}", problem.message),
            columns,
            "\n",
            0,
        );
    }
    out
}

fn program(of: &Ahead, columns: usize) -> String {
    let card = &of.card;
    let mut out = format!(
        "{}  {}\n",
        styled(TITLE, &card.title),
        styled(SOFT, &card.program_and_edition())
    );
    out += &paragraph(&of.news(), columns, "", 0);
    for on in of.days() {
        let mut first = format!("  {}  ", right(&day(on), 11));
        let mut line = |text: &str, out: &mut String| {
            *out += &paragraph(text, columns, &first, INDENT);
            first = " ".repeat(INDENT);
        };
        let far = styled(SOFT, &distance(card.as_of, on));
        for review in of.reviews_on(on) {
            let text = upper_first(&of.review_words(review));
            line(&format!("{}  {far}", styled(TITLE, &text)), &mut out);
        }
        for (fall, columns_of) in of.falls_on(on) {
            line(
                &format!(
                    "{}  {}  {far}",
                    styled(SHORT, &upper_first(&of.fall_words(fall))),
                    styled(SOFT, &format!("({})", columns_of.join(", ")))
                ),
                &mut out,
            );
            line(&format!("  {}", of.why(fall)), &mut out);
            if let Some(keep) = of.keep(fall) {
                line(&format!("  {keep}"), &mut out);
            }
            if let Some(again) = fall.again {
                line(
                    &format!("  met again from {} by records at hand", day(again)),
                    &mut out,
                );
            }
        }
        for level in of.levels_on(on) {
            line(
                &styled(
                    SHORT,
                    &format!(
                        "What is needed to {} is met no longer",
                        of.column(level.ask, &level.level)
                    ),
                ),
                &mut out,
            );
        }
    }
    out
}
