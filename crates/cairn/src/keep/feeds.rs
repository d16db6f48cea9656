//! `cairn feeds`: calendars behind private links.

use app::feeds::Feed;
use serde_json::{Value, json};

use super::args::Feeds;
use super::{counted, myself, office, wait};
use crate::args::Common;
use crate::json;
use crate::layout::table;
use crate::output::{self, Exit, SOFT, styled};
use crate::run::Outcome;

fn as_json(of: &Feed) -> Value {
    json!({
        "feed": of.feed,
        "note": of.note,
        "by": of.by,
        "created": of.created.to_string(),
        "ended": of.ended.map(|at| at.to_string()),
        "opened": of.opened,
        "last": of.last.map(|at| at.to_string()),
    })
}

/// Does what was asked for about links to calendars.
pub fn feeds(common: &Common, asked: Feeds) -> Outcome {
    match asked {
        Feeds::List { server, partner } => wait(server.store, async |address| {
            let office = office(common, address).await?;
            let all = office.feeds(&myself(), &partner).await?;
            output::answer(&if common.json {
                json::text(&all.iter().map(as_json).collect())
            } else {
                let row = |of: &Feed| {
                    vec![
                        of.feed.clone(),
                        of.note.clone(),
                        app::words::day(office.clock.day_of(of.created)),
                        format!("asked {}", counted(of.opened, "time")),
                        if of.ended.is_some() {
                            styled(SOFT, "ended")
                        } else {
                            String::new()
                        },
                    ]
                };
                let rows: Vec<Vec<String>> = all.iter().map(row).collect();
                table(&rows, "lllll", 0)
            });
            Ok(Exit::Answered)
        }),
        Feeds::Make {
            server,
            partner,
            note,
        } => {
            let public = server.public_url();
            wait(server.store, async |address| {
                let office = office(common, address).await?;
                let done = office.make_feed(&myself(), &partner, &note).await?;
                let (feed, secret) = done.value;
                let url = format!("{public}/calendar/{}.ics", secret.reveal());
                output::answer(&if common.json {
                    json::text(&json!({ "feed": as_json(&feed), "url": url }))
                } else {
                    format!("{url}\n")
                });
                Ok(Exit::Answered)
            })
        }
        Feeds::End {
            server,
            feed,
            partner,
        } => wait(server.store, async |address| {
            let office = office(common, address).await?;
            office.end_feed(&myself(), &partner, &feed).await?;
            output::answer(&if common.json {
                json::text(&json!({ "feed": feed }))
            } else {
                format!("{feed} works no more\n")
            });
            Ok(Exit::Answered)
        }),
    }
}
