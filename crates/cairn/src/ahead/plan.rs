//! The cheapest way up, as text.

use app::domain::plan::Plan;
use app::plan::Planned;
use app::words::{and_list, day, rounded, upper_first};

use crate::layout::{paragraph, table};
use crate::output::{SHORT, SOFT, TITLE, UNKNOWN, styled};

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
        out += &paragraph(&of.instead(plan, other), columns, "  ", 4);
    }
    out += &when(of, plan);
    out += &waiting(of, plan, columns);
    out += &format!(
        "\n{}",
        styled(SOFT, &paragraph(&of.assumed(plan), columns, "", 0))
    );
    out
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
            of.title(group[0]).to_owned(),
            of.who(&group),
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
    format!(
        "\n{}  {}\n{}",
        styled(TITLE, "What to do"),
        styled(SOFT, &of.weighed(plan)),
        table(&rows, "llrr", 2)
    )
}

fn when(of: &Planned, plan: &Plan) -> String {
    let mut rows = Vec::new();
    for step in &plan.steps {
        let name = of.whom(&step.subject);
        let what = if name.is_empty() {
            of.title(step).to_owned()
        } else {
            format!("{}: {name}", of.title(step))
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
    if let Some(spare) = of.spare(plan) {
        out += &format!("  {}\n", styled(SOFT, &spare));
    }
    out
}

fn waiting(of: &Planned, plan: &Plan, columns: usize) -> String {
    let lines = of.waiting(plan);
    if lines.is_empty() {
        return String::new();
    }
    let mut out = format!("\n{}\n", styled(TITLE, "Waiting on"));
    for line in lines {
        out += &paragraph(&line, columns, "  ", 4);
    }
    out
}
