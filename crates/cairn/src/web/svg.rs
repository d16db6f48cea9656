//! Pictures made on the server: stones, strips of days, bars, a radar.
//!
//! Across, positions are shares of the width, so that text keeps its size on every screen; colors come from classes, so that one
//! picture serves every theme. Each picture says its result to those who do not see it; the numbers stand in a table beside it,
//! which the page makes. Knows no program and computes nothing of the business.

use std::fmt::Write as _;

use app::domain::calendar::Day;

use super::locale::Lang;
use super::view::{Escaped, Markup};

/// How a level stands in a pile of stones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stone {
    /// Held, or met.
    Held,
    /// The next one up.
    Next,
    /// Above that.
    Later,
}

/// A pile of stones, a stone a level, the lowest at the bottom.
pub fn ladder(stones: &[Stone], says: &str) -> Markup {
    // Widths and places of a pile that somebody put up by hand: no two stones lie quite above each other.
    const SWAY: [i32; 5] = [0, 15, -20, 10, -8];
    let count = i32::try_from(stones.len().max(1)).unwrap_or(1);
    let gap = if count > 5 { 1 } else { 2 };
    let height = ((58 - gap * (count - 1)) / count).clamp(3, 15);
    let mut out = format!(
        "<svg class=\"ladder-pic\" viewBox=\"0 0 56 60\" role=\"img\" aria-label=\"{}\">",
        Escaped(says)
    );
    for (at, stone) in stones.iter().enumerate() {
        let n = i32::try_from(at).unwrap_or(0);
        // Tenths of a pixel.
        let wide = 540 - if count > 1 { 340 * n / (count - 1) } else { 0 };
        let left = (560 - wide) / 2 + if n > 0 { SWAY[at % SWAY.len()] } else { 0 };
        let top = 59 - (n + 1) * height - n * gap;
        let class = match stone {
            Stone::Held => "stone",
            Stone::Next => "stone next",
            Stone::Later => "stone later",
        };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{top}\" width=\"{}\" height=\"{height}\" rx=\"{}\"/>",
            tenths(left),
            tenths(wide),
            tenths(height * 5)
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

fn tenths(number: i32) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let number = number.unsigned_abs();
    format!("{sign}{}.{}", number / 10, number % 10)
}

/// A stretch of days on a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The day asked about.
    pub now: Day,
}

impl Axis {
    /// Where a day begins, as a share of the width: `30.39%`.
    pub fn at(self, day: Day) -> String {
        percent(self.hundredths(day))
    }

    fn hundredths(self, day: Day) -> i32 {
        let days = i64::from((self.to.0 - self.from.0).max(1));
        let past = i64::from(day.0) - i64::from(self.from.0);
        i32::try_from((past * 10_000 / days).clamp(0, 10_000)).unwrap_or(0)
    }

    /// The width of the days from one to before another.
    fn wide(self, from: Day, end: Day) -> i32 {
        (self.hundredths(end) - self.hundredths(from)).max(0)
    }

    /// The first days of months between both ends, a step of so many months apart that a dozen fit at most.
    fn ticks(self) -> Vec<Day> {
        let months = (self.to.0 - self.from.0) / 30;
        let step = match months {
            ..=13 => 1,
            14..=26 => 2,
            27..=40 => 3,
            41..=80 => 6,
            _ => 12,
        };
        let first = self.from.date();
        let mut ticks = Vec::new();
        let (mut year, mut month) = (first.year(), i16::from(first.month()) + 1);
        loop {
            if month > 12 {
                year += 1;
                month -= 12;
            }
            let Some(day) = Day::new(year, i8::try_from(month).unwrap_or(1), 1) else {
                return ticks;
            };
            if day > self.to || ticks.len() > 60 {
                return ticks;
            }
            if (month - 1) % step == 0 {
                ticks.push(day);
            }
            month += 1;
        }
    }
}

fn percent(hundredths: i32) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The head of a table of strips: months, and the day asked about.
pub fn axis(axis: Axis, lang: Lang) -> Markup {
    let mut out = String::from("<svg class=\"chart\" height=\"30\" aria-hidden=\"true\">");
    for (at, day) in axis.ticks().into_iter().enumerate() {
        let january = day.date().month() == 1;
        let text = if january {
            day.date().year().to_string()
        } else {
            lang.month(day)
        };
        let x = axis.hundredths(day);
        let class = if january || at % 2 == 0 {
            ""
        } else {
            " class=\"wide-only\""
        };
        if x < 9_600 {
            let _ = write!(
                out,
                "<text{class} x=\"{}\" y=\"26\" dx=\"3\">{}</text>",
                percent(x),
                Escaped(&text)
            );
        }
        let _ = write!(
            out,
            "<line class=\"c-grid\" x1=\"{0}\" x2=\"{0}\" y1=\"18\" y2=\"30\"/>",
            percent(x)
        );
    }
    if axis.now >= axis.from && axis.now <= axis.to {
        let x = axis.hundredths(axis.now);
        let anchor = if x > 8_000 { "strong end" } else { "strong" };
        let dx = if x > 8_000 { -4 } else { 4 };
        let _ = write!(
            out,
            "<text class=\"{anchor}\" x=\"{}\" y=\"11\" dx=\"{dx}\">{}</text><line class=\"c-now\" x1=\"{0}\" x2=\"{0}\" y1=\"2\" y2=\"30\"/>",
            percent(x),
            Escaped(&lang.day(axis.now))
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// What a stretch of a strip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It was so.
    Yes,
    /// It was not.
    No,
    /// Nobody knows.
    Unknown,
    /// Nothing asks.
    Nothing,
}

/// A stretch of days of a strip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first day.
    pub from: Day,
    /// The first day after it.
    pub end: Day,
    /// What it is.
    pub tone: Tone,
    /// What stands in it, where it is wide enough.
    pub label: String,
}

/// How heavy a strip is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// A status that is held: a thick bar.
    Thick,
    /// A question that is answered day by day: a thin line.
    Thin,
}

/// A strip of days. What lies after the day asked about is hatched: it is what follows if nothing new happens.
pub fn strip(axis: Axis, stretches: &[Stretch], weight: Weight, says: &str) -> Markup {
    let (top, height) = match weight {
        Weight::Thick => (6, 18),
        Weight::Thin => (10, 8),
    };
    let mut out = format!(
        "<svg class=\"chart\" height=\"30\" role=\"img\" aria-label=\"{}\">",
        Escaped(says)
    );
    for day in axis.ticks() {
        let _ = write!(
            out,
            "<line class=\"c-grid\" x1=\"{0}\" x2=\"{0}\" y1=\"0\" y2=\"30\"/>",
            axis.at(day)
        );
    }
    let tomorrow = axis.now.next();
    for stretch in stretches {
        let parts = [
            (stretch.from, stretch.end.min(tomorrow), false),
            (stretch.from.max(tomorrow), stretch.end, true),
        ];
        for (from, end, ahead) in parts {
            let wide = axis.wide(from, end);
            if end <= from || wide == 0 {
                continue;
            }
            let class = match (stretch.tone, ahead) {
                (Tone::Yes, false) if weight == Weight::Thin => "c-met",
                (Tone::Yes, false) => "c-fill",
                (Tone::Yes, true) => "c-hatch",
                (Tone::Unknown, _) => "c-unk",
                (Tone::No, _) if weight == Weight::Thin => "c-low",
                (Tone::No | Tone::Nothing, _) => continue,
            };
            let (y, high) = if stretch.tone == Tone::No {
                (13, 2)
            } else {
                (top, height)
            };
            let _ = write!(
                out,
                "<rect class=\"{class}\" x=\"{}\" y=\"{y}\" width=\"{}\" height=\"{high}\"/>",
                axis.at(from),
                percent(wide)
            );
            if !stretch.label.is_empty()
                && !ahead
                && i64::from(wide)
                    > 160 * i64::try_from(stretch.label.chars().count()).unwrap_or(99)
            {
                let _ = write!(
                    out,
                    "<text class=\"knocktext\" x=\"{}\" y=\"19\" dx=\"7\">{}</text>",
                    axis.at(from),
                    Escaped(&stretch.label)
                );
            }
        }
    }
    if axis.now >= axis.from && axis.now <= axis.to {
        let _ = write!(
            out,
            "<line class=\"c-now\" x1=\"{0}\" x2=\"{0}\" y1=\"0\" y2=\"30\"/>",
            axis.at(axis.now)
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// Something that is due on a day, or happens if nothing new does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day.
    pub day: Day,
    /// What.
    pub what: String,
    /// A second line.
    pub why: String,
    /// A loss is a red triangle, good news a green disc, a loss ahead of nothing held a ring.
    pub tone: Tone,
}

/// A year ahead with what is due in it.
pub fn ahead(axis: Axis, dues: &[Due], lang: Lang, title: &str, says: &str) -> Markup {
    const BASE: i32 = 124;
    let mut out = format!(
        "<svg class=\"chart\" height=\"148\" role=\"img\" aria-labelledby=\"ahead-t ahead-d\"><title id=\"ahead-t\">{}</title><desc id=\"ahead-d\">{}</desc>",
        Escaped(title),
        Escaped(says)
    );
    for (at, day) in axis.ticks().into_iter().enumerate() {
        let january = day.date().month() == 1;
        let text = if january {
            format!("{} {}", lang.month(day), day.date().year())
        } else {
            lang.month(day)
        };
        let class = if january || at % 3 == 0 {
            ""
        } else {
            " class=\"wide-only\""
        };
        let x = axis.at(day);
        let _ = write!(
            out,
            "<line class=\"c-grid\" x1=\"{x}\" x2=\"{x}\" y1=\"20\" y2=\"{BASE}\"/>"
        );
        if axis.hundredths(day) < 9_500 {
            let _ = write!(
                out,
                "<text{class} x=\"{x}\" y=\"140\" dx=\"3\">{}</text>",
                Escaped(&text)
            );
        }
    }
    let _ = write!(
        out,
        "<line class=\"c-axis\" x1=\"0\" x2=\"100%\" y1=\"{BASE}\" y2=\"{BASE}\"/><line class=\"c-axis\" x1=\"0\" x2=\"0\" y1=\"16\" y2=\"{BASE}\"/><text class=\"ink\" x=\"0\" y=\"10\">{}</text>",
        Escaped(lang.texts().today_word)
    );
    // Three heights, so that neighbors do not run into each other.
    let mut last = [-10_000_i32; 3];
    for due in dues {
        let x = axis.hundredths(due.day);
        let room =
            90 * i32::try_from(due.what.chars().count().max(due.why.chars().count())).unwrap_or(40);
        let lane = (0..3).find(|lane| x - last[*lane] > 0).unwrap_or(0);
        let (class, dx, end) = match x {
            7_000.. => ("strong end", 0, x),
            x if x < 800 => ("strong", 0, x + room),
            x => ("strong mid", 0, x + room / 2),
        };
        last[lane] = end + 300;
        let y = 30 + 30 * i32::try_from(lane).unwrap_or(0);
        let soft = class.replace("strong", "wide-only");
        let at = percent(x);
        let _ = write!(
            out,
            "<line class=\"c-axis\" x1=\"{at}\" x2=\"{at}\" y1=\"{}\" y2=\"{}\"/><text class=\"{class}\" x=\"{at}\" y=\"{y}\" dx=\"{dx}\">{}</text><text class=\"{soft}\" x=\"{at}\" y=\"{}\">{}</text>",
            y + 18,
            BASE - 8,
            Escaped(&short(&due.what)),
            y + 13,
            Escaped(&short(&due.why))
        );
        let _ = match due.tone {
            Tone::No => write!(
                out,
                "<svg x=\"{at}\" y=\"{}\" width=\"16\" height=\"16\" overflow=\"visible\"><path class=\"c-short\" d=\"M0-9 9 7H-9z\" transform=\"translate(0 8)\"/></svg>",
                BASE - 8
            ),
            Tone::Yes => write!(
                out,
                "<circle class=\"c-met\" cx=\"{at}\" cy=\"{BASE}\" r=\"7\"/>"
            ),
            Tone::Unknown | Tone::Nothing => write!(
                out,
                "<circle class=\"c-ring\" cx=\"{at}\" cy=\"{BASE}\" r=\"6\"/>"
            ),
        };
    }
    out.push_str("</svg>");
    Markup(out)
}

/// A label that does not run into the next one; the whole stands in the table.
fn short(text: &str) -> String {
    const MOST: usize = 34;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    let cut: String = text.chars().take(MOST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// The days of a step of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The first day of work.
    pub from: Day,
    /// The last day of work.
    pub worked: Day,
    /// The day on which it is done, after whoever is waited on.
    pub done: Day,
    /// Does the day of the whole plan hang on it?
    pub critical: bool,
}

/// A step of a plan: a bar of work, dark on the critical path, hatched while somebody outside is waited on; and the day by which all
/// of it is to be done.
pub fn work(axis: Axis, of: Work, by: Day, says: &str) -> Markup {
    let mut out = format!(
        "<svg role=\"img\" aria-label=\"{}\"><line class=\"c-now\" x1=\"{1}\" x2=\"{1}\" y1=\"0\" y2=\"34\"/><line class=\"c-goal\" x1=\"{2}\" x2=\"{2}\" y1=\"0\" y2=\"34\"/>",
        Escaped(says),
        axis.at(axis.now),
        axis.at(by)
    );
    let worked = of.worked.next();
    let class = if of.critical { "c-fill" } else { "c-mid" };
    // A day of a long plan would not be seen.
    let wide = |from: Day, end: Day| percent(axis.wide(from, end).max(60));
    let _ = write!(
        out,
        "<rect class=\"{class}\" x=\"{}\" width=\"{}\" y=\"11\" height=\"12\" rx=\"2\"/>",
        axis.at(of.from),
        wide(of.from, worked)
    );
    if of.done > worked {
        let _ = write!(
            out,
            "<rect class=\"c-hatch\" x=\"{}\" width=\"{}\" y=\"11\" height=\"12\" rx=\"2\"/>",
            axis.at(worked),
            wide(worked, of.done)
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// A bar of so many hundredths of a percent of the width, with the place of a goal where there is one.
pub fn bar(share: i32, goal: Option<i32>, class: &'static str) -> Markup {
    let share = share.clamp(0, 10_000);
    let mut out = format!(
        "<svg aria-hidden=\"true\"><rect class=\"c-sunk\" width=\"100%\" height=\"10\" y=\"2\"/><rect class=\"{class}\" width=\"{}\" height=\"10\" y=\"2\"/>",
        percent(share)
    );
    if let Some(goal) = goal {
        let _ = write!(
            out,
            "<line class=\"c-now\" x1=\"{0}\" x2=\"{0}\" y1=\"0\" y2=\"14\"/>",
            percent(goal.clamp(0, 10_000))
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// An axis of a radar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoke {
    /// What it measures.
    pub name: String,
    /// How far it reaches, in hundredths of a percent of the whole.
    pub share: i32,
}

/// A radar of at least three spokes, with so many rings; nothing with fewer.
#[expect(
    clippy::cast_possible_truncation,
    reason = "places on a picture of a few hundred pixels"
)]
pub fn radar(spokes: &[Spoke], rings: u32, title: &str, says: &str) -> Option<Markup> {
    if spokes.len() < 3 {
        return None;
    }
    let (cx, cy, radius) = (190.0_f64, 150.0_f64, 112.0_f64);
    let count = f64::from(u32::try_from(spokes.len()).ok()?);
    let place = |at: usize, share: f64| -> (f64, f64) {
        let turn = f64::from(u32::try_from(at).unwrap_or(0)) / count * std::f64::consts::TAU;
        (
            cx + radius * share * turn.sin(),
            cy - radius * share * turn.cos(),
        )
    };
    let point = |(x, y): (f64, f64)| format!("{x:.1},{y:.1}");
    let ring = |share: f64| -> String {
        let points: Vec<String> = (0..spokes.len())
            .map(|at| point(place(at, share)))
            .collect();
        points.join(" ")
    };
    let mut out = format!(
        "<svg class=\"chart radar\" viewBox=\"0 0 380 310\" role=\"img\" aria-labelledby=\"radar-t radar-d\"><title id=\"radar-t\">{}</title><desc id=\"radar-d\">{}</desc>",
        Escaped(title),
        Escaped(says)
    );
    for n in 1..=rings {
        let class = if n == rings { "c-axis" } else { "c-grid" };
        let share = f64::from(n) / f64::from(rings);
        let _ = write!(
            out,
            "<polygon class=\"{class}\" points=\"{}\"/>",
            ring(share)
        );
    }
    for at in 0..spokes.len() {
        let (x, y) = place(at, 1.0);
        let _ = write!(
            out,
            "<line class=\"c-grid\" x1=\"{cx}\" y1=\"{cy}\" x2=\"{x:.1}\" y2=\"{y:.1}\"/>"
        );
    }
    let share = |spoke: &Spoke| f64::from(spoke.share.clamp(0, 10_000)) / 10_000.0;
    let points: Vec<String> = spokes
        .iter()
        .enumerate()
        .map(|(at, s)| point(place(at, share(s))))
        .collect();
    let _ = write!(
        out,
        "<polygon class=\"c-radar\" points=\"{}\"/>",
        points.join(" ")
    );
    for (at, spoke) in spokes.iter().enumerate() {
        let (x, y) = place(at, share(spoke));
        let _ = write!(
            out,
            "<circle class=\"c-fill\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>"
        );
        let (x, y) = place(at, 1.08);
        let class = match (x - cx) as i32 {
            ..-20 => "ink end",
            21.. => "ink",
            _ => "ink mid",
        };
        let lines = two_lines(&spoke.name);
        let up = if y < cy - 60.0 {
            14.0 * (lines.len() as f64 - 1.0)
        } else {
            0.0
        };
        for (n, line) in lines.iter().enumerate() {
            let y = y + 4.0 - up + 14.0 * n as f64;
            let _ = write!(
                out,
                "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>",
                Escaped(line)
            );
        }
    }
    out.push_str("</svg>");
    Some(Markup(out))
}

/// A name on one line, or on two of about the same length where it is long.
fn two_lines(name: &str) -> Vec<String> {
    let length = name.chars().count();
    if length <= 13 {
        return vec![name.to_owned()];
    }
    let spaces = name.match_indices(' ').map(|(at, _)| at);
    match spaces.min_by_key(|at| (name[..*at].chars().count() * 2).abs_diff(length)) {
        Some(at) => vec![name[..at].to_owned(), name[at + 1..].to_owned()],
        None => vec![name.to_owned()],
    }
}

/// A place between the lower and the upper edge of a picture, in hundredths of a percent from below; nothing where a value is not
/// known.
pub type Height = Option<i32>;

/// The points of a line that breaks where a value is not known, over so many pixels; a lone point becomes a short stroke.
fn broken_line(points: &[Height], pixels: i32) -> String {
    let y = |height: i32| tenths(pixels * (10_000 - height.clamp(0, 10_000)) / 1_000);
    let mut path = String::new();
    for (at, height) in points.iter().enumerate() {
        let Some(height) = height else { continue };
        let before = at > 0 && points[at - 1].is_some();
        let after = points.get(at + 1).is_some_and(Option::is_some);
        let _ = match (before, after) {
            (true, _) => write!(path, "L{at} {}", y(*height)),
            (false, true) => write!(path, "M{at} {}", y(*height)),
            (false, false) if at > 0 => write!(path, "M{at} {0}h-.4", y(*height)),
            (false, false) => write!(path, "M{at} {0}h.4", y(*height)),
        };
    }
    path
}

/// A small line of a course, with the place of a target where there is one. The numbers stand on another page.
pub fn spark(points: &[Height], goal: Height) -> Markup {
    const HIGH: i32 = 22;
    let last = points.len().saturating_sub(1).max(1);
    let mut out = format!(
        "<svg class=\"spark\" aria-hidden=\"true\"><svg y=\"2\" width=\"100%\" height=\"{HIGH}\" viewBox=\"0 0 {last} {HIGH}\" preserveAspectRatio=\"none\"><path class=\"c-line\" d=\"{}\"/></svg>",
        broken_line(points, HIGH)
    );
    if let Some(goal) = goal {
        let y = 2 + HIGH * (10_000 - goal.clamp(0, 10_000)) / 10_000;
        let _ = write!(
            out,
            "<line class=\"c-goal\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>"
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// A published value on the picture of a course: the letter by which the table beside it is read, and where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The letter.
    pub key: String,
    /// Its lower end; without one it reaches down without end.
    pub from: Height,
    /// Its upper end; without one it reaches up without end.
    pub to: Height,
}

/// A target on the picture of a course, from one point up to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// The first point.
    pub from: usize,
    /// The last one.
    pub to: usize,
    /// Where it lies.
    pub height: i32,
}

/// What stands on the picture of a course.
#[derive(Clone, Debug, Default)]
pub struct Course {
    /// The day of each point.
    pub days: Vec<Day>,
    /// The line.
    pub points: Vec<Height>,
    /// Lines across, with what they stand for.
    pub ticks: Vec<(i32, String)>,
    /// The published values.
    pub published: Vec<Published>,
    /// The targets, and what they are called.
    pub aims: Vec<Aim>,
    /// What a target is called.
    pub aim: String,
    /// The last value in words.
    pub last: String,
}

/// How high pictures over months are, without what stands below them.
const HIGH: i32 = 240;

/// Where a height lies on such a picture, from above.
fn pixel(height: i32) -> i32 {
    HIGH * (10_000 - height.clamp(0, 10_000)) / 10_000
}

/// The same, to a tenth.
fn y(height: i32) -> String {
    tenths(HIGH * (10_000 - height.clamp(0, 10_000)) / 1_000)
}

/// The beginning of a picture over months.
fn begun(id: &str, title: &str, says: &str) -> String {
    format!(
        "<svg class=\"chart course\" height=\"{}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
        HIGH + 24,
        Escaped(title),
        Escaped(says)
    )
}

/// Lines across, with what they stand for.
fn across(out: &mut String, ticks: &[(i32, String)]) {
    for (height, text) in ticks {
        let _ = write!(
            out,
            "<line class=\"c-grid\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/><text x=\"0\" y=\"{1}\">{2}</text>",
            y(*height),
            tenths(pixel(*height) * 10 - 50),
            Escaped(text)
        );
    }
}

/// A course over months with targets and published values. What is published lies behind the line: a range as a band, a point
/// as a dashed line, each with its letter at the right edge.
pub fn course(of: &Course, lang: Lang, title: &str, says: &str) -> Markup {
    let count = i32::try_from(of.points.len().max(2)).unwrap_or(2);
    let last = count - 1;
    let mut out = begun("course", title, says);
    for it in &of.published {
        let (low, high) = (it.from.unwrap_or(0), it.to.unwrap_or(10_000));
        if low == high {
            let _ = write!(
                out,
                "<line class=\"c-other\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>",
                y(low)
            );
        } else {
            let top = pixel(high);
            let _ = write!(
                out,
                "<rect class=\"c-band\" x=\"0\" width=\"100%\" y=\"{top}\" height=\"{}\"/>",
                (pixel(low) - top).max(2)
            );
        }
    }
    across(&mut out, &of.ticks);
    let _ = write!(
        out,
        "<line class=\"c-axis\" x1=\"0\" x2=\"100%\" y1=\"{HIGH}\" y2=\"{HIGH}\"/>"
    );
    let at = |point: usize| {
        let point = i32::try_from(point).unwrap_or(0);
        percent(10_000 * point / last)
    };
    for (point, day) in of.days.iter().enumerate() {
        let month = day.date().month();
        let is_last = point + 1 == of.days.len();
        // A point is the end of its month; every third is named, and of those every second on a phone.
        if is_last || month % 3 != 0 || point == 0 || point + 2 >= of.days.len() {
            continue;
        }
        let text = if month == 12 {
            format!("{} {}", lang.month(*day), day.date().year())
        } else {
            lang.month(*day)
        };
        let class = if month % 6 == 0 {
            "mid"
        } else {
            "mid wide-only"
        };
        let _ = write!(
            out,
            "<line class=\"c-axis\" x1=\"{0}\" x2=\"{0}\" y1=\"{HIGH}\" y2=\"{1}\"/><text class=\"{class}\" x=\"{0}\" y=\"{2}\">{3}</text>",
            at(point),
            HIGH + 5,
            HIGH + 18,
            Escaped(&text)
        );
    }
    for aim in &of.aims {
        let _ = write!(
            out,
            "<line class=\"c-goal\" x1=\"{}\" x2=\"{}\" y1=\"{2}\" y2=\"{2}\"/>",
            at(aim.from),
            at(aim.to),
            y(aim.height)
        );
    }
    let _ = write!(
        out,
        "<svg x=\"0\" y=\"0\" width=\"100%\" height=\"{HIGH}\" viewBox=\"0 0 {last} {HIGH}\" preserveAspectRatio=\"none\" overflow=\"visible\"><path class=\"c-line\" d=\"{}\"/></svg>",
        broken_line(&of.points, HIGH)
    );
    if let Some(Some(height)) = of.points.last() {
        let up = if *height > 9_000 { 18 } else { -10 };
        let _ = write!(
            out,
            "<circle class=\"c-ring\" cx=\"100%\" cy=\"{}\" r=\"4\"/><text class=\"strong end\" x=\"100%\" y=\"{}\" dx=\"-8\">{}</text>",
            y(*height),
            pixel(*height) + up,
            Escaped(&of.last)
        );
    }
    if let Some(aim) = of.aims.last() {
        // Above its beginning, or before its end where it begins late.
        let late = aim.from * 10 > of.points.len() * 7;
        let (class, point) = if late {
            ("ink end", aim.to)
        } else {
            ("ink", aim.from)
        };
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{}\" y=\"{}\" dx=\"{}\">{}</text>",
            at(point),
            pixel(aim.height) - 5,
            if late { -70 } else { 2 },
            Escaped(&of.aim)
        );
    }
    // Letters of published values that lie close to each other stand side by side.
    let mut taken: Vec<(i32, i32)> = Vec::new();
    for it in &of.published {
        let middle = (it.from.unwrap_or(0) + it.to.unwrap_or(10_000)) / 2;
        let height = pixel(middle).clamp(8, HIGH - 4);
        let lane = (0..)
            .find(|lane| {
                !taken
                    .iter()
                    .any(|(of, other)| of == lane && (other - height).abs() < 14)
            })
            .unwrap_or(0);
        taken.push((lane, height));
        let _ = write!(
            out,
            "<text class=\"ink end\" x=\"100%\" y=\"{}\" dx=\"{}\">{}</text>",
            height + 4,
            -110 - 14 * lane,
            Escaped(&it.key)
        );
    }
    out.push_str("</svg>");
    Markup(out)
}

/// Where a test is true, between the ends of two inputs.
pub struct Map<'m> {
    /// A row for each point up, in it one for each across.
    pub rows: &'m [Vec<Option<bool>>],
    /// Where things stand now: how far across and up, in hundredths of a percent.
    pub now: (i32, i32),
    /// What it is called where the test is true.
    pub yes: &'m str,
    /// What it is called where it is not.
    pub no: &'m str,
    /// What lies across.
    pub across: String,
    /// What lies up.
    pub up: String,
}

/// A map: cells where a test is true lie on those where it is not, each side with its name, and a ring where things stand now.
pub fn map(of: &Map<'_>, id: &str, title: &str, says: &str) -> Markup {
    const CELL: usize = 20;
    const TOP: usize = 18;
    let wide = of.rows.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let high = of.rows.len().max(1);
    let whole = |n: usize| i32::try_from(n).unwrap_or(0);
    let x = |column: usize| percent(10_000 * whole(column) / whole(wide));
    let y = |row: usize| TOP + CELL * (high - 1 - row);
    let bottom = TOP + CELL * high;
    let mut out = format!(
        "<svg class=\"chart map\" height=\"{}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc><rect class=\"c-sunk\" y=\"{TOP}\" width=\"100%\" height=\"{}\"/>",
        bottom + 18,
        Escaped(title),
        Escaped(says),
        CELL * high
    );
    for (row, cells) in of.rows.iter().enumerate() {
        let mut from = 0;
        while from < cells.len() {
            let same = cells[from..].iter().take_while(|c| **c == cells[from]);
            let to = from + same.count();
            if cells[from] == Some(true) {
                let _ = write!(
                    out,
                    "<rect class=\"c-mid\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{CELL}\"/>",
                    x(from),
                    y(row),
                    x(to - from)
                );
            }
            from = to;
        }
    }
    // Each name stands on the cell of its kind that lies most in the middle of them.
    for (kind, name) in [(true, of.yes), (false, of.no)] {
        let cells = || {
            let rows = of.rows.iter().enumerate();
            rows.flat_map(|(row, cells)| cells.iter().enumerate().map(move |(c, of)| (c, row, of)))
                .filter(|(_, _, of)| **of == Some(kind))
        };
        let count = cells().count().max(1);
        let (column, row) = cells().fold((0, 0), |sum, (c, r, _)| (sum.0 + c, sum.1 + r));
        let far = |c: usize, r: usize| (c * count).abs_diff(column) + (r * count).abs_diff(row);
        if let Some((column, row, _)) = cells().min_by_key(|(c, r, _)| far(*c, *r)) {
            let class = match column {
                0 => "strong",
                _ if column + 1 == wide => "strong end",
                _ => "strong mid",
            };
            let place = match column {
                0 => percent(100),
                _ if column + 1 == wide => percent(9_900),
                _ => percent(5_000 * whole(2 * column + 1) / whole(wide)),
            };
            let _ = write!(
                out,
                "<text class=\"{class}\" x=\"{place}\" y=\"{}\">{}</text>",
                y(row) + 14,
                Escaped(name)
            );
        }
    }
    let middle = |share: i32, count: usize| {
        (5_000 + share.clamp(0, 10_000) * (whole(count) - 1)) / whole(count)
    };
    let up = whole(CELL * high) * middle(of.now.1, high) / 10_000;
    let _ = write!(
        out,
        "<circle class=\"c-ring\" cx=\"{}\" cy=\"{}\" r=\"5\"/><text class=\"ink\" x=\"0\" y=\"11\">↑ {}</text><text class=\"ink end\" x=\"100%\" y=\"{}\">{} →</text></svg>",
        percent(middle(of.now.0, wide)),
        whole(bottom) - up,
        Escaped(&of.up),
        bottom + 13,
        Escaped(&of.across)
    );
    Markup(out)
}

/// Lines over months, and a band behind them.
pub struct Curve {
    /// What each line is called, and where it lies each month; the first is the one that matters.
    pub lines: Vec<(String, Vec<Height>)>,
    /// The lower and the upper edge of a band, each month.
    pub band: Option<[Vec<Height>; 2]>,
    /// Lines across, with what they stand for.
    pub ticks: Vec<(i32, String)>,
    /// Where nothing lies.
    pub nothing: Height,
    /// Months that are named below, from 0 on, and how.
    pub below: Vec<(usize, String)>,
}

/// Names below a picture that together are longer than this do not all stand beside each other on a phone.
const BESIDE: usize = 30;

/// Lines over months with a band and a stroke at nothing.
pub fn curve(of: &Curve, id: &str, title: &str, says: &str) -> Markup {
    let months = of.lines.iter().map(|(_, l)| l.len()).max().unwrap_or(0);
    let last = i32::try_from(months.max(2) - 1).unwrap_or(1);
    let mut out = begun(id, title, says);
    across(&mut out, &of.ticks);
    if let Some(nothing) = of.nothing {
        let _ = write!(
            out,
            "<line class=\"c-axis\" x1=\"0\" x2=\"100%\" y1=\"{0}\" y2=\"{0}\"/>",
            y(nothing)
        );
    }
    let crowded = of
        .below
        .iter()
        .map(|(_, name)| name.chars().count())
        .sum::<usize>()
        > BESIDE;
    let mut below: Vec<&(usize, String)> = of.below.iter().collect();
    below.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
    for (at, (month, name)) in below.into_iter().enumerate() {
        let month = i32::try_from(*month).unwrap_or(0).min(last);
        let place = percent(10_000 * month / last);
        let side = match month {
            0 => "",
            _ if month == last => "end",
            _ => "mid",
        };
        let wide = if crowded && at % 2 == 1 {
            " wide-only"
        } else {
            ""
        };
        let _ = write!(
            out,
            "<line class=\"c-axis\" x1=\"{place}\" x2=\"{place}\" y1=\"{HIGH}\" y2=\"{}\"/><text class=\"{side}{wide}\" x=\"{place}\" y=\"{}\">{}</text>",
            HIGH + 5,
            HIGH + 18,
            Escaped(name)
        );
    }
    let _ = write!(
        out,
        "<svg x=\"0\" y=\"0\" width=\"100%\" height=\"{HIGH}\" viewBox=\"0 0 {last} {HIGH}\" preserveAspectRatio=\"none\" overflow=\"visible\">"
    );
    if let Some([low, high]) = &of.band {
        let place = |(month, height): (usize, &Height)| Some(format!("L{month} {}", y((*height)?)));
        let forth = low.iter().enumerate().filter_map(place);
        let back = high.iter().enumerate().rev().filter_map(place);
        let path: String = forth.chain(back).collect();
        let _ = write!(
            out,
            "<path class=\"c-band\" d=\"M{}Z\"/>",
            path.trim_start_matches('L')
        );
    }
    for (line, (_, points)) in of.lines.iter().enumerate() {
        let class = if line == 0 { "c-line" } else { "c-other" };
        let _ = write!(
            out,
            "<path class=\"{class}\" d=\"{}\"/>",
            broken_line(points, HIGH)
        );
    }
    out.push_str("</svg>");
    if of.lines.len() > 1 {
        // Names at the right end, none closer to another than a line of text.
        let ends = of.lines.iter();
        let ends = ends.filter_map(|(name, points)| Some((name, pixel((*points.last()?)?))));
        let mut ends: Vec<(&String, i32)> = ends.collect();
        ends.sort_by_key(|(_, y)| *y);
        let mut above = -20;
        for (name, y) in ends {
            above = (y - 6).max(above + 14);
            let _ = write!(
                out,
                "<text class=\"ink end\" x=\"100%\" y=\"{above}\">{}</text>",
                Escaped(name)
            );
        }
    }
    out.push_str("</svg>");
    Markup(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn pictures_hold_no_style_no_color_and_no_markup_of_others() {
        let axis_of = Axis {
            from: day("2023-01-01"),
            to: day("2024-12-31"),
            now: day("2024-06-28"),
        };
        let stretch = Stretch {
            from: day("2023-03-12"),
            end: day("2024-12-31"),
            tone: Tone::Yes,
            label: "<b>".to_owned(),
        };
        let due = Due {
            day: day("2024-09-01"),
            what: "<i>".to_owned(),
            why: "\"".to_owned(),
            tone: Tone::No,
        };
        let step = Work {
            from: day("2024-07-01"),
            worked: day("2024-08-01"),
            done: day("2024-09-01"),
            critical: true,
        };
        let spokes: Vec<Spoke> = ["a", "b & c", "a long name of an area"]
            .iter()
            .map(|n| Spoke {
                name: (*n).to_owned(),
                share: 5_000,
            })
            .collect();
        let pictures = [
            ladder(&[Stone::Held, Stone::Next, Stone::Later], "1 of 3 <levels>").0,
            axis(axis_of, Lang::De).0,
            strip(axis_of, &[stretch], Weight::Thick, "held").0,
            ahead(axis_of, &[due], Lang::En, "t", "<d>").0,
            bar(4_200, Some(5_000), "c-fill").0,
            work(axis_of, step, day("2024-12-01"), "<b>").0,
            radar(&spokes, 4, "t", "d").expect("three spokes").0,
            spark(&[Some(0), None, Some(10_000)], Some(5_000)).0,
            course(&course_of(), Lang::De, "<b>", "<i>").0,
        ];
        for picture in pictures {
            for never in [
                "style=", "fill=", "stroke=", "<b>", "<i>", "<levels>", "<d>", "NaN", "--",
            ] {
                assert!(!picture.contains(never), "{never} in {picture}");
            }
            assert_eq!(
                picture.matches("<svg").count(),
                picture.matches("</svg>").count(),
                "{picture}"
            );
        }
    }

    #[test]
    fn a_pile_keeps_within_its_frame_however_many_levels_there_are() {
        for count in 1..=12 {
            let stones = vec![Stone::Held; count];
            let picture = ladder(&stones, "x").0;
            assert_eq!(picture.matches("<rect").count(), count);
            assert!(!picture.contains("y=\"-"), "{picture}");
        }
    }

    #[test]
    fn what_lies_ahead_is_hatched() {
        let axis = Axis {
            from: day("2024-01-01"),
            to: day("2024-12-31"),
            now: day("2024-06-30"),
        };
        let all = Stretch {
            from: axis.from,
            end: day("2025-01-01"),
            tone: Tone::Yes,
            label: String::new(),
        };
        let picture = strip(axis, &[all], Weight::Thick, "held").0;
        assert!(
            picture.contains("class=\"c-fill\" x=\"0.00%\""),
            "{picture}"
        );
        assert!(
            picture.contains("class=\"c-hatch\" x=\"49.86%\""),
            "{picture}"
        );
    }

    fn course_of() -> Course {
        Course {
            days: ["2024-03-31", "2024-04-30", "2024-06-30", "2024-07-15"]
                .map(day)
                .to_vec(),
            points: vec![Some(0), None, Some(5_000), Some(10_000)],
            ticks: vec![(5_000, "<b>".to_owned())],
            published: ["A", "B"]
                .map(|key| Published {
                    key: key.to_owned(),
                    from: Some(4_000),
                    to: Some(6_000),
                })
                .to_vec(),
            aims: vec![Aim {
                from: 1,
                to: 3,
                height: 7_000,
            }],
            aim: "<i>".to_owned(),
            last: "<d>".to_owned(),
        }
    }

    #[test]
    fn a_line_breaks_where_nothing_is_known() {
        let path = broken_line(&[Some(0), Some(10_000), None, Some(5_000), None], 100);
        assert_eq!(path, "M0 100.0L1 0.0M3 50.0h-.4");
    }

    #[test]
    fn letters_of_the_same_height_stand_side_by_side() {
        let picture = course(&course_of(), Lang::En, "t", "d").0;
        assert!(picture.contains("dx=\"-110\">A"), "{picture}");
        assert!(picture.contains("dx=\"-124\">B"), "{picture}");
    }

    #[test]
    fn a_map_joins_cells_of_a_row_and_rings_what_stands_now() {
        let rows = vec![
            vec![Some(false), Some(true), Some(true)],
            vec![Some(false), None, Some(true)],
        ];
        let of = Map {
            rows: &rows,
            now: (10_000, 0),
            yes: "own",
            no: "bought",
            across: "a".to_owned(),
            up: "b".to_owned(),
        };
        let picture = map(&of, "m", "t", "d").0;
        assert_eq!(picture.matches("c-mid").count(), 2, "{picture}");
        // The lower row is the first, and two thirds of it are one rectangle.
        assert!(
            picture.contains("x=\"33.33%\" y=\"38\" width=\"66.66%\""),
            "{picture}"
        );
        assert!(picture.contains("cx=\"83.33%\" cy=\"48\""), "{picture}");
        assert!(picture.contains(">own</text>") && picture.contains(">bought</text>"));
    }

    #[test]
    fn a_radar_wants_three_spokes() {
        let spoke = Spoke {
            name: "a".to_owned(),
            share: 1,
        };
        assert!(radar(&[spoke.clone(), spoke], 3, "t", "d").is_none());
    }
}
