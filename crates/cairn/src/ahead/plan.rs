//! The cheapest way up, as text.

use app::domain::plan::{Plan, RunnerUp, Step};
use app::plan::Planned;
use app::words::{and_list, counted, day, distance, rounded, upper_first};

use crate::layout::{paragraph, table};
use crate::output::{SHORT, SOFT, TITLE, UNKNOWN, styled};

/// So many names of those who do the same are shown; the rest is counted.
const NAMED: usize = 4;

/// A plan: what to do, what it moves, why not otherwise, when, and what is waited on.
pub fn text(of: &Planned, columns: usize) -> String {
    let card = &of.cards[0];
    let mut out = format!(
        "{}  {}\n\n",
        styled(
            TITLE,
            &format!("Plan to {}, {}", of.goal(), card.partner_name)
        ),
        styled(
            SOFT,
            &format!("{} · {}", and_list(&of.editions), day(card.as_of))
        )
    );
    out += &paragraph(&of.news(), columns, "", 0);
    let Some(plan) = &of.plan else {
        return out;
    };
    for blocked in &plan.blocked {
        out += &paragraph(
            &format!("{} {}", styled(SHORT, "in the way:"), of.blocked(blocked)),
            columns,
            "  ",
            4,
        );
    }
    if plan.steps.is_empty() {
        return out;
    }
    out += &what_to_do(of, plan);
    if !plan.moves.is_empty() {
        out += &format!("\n{}\n", styled(TITLE, "What it moves"));
        for moved in &plan.moves {
            out += &paragraph(&upper_first(&of.moved(moved)), columns, "  ", 4);
        }
    }
    if let Some(other) = &plan.runner_up {
        out += &format!("\n{}\n", styled(TITLE, "Why not another way"));
        out += &paragraph(&runner_up(of, plan, other), columns, "  ", 4);
    }
    out += &when(of, plan);
    out += &waiting(of, plan, columns);
    out += &assumed(of, plan, columns);
    out
}

fn title<'p>(of: &'p Planned, step: &'p Step) -> &'p str {
    of.action(step).map_or(step.action.as_str(), |a| &a.title)
}

/// Who, or with what: the first few, and how many more.
fn whom(of: &Planned, steps: &[&Step]) -> String {
    let mut names: Vec<String> = Vec::new();
    for step in steps {
        let name = of.whom(&step.subject);
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() && steps.len() > 1 {
        return format!("{} times", steps.len());
    }
    let times = if steps.len() > names.len() && !names.is_empty() {
        format!("{} times: ", steps.len())
    } else {
        String::new()
    };
    let mut shown: Vec<String> = names.iter().take(NAMED).cloned().collect();
    if names.len() > NAMED {
        shown.push(format!("{} more", names.len() - NAMED));
    }
    times + &shown.join(", ")
}

fn what_to_do(of: &Planned, plan: &Plan) -> String {
    let mut rows = vec![vec![
        styled(SOFT, "what"),
        styled(SOFT, "who, or with what"),
        styled(SOFT, "hours"),
        styled(SOFT, "cost"),
    ]];
    for group in of.groups(plan) {
        let hours = group.iter().map(|s| s.hours.clone()).sum();
        let cost = group.iter().map(|s| s.cost.clone()).sum();
        rows.push(vec![
            title(of, group[0]).to_owned(),
            whom(of, &group),
            rounded(&hours, 1),
            of.amount(&cost),
        ]);
    }
    rows.push(vec![
        styled(TITLE, "Total"),
        String::new(),
        styled(TITLE, &rounded(&plan.hours, 1)),
        styled(TITLE, &of.amount(&plan.cost)),
    ]);
    let (possible, classes, subjects) = plan.weighed;
    format!(
        "\n{}  {}\n{}",
        styled(TITLE, "What to do"),
        styled(
            SOFT,
            &format!(
                "{}, {} of {} weighed",
                if plan.is_proven() {
                    "proven least cost".to_owned()
                } else {
                    format!(
                        "at most {} above the least",
                        of.amount(&(&plan.cost - &plan.bound))
                    )
                },
                counted(possible, "possible action"),
                format_args!(
                    "{} in {}",
                    counted(subjects, "subject"),
                    counted(classes, "kind")
                ),
            )
        ),
        table(&rows, "llrr", 2)
    )
}

fn runner_up(of: &Planned, plan: &Plan, other: &RunnerUp) -> String {
    let times = |count: usize, file: usize, action: &str| {
        let title = of.offered[file]
            .actions
            .get(action)
            .map_or(action, |a| a.title.as_str());
        format!("{count} × {}", app::words::lower_first(title))
    };
    let ours: Vec<String> = other
        .instead
        .iter()
        .filter(|(_, _, ours, theirs)| ours > theirs)
        .map(|(file, action, ours, theirs)| times(ours - theirs, *file, action))
        .collect();
    let theirs: Vec<String> = other
        .instead
        .iter()
        .filter(|(_, _, ours, theirs)| theirs > ours)
        .map(|(file, action, ours, theirs)| times(theirs - ours, *file, action))
        .collect();
    let more = &other.cost - &plan.cost;
    let costs = if more.is_zero() {
        "costs the same".to_owned()
    } else {
        format!(
            "costs {} more ({})",
            of.amount(&more),
            of.amount(&other.cost)
        )
    };
    let proof = if other.proven {
        ""
    } else {
        ", as far as was looked"
    };
    if theirs.is_empty() {
        return format!("Without {} it {costs}{proof}.", and_list(&ours));
    }
    format!(
        "The runner-up is {} instead of {}: it {costs}{proof}.",
        and_list(&theirs),
        and_list(&ours)
    )
}

fn when(of: &Planned, plan: &Plan) -> String {
    let mut rows = Vec::new();
    for step in &plan.steps {
        let name = of.whom(&step.subject);
        let what = if name.is_empty() {
            title(of, step).to_owned()
        } else {
            format!("{}: {name}", title(of, step))
        };
        rows.push(vec![
            day(step.from),
            day(step.worked),
            day(step.done),
            if step.critical {
                styled(UNKNOWN, "critical")
            } else {
                String::new()
            },
            what,
        ]);
    }
    let mut out = format!("\n{}\n", styled(TITLE, "When"));
    let head = ["from", "worked by", "counts from", "", "what"];
    rows.insert(0, head.iter().map(|h| styled(SOFT, h)).collect());
    out += &table(&rows, "rrrll", 2);
    if let Some(slack) = plan.slack {
        let text = if slack >= 0 {
            format!(
                "The critical path has {} to spare.",
                counted(usize::try_from(slack).unwrap_or(0), "day")
            )
        } else {
            format!(
                "The critical path is {} late.",
                counted(usize::try_from(-slack).unwrap_or(0), "day")
            )
        };
        out += &format!("  {}\n", styled(SOFT, &text));
    }
    out
}

fn waiting(of: &Planned, plan: &Plan, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for group in of.groups(plan) {
        let Some(action) = of.action(group[0]) else {
            continue;
        };
        let (Some(waits), false) = (action.waits, action.waits_on.is_empty()) else {
            continue;
        };
        let first = group.iter().map(|s| s.worked).min().unwrap_or(plan.today);
        lines.push(format!(
            "{}: {waits} for {} ({}), from {} on",
            action.waits_on,
            app::words::lower_first(&action.title),
            counted(group.len(), "time"),
            day(first)
        ));
    }
    if lines.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", styled(TITLE, "Waiting on"));
    for line in lines {
        out += &paragraph(&upper_first(&line), columns, "  ", 4);
    }
    out
}

fn assumed(of: &Planned, plan: &Plan, columns: usize) -> String {
    let mut text = String::new();
    let (cited, own) = of.sources();
    if own {
        text += "Rates, hours and chances marked \"own\" are assumptions: write your own into `vocabulary/actions/`. ";
    }
    if !cited.is_empty() {
        text += &format!("Other numbers: {}. ", cited.join("; "));
    }
    text += &format!(
        "A fee counts for as many attempts as one success takes, the hours of an open record too. Planned {}, {}.",
        day(plan.today),
        distance(plan.today, plan.by)
    );
    format!(
        "\n{}",
        styled(SOFT, &paragraph(text.trim_end(), columns, "", 0))
    )
}
