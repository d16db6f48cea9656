//! What is asked, and when: the parameters that mean the same at every address, and on the command line.

use app::domain::calendar::Day;
use app::domain::instant::Instant;
use app::domain::library::Assumptions;
use app::domain::number::Exact;
use app::office::{Known, Office};
use app::question::Question;
use utoipa::IntoParams;

use super::call::{Pairs, Parameters};
use crate::args::{assumption, day, setting};
use crate::serve::problem::Problem;

/// What is asked, and when.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asking {
    /// The day asked about, as in `2024-06-28`; today where it is left out.
    #[param(value_type = Option<String>, format = Date, example = "2024-06-28")]
    pub as_of: Option<Day>,
    /// Only what was known then: on a day, or at a moment (RFC 3339). Everything that is known now where it is left out.
    #[param(value_type = Option<String>, example = "2024-06-28", pattern = r"^\d{4}-\d{2}-\d{2}([Tt ].+)?$")]
    pub known_at: Option<KnownAt>,
    /// Sets a parameter of the program, as `name=value`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    pub set: Vec<(String, Exact)>,
    /// Assumes what is not published, as `program.key=value`; may be there several times.
    #[param(value_type = Option<Vec<String>>, style = Form, explode)]
    pub assume: Vec<(String, String)>,
    /// Judges on this track.
    pub track: Option<String>,
}

/// What was known: by the end of a day, or at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownAt {
    /// What had been learned by the end of a day.
    Day(Day),
    /// What the store held at a moment.
    Moment(Instant),
}

impl KnownAt {
    /// Reads a day, or a moment as RFC 3339 writes it.
    pub fn parse(text: &str) -> Result<KnownAt, String> {
        match Instant::parse(text) {
            Some(moment) => Ok(KnownAt::Moment(moment)),
            None => day(text).map(KnownAt::Day).map_err(|_| {
                "it is a day as in 2024-06-28, or a moment as in 2024-06-28T12:00:00Z".to_owned()
            }),
        }
    }

    /// The same for the product.
    pub async fn known(of: Option<KnownAt>, office: &Office) -> Result<Known, Problem> {
        Ok(match of {
            None => Known::default(),
            Some(KnownAt::Day(day)) => Known {
                by: Some(day),
                after_change: None,
            },
            Some(KnownAt::Moment(moment)) => Known {
                by: None,
                after_change: Some(office.change_at(moment).await?),
            },
        })
    }
}

impl Parameters for Asking {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let mut asking = Asking {
            as_of: pairs.read("as_of", day)?,
            known_at: pairs.read("known_at", KnownAt::parse)?,
            track: pairs.one("track")?,
            ..Asking::default()
        };
        for text in pairs.all("set") {
            asking
                .set
                .push(setting(&text).map_err(|why| super::call::bad_parameter("set", &why))?);
        }
        for text in pairs.all("assume") {
            asking
                .assume
                .push(assumption(&text).map_err(|why| super::call::bad_parameter("assume", &why))?);
        }
        Ok(asking)
    }
}

impl Asking {
    /// The question, of a program and edition where they are named.
    pub fn question(
        &self,
        office: &Office,
        program: Option<&str>,
        edition: Option<&str>,
    ) -> Question {
        Question {
            as_of: self.as_of.unwrap_or_else(|| office.clock.today()),
            known_at: None,
            program: program.map(str::to_owned),
            edition: edition.map(str::to_owned),
            partner: None,
            assumptions: Assumptions {
                set: self.set.iter().cloned().collect(),
                assume: self.assume.iter().cloned().collect(),
                track: self.track.clone(),
            },
        }
    }

    /// What was known.
    pub async fn known(&self, office: &Office) -> Result<Known, Problem> {
        KnownAt::known(self.known_at, office).await
    }
}

/// Which edition judges.
#[derive(Clone, Debug, Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ByEdition {
    /// The edition; the one that the partner elected, else the one in force, where it is left out.
    pub edition: Option<String>,
}

impl Parameters for ByEdition {
    fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        Ok(ByEdition {
            edition: pairs.one("edition")?,
        })
    }
}
