//! Countries by their two-letter codes and the names that people write.

use crate::vocabulary::plain;

/// ISO 3166-1 alpha-2, then the usual English names and three-letter codes, divided by `|`.
const COUNTRIES: &str = "\
AD Andorra
AE United Arab Emirates|UAE
AF Afghanistan
AG Antigua and Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AQ Antarctica
AR Argentina|ARG
AS American Samoa
AT Austria|AUT
AU Australia|AUS
AW Aruba
AX Åland Islands
AZ Azerbaijan
BA Bosnia and Herzegovina
BB Barbados
BD Bangladesh
BE Belgium|BEL
BF Burkina Faso
BG Bulgaria|BGR
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthélemy
BM Bermuda
BN Brunei Darussalam|Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius and Saba
BR Brazil|BRA
BS Bahamas|The Bahamas
BT Bhutan
BV Bouvet Island
BW Botswana
BY Belarus
BZ Belize
CA Canada|CAN
CC Cocos (Keeling) Islands
CD Democratic Republic of the Congo
CF Central African Republic
CG Congo
CH Switzerland|CHE
CI Côte d'Ivoire|Ivory Coast
CK Cook Islands
CL Chile|CHL
CM Cameroon
CN China|CHN
CO Colombia|COL
CR Costa Rica
CU Cuba
CV Cabo Verde|Cape Verde
CW Curaçao
CX Christmas Island
CY Cyprus|CYP
CZ Czechia|Czech Republic|CZE
DE Germany|DEU
DJ Djibouti
DK Denmark|DNK
DM Dominica
DO Dominican Republic
DZ Algeria
EC Ecuador
EE Estonia|EST
EG Egypt|EGY
EH Western Sahara
ER Eritrea
ES Spain|ESP
ET Ethiopia
FI Finland|FIN
FJ Fiji
FK Falkland Islands
FM Micronesia
FO Faroe Islands
FR France|FRA
GA Gabon
GB United Kingdom|UK|Great Britain|GBR
GD Grenada
GE Georgia
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece|GRC
GS South Georgia and the South Sandwich Islands
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong|HKG
HM Heard Island and McDonald Islands
HN Honduras
HR Croatia|HRV
HT Haiti
HU Hungary|HUN
ID Indonesia|IDN
IE Ireland|IRL
IL Israel|ISR
IM Isle of Man
IN India|IND
IO British Indian Ocean Territory
IQ Iraq
IR Iran
IS Iceland|ISL
IT Italy|ITA
JE Jersey
JM Jamaica
JO Jordan
JP Japan|JPN
KE Kenya
KG Kyrgyzstan
KH Cambodia
KI Kiribati
KM Comoros
KN Saint Kitts and Nevis
KP North Korea
KR South Korea|Korea|Republic of Korea|KOR
KW Kuwait
KY Cayman Islands
KZ Kazakhstan
LA Laos
LB Lebanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania|LTU
LU Luxembourg|LUX
LV Latvia|LVA
LY Libya
MA Morocco
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin
MG Madagascar
MH Marshall Islands
MK North Macedonia
ML Mali
MM Myanmar
MN Mongolia
MO Macao|Macau
MP Northern Mariana Islands
MQ Martinique
MR Mauritania
MS Montserrat
MT Malta|MLT
MU Mauritius
MV Maldives
MW Malawi
MX Mexico|MEX
MY Malaysia|MYS
MZ Mozambique
NA Namibia
NC New Caledonia
NE Niger
NF Norfolk Island
NG Nigeria
NI Nicaragua
NL Netherlands|The Netherlands|Holland|NLD
NO Norway|NOR
NP Nepal
NR Nauru
NU Niue
NZ New Zealand|NZL
OM Oman
PA Panama
PE Peru|PER
PF French Polynesia
PG Papua New Guinea
PH Philippines|PHL
PK Pakistan
PL Poland|POL
PM Saint Pierre and Miquelon
PN Pitcairn
PR Puerto Rico
PS Palestine
PT Portugal|PRT
PW Palau
PY Paraguay
QA Qatar
RE Réunion
RO Romania|ROU
RS Serbia|SRB
RU Russia|Russian Federation|RUS
RW Rwanda
SA Saudi Arabia|SAU
SB Solomon Islands
SC Seychelles
SD Sudan
SE Sweden|SWE
SG Singapore|SGP
SH Saint Helena, Ascension and Tristan da Cunha
SI Slovenia|SVN
SJ Svalbard and Jan Mayen
SK Slovakia|SVK
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
ST Sao Tome and Principe
SV El Salvador
SX Sint Maarten
SY Syria
SZ Eswatini
TC Turks and Caicos Islands
TD Chad
TF French Southern Territories
TG Togo
TH Thailand|THA
TJ Tajikistan
TK Tokelau
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Türkiye|Turkey|TUR
TT Trinidad and Tobago
TV Tuvalu
TW Taiwan|TWN
TZ Tanzania
UA Ukraine|UKR
UG Uganda
UM United States Minor Outlying Islands
US United States|USA|United States of America
UY Uruguay
UZ Uzbekistan
VA Vatican City|Holy See
VC Saint Vincent and the Grenadines
VE Venezuela
VG British Virgin Islands
VI U.S. Virgin Islands
VN Vietnam|Viet Nam|VNM
VU Vanuatu
WF Wallis and Futuna
WS Samoa
XK Kosovo
YE Yemen
YT Mayotte
ZA South Africa|ZAF
ZM Zambia
ZW Zimbabwe";

fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.lines().filter_map(|line| line.split_once(' '))
}

/// The two-letter code of a country that is written as its code or by one of its usual names.
pub(super) fn country(text: &str) -> Option<&'static str> {
    if text.len() == 2
        && let Some((code, _)) = all().find(|(code, _)| code.eq_ignore_ascii_case(text))
    {
        return Some(code);
    }
    let wanted = plain(text);
    all()
        .find(|(_, names)| names.split('|').any(|n| plain(n) == wanted))
        .map(|(code, _)| code)
}

/// Every usual name, for the nearest one in a help.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().flat_map(|(_, names)| names.split('|').filter(|n| n.len() > 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_its_code_or_a_usual_name() {
        for (text, code) in [
            ("us", Some("US")),
            ("United States", Some("US")),
            ("UK", Some("GB")),
            ("deutschland", None),
            ("germany", Some("DE")),
            ("XX", None),
        ] {
            assert_eq!(country(text), code, "{text}");
        }
        assert_eq!(all().count(), 250, "ISO 3166-1 and Kosovo");
    }
}
