//! What somebody can mend in a form or a file, in German, by its code and by its English.
//!
//! A problem is made where it arises, in English, with what it is about inside. Here stands each English sentence with blanks in
//! place of that, and the German one with the same blanks. What is not here stays English: problems of program files, which
//! only their authors see, for whom the language of rules and its words are English too.

use super::fill;

/// The problems of accounts in German, by code alone: what is wrong, and what helps.
pub use super::catalog::PROBLEMS_DE;

/// What is wrong: the code, the English sentence, the German one.
pub const MESSAGES_DE: &[(&str, &str, &str)] = &[
    // -- Cells --
    (
        "bad-date",
        "{a} is a month, and no day of it",
        "{a} ist ein Monat, und kein Tag darin",
    ),
    ("bad-date", "{a} is no day", "{a} ist kein Tag"),
    ("bad-day", "{a} is no day", "{a} ist kein Tag"),
    (
        "ambiguous-date",
        "{a} has a year of two digits",
        "{a} hat ein Jahr mit zwei Ziffern",
    ),
    (
        "ambiguous-date",
        "{a} is {b} or {c}",
        "{a} ist {b} oder {c}",
    ),
    ("bad-number", "{a} is no number", "{a} ist keine Zahl"),
    ("bad-number", "{a} is no amount", "{a} ist kein Betrag"),
    (
        "bad-number",
        "{a} has {b}, which is no currency's sign or code",
        "{a} enthält {b}, und das ist weder Zeichen noch Code einer Währung",
    ),
    (
        "bad-number",
        "{a} names two currencies",
        "{a} nennt zwei Währungen",
    ),
    (
        "decimal-comma",
        "{a} has a comma before its decimals",
        "{a} hat ein Komma vor den Nachkommastellen",
    ),
    (
        "decimal-comma",
        "{a} has a point before its decimals, where a comma is written",
        "{a} hat einen Punkt vor den Nachkommastellen, wo ein Komma geschrieben wird",
    ),
    (
        "ambiguous-number",
        "{a} is {b} or {c}",
        "{a} ist {b} oder {c}",
    ),
    (
        "bad-percent",
        "{a} is more than the whole, or lacks its %",
        "{a} ist mehr als das Ganze, oder das % fehlt",
    ),
    (
        "bad-yes-no",
        "{a} is neither yes nor no",
        "{a} ist weder yes noch no",
    ),
    ("bad-country", "{a} is no country", "{a} ist kein Land"),
    (
        "bad-currency",
        "{a} is no currency",
        "{a} ist keine Währung",
    ),
    (
        "bad-answer",
        "{a} is no answer to this question: it applies to everybody",
        "{a} ist keine Antwort auf diese Frage: Sie gilt für alle",
    ),
    (
        "bad-answer",
        "{a} is no answer to this question",
        "{a} ist keine Antwort auf diese Frage",
    ),
    (
        "currency-differs",
        "{a} is not in {b}, which the question asks for",
        "{a} ist nicht in {b}, wonach die Frage fragt",
    ),
    (
        "currency-differs",
        "the amount is in {a}, its currency says {b}",
        "der Betrag ist in {a}, seine Währung sagt {b}",
    ),
    (
        "missing-currency",
        "{a} has no currency",
        "{a} hat keine Währung",
    ),
    (
        "missing-currency",
        "the amount has no currency",
        "der Betrag hat keine Währung",
    ),
    (
        "missing-currency",
        "{a} is the sign of several currencies, and nothing says which is meant",
        "{a} ist das Zeichen mehrerer Währungen, und nichts sagt, welche gemeint ist",
    ),
    (
        "missing-key",
        "{a} is empty, and tells one row from another",
        "{a} ist leer und unterscheidet doch eine Zeile von der anderen",
    ),
    (
        "missing-key",
        "{a} is empty, and says whose the row is",
        "{a} ist leer und sagt doch, wessen die Zeile ist",
    ),
    (
        "out-of-range",
        "{a} is not between {b} and {c}",
        "{a} liegt nicht zwischen {b} und {c}",
    ),
    (
        "unknown-word",
        "{a} is no word of this column",
        "{a} ist kein Wort dieser Spalte",
    ),
    (
        "unknown-program",
        "{a} is no program that is loaded",
        "{a} ist kein geladenes Programm",
    ),
    (
        "unknown-program",
        "there is no program {a}",
        "es gibt kein Programm {a}",
    ),
    (
        "unknown-level",
        "{a} is no level of {b}",
        "{a} ist keine Stufe von {b}",
    ),
    (
        "unknown-question",
        "{a} asks no question {b}",
        "{a} stellt keine Frage {b}",
    ),
    // -- Columns, rows and files --
    (
        "column-twice",
        "the column {a} stands twice, so nobody knows which is meant",
        "die Spalte {a} steht zweimal da, und niemand weiß, welche gemeint ist",
    ),
    (
        "column-unused",
        "the column {a} is ignored: {b} already stands for {c}",
        "die Spalte {a} wird übergangen: {b} steht schon für {c}",
    ),
    (
        "unknown-column",
        "the column {a} is ignored",
        "die Spalte {a} wird übergangen",
    ),
    (
        "unknown-column",
        "the columns {a} are ignored",
        "die Spalten {a} werden übergangen",
    ),
    (
        "unknown-column",
        "{a} is said to be {b}, which is no column of any kind",
        "{a} soll {b} sein, und das ist keine Spalte irgendeiner Art",
    ),
    (
        "unknown-column",
        "{a} has no column {b}",
        "{a} hat keine Spalte {b}",
    ),
    (
        "missing-column",
        "{a} needs the column {b}, so no row can be read",
        "{a} braucht die Spalte {b}, darum ist keine Zeile zu lesen",
    ),
    (
        "missing-column",
        "the row names no partner",
        "die Zeile nennt keinen Partner",
    ),
    (
        "no-opening-day",
        "no column says {a}, so no row of {b} counts yet",
        "keine Spalte sagt {a}, darum zählt noch keine Zeile von {b}",
    ),
    (
        "unknown-kind",
        "{a} is no kind of evidence",
        "{a} ist keine Art von Nachweisen",
    ),
    (
        "partner-assumed",
        "no table names a partner, so all rows are of one, called {a}",
        "keine Tabelle nennt einen Partner, darum gehören alle Zeilen zu einem mit dem Namen {a}",
    ),
    (
        "unknown-partner",
        "rows are of partners that {a} does not list: {b}",
        "Zeilen gehören zu Partnern, die {a} nicht aufführt: {b}",
    ),
    (
        "unknown-partner",
        "nobody knows whose the row is",
        "niemand weiß, wessen die Zeile ist",
    ),
    (
        "other-partner",
        "rows are of other partners than {a}, and are left aside: {b}",
        "Zeilen gehören zu anderen Partnern als {a} und bleiben beiseite: {b}",
    ),
    (
        "joins-partners",
        "records say who belongs together with whom, and that is not for a partner to say",
        "Sätze sagen, wer mit wem zusammengehört, und das zu sagen ist nicht Sache eines Partners",
    ),
    (
        "bad-id",
        "{a} cannot be the id of a {b}",
        "{a} kann keine Kennung sein ({b})",
    ),
    (
        "record-exists",
        "there is a record of {a} with the same {b} already",
        "in {a} gibt es schon einen Satz mit gleichem {b}",
    ),
    (
        "not-whole",
        "{a} was not handed in whole",
        "{a} wurde nicht ganz übertragen",
    ),
    (
        "nothing-to-do",
        "no file was handed in",
        "keine Datei wurde übertragen",
    ),
    (
        "nothing-to-do",
        "nothing was chosen",
        "nichts wurde gewählt",
    ),
    (
        "nothing-to-do",
        "no edit was handed in",
        "keine Änderung wurde übergeben",
    ),
    (
        "unreadable-file",
        "the files could not be read to their end",
        "die Dateien ließen sich nicht bis zum Ende lesen",
    ),
    (
        "too-many-imports",
        "{a} imports wait for somebody already",
        "{a} Importe warten schon auf jemanden",
    ),
    (
        "changed-since",
        "the {a} {b} of the import was changed since, by change {c}",
        "{b} in {a} aus diesem Import wurde seither geändert, durch die Änderung {c}",
    ),
    (
        "no-catalog",
        "{a} has no column of names that catalogs know",
        "{a} hat keine Spalte mit Namen, die Kataloge kennen",
    ),
    (
        "unknown-entry",
        "no catalog has an entry {a} of {b}",
        "kein Katalog hat einen Eintrag {a} für {b}",
    ),
    (
        "known-name",
        "{a} needs no settling",
        "{a} braucht keine Klärung",
    ),
    // -- Forms --
    (
        "bad-text",
        "{a} has more than {b} characters, or characters that cannot be shown",
        "{a} hat mehr als {b} Zeichen oder Zeichen, die sich nicht zeigen lassen",
    ),
    ("empty-text", "{a} says nothing", "{a} sagt nichts"),
    ("empty-text", "{a} is empty", "{a} ist leer"),
    (
        "empty-text",
        "nothing says why it is no customer",
        "nichts sagt, warum es kein Kunde ist",
    ),
    (
        "cannot-work-here",
        "whoever is to take the work over has no role that works here",
        "wer die Arbeit übernehmen soll, hat keine Rolle, mit der man hier arbeitet",
    ),
    (
        "cannot-work-here",
        "{a} has no role that works here",
        "{a} hat keine Rolle, mit der man hier arbeitet",
    ),
    (
        "view-exists",
        "another view of this page has that name",
        "eine andere Ansicht dieser Seite heißt so",
    ),
    (
        "bad-time-zone",
        "{a} is no time zone",
        "{a} ist keine Zeitzone",
    ),
    (
        "unknown-language",
        "there are no pages in the language {a}",
        "es gibt keine Seiten in der Sprache {a}",
    ),
    (
        "bad-address",
        "{a} is no address of a page",
        "{a} ist keine Adresse einer Seite",
    ),
    (
        "too-many-holidays",
        "there are more than 1,000 holidays, or one has a name of more than 200 characters",
        "es sind mehr als 1.000 Feiertage, oder einer hat einen Namen mit mehr als 200 Zeichen",
    ),
    (
        "out-of-range",
        "a review cannot take {a} business days",
        "eine Prüfung kann nicht {a} Arbeitstage dauern",
    ),
    (
        "out-of-range",
        "no score was chosen",
        "keine Note wurde gewählt",
    ),
    (
        "out-of-range",
        "{a} is further ahead than anybody plans",
        "{a} ist weiter voraus, als jemand plant",
    ),
    (
        "out-of-range",
        "a plan cannot be for {a} levels at once",
        "ein Plan kann nicht für {a} Stufen zugleich sein",
    ),
    (
        "other-form",
        "{a} does not count responses by this form",
        "{a} zählt Antworten auf diesem Weg nicht",
    ),
    (
        "does-not-want",
        "{a} does not want to be asked",
        "{a} möchte nicht gefragt werden",
    ),
    (
        "not-again",
        "{a} is not reminded now",
        "{a} wird jetzt nicht erinnert",
    ),
    (
        "not-open",
        "only a request that waits for its answer can be taken back",
        "nur eine Anfrage, die auf Antwort wartet, lässt sich zurücknehmen",
    ),
    (
        "not-confirmed",
        "the customer has not confirmed the address, or it is decided",
        "der Kunde hat die Adresse nicht bestätigt, oder es ist entschieden",
    ),
    (
        "already-asked",
        "{a} of {b} is asked already",
        "{a} von {b} ist schon gefragt",
    ),
    (
        "bad-url",
        "the address is longer than is taken",
        "die Adresse ist länger, als angenommen wird",
    ),
    (
        "bad-url",
        "{a} is no address of the web",
        "{a} ist keine Adresse im Web",
    ),
    (
        "bad-url",
        "{a} does not begin with https://",
        "{a} beginnt nicht mit https://",
    ),
    (
        "bad-url",
        "{a} holds a name or password",
        "{a} enthält einen Namen oder ein Passwort",
    ),
    ("bad-url", "{a} names no host", "{a} nennt keinen Rechner"),
    (
        "too-many-hooks",
        "there are {a} hooks already",
        "es gibt schon {a} Webhooks",
    ),
    (
        "no-reason",
        "nothing says why it is refused",
        "nichts sagt, warum es abgelehnt wird",
    ),
    (
        "no-reason",
        "nothing says why it is not signed",
        "nichts sagt, warum es nicht unterzeichnet wird",
    ),
    (
        "too-large",
        "the file has more than {a} MiB",
        "die Datei hat mehr als {a} MiB",
    ),
    (
        "unknown-file",
        "the file is nothing that can be attached",
        "diese Datei lässt sich nicht anhängen",
    ),
    (
        "no-room",
        "the files of this partner have 2 GiB together, and this one has no room",
        "die Dateien dieses Partners haben zusammen 2 GiB, und diese hat keinen Platz",
    ),
    (
        "holders-by-mail",
        "holders of certificates can be told by mail only",
        "Inhabern von Zertifikaten lässt es sich nur per Mail sagen",
    ),
    (
        "digest-by-mail",
        "the week is sent by mail only",
        "die Woche kommt nur per Mail",
    ),
    (
        "too-many-records",
        "{a} records are too many at once",
        "{a} Sätze sind zu viele auf einmal",
    ),
    (
        "key-column",
        "{a} tells one record of {b} from another",
        "{a} unterscheidet einen Satz in {b} vom anderen",
    ),
    (
        "plan-withdrawn",
        "plan {a} was withdrawn already",
        "Plan {a} wurde schon zurückgezogen",
    ),
    (
        "plan-withdrawn",
        "plan {a} was withdrawn",
        "Plan {a} wurde zurückgezogen",
    ),
    (
        "unknown-step",
        "plan {a} has no step {b}",
        "Plan {a} hat keinen Schritt {b}",
    ),
    (
        "step-accepted",
        "step {a} of plan {b} was accepted already",
        "Schritt {a} von Plan {b} wurde schon angenommen",
    ),
    (
        "step-accepted",
        "all steps of plan {a} were accepted already",
        "alle Schritte von Plan {a} wurden schon angenommen",
    ),
    (
        "nothing-to-propose",
        "there is nothing to do that could be proposed",
        "es gibt nichts zu tun, das sich vorschlagen ließe",
    ),
    (
        "no-goal",
        "plan {a} is of a template, which has no goal to plan again",
        "Plan {a} ist aus einer Vorlage, die kein Ziel hat, das neu zu planen wäre",
    ),
    // -- Plans and forecasts --
    (
        "days-backwards",
        "{a} is not after {b}",
        "{a} liegt nicht nach {b}",
    ),
    (
        "which-level",
        "no level is held that could be kept",
        "keine Stufe wird gehalten, die zu halten wäre",
    ),
    (
        "which-level",
        "there is no level above",
        "darüber gibt es keine Stufe",
    ),
    (
        "no-actions",
        "nothing says what can be done for {a}, and what that costs",
        "nichts sagt, was sich für {a} tun lässt und was das kostet",
    ),
    (
        "mixed-currency",
        "the plan costs {a}, and the model counts in {b}",
        "der Plan kostet {a}, und das Modell rechnet in {b}",
    ),
    (
        "mixed-currency",
        "the actions cost {a}, which cannot be added",
        "die Handlungen kosten {a}, und das lässt sich nicht addieren",
    ),
    (
        "unknown-row",
        "{a} has no row and no area {b}",
        "{a} hat keine Zeile und keinen Bereich {b}",
    ),
    (
        "no-levels",
        "{a} has no levels, so nothing of it falls",
        "{a} hat keine Stufen, darum fällt dort nichts",
    ),
    (
        "no-edition-in-force",
        "no edition of {a} is in force on {b}",
        "keine Ausgabe von {a} gilt am {b}",
    ),
];

/// What helps: the English sentence, and the German one.
pub const HELPS_DE: &[(&str, &str)] = &[
    (
        "choose where at least one of them belongs",
        "Wählen Sie für mindestens eines, wohin es gehört",
    ),
    (
        "write the day as 2022-06-30",
        "Schreiben Sie den Tag als 2022-06-30",
    ),
    ("write it as 2026-06-30", "Schreiben Sie ihn als 2026-06-30"),
    (
        "write the day as 2022-06-30; for a reading of a month, its first or last day",
        "Schreiben Sie den Tag als 2022-06-30; für einen Monatswert dessen ersten oder letzten Tag",
    ),
    (
        "write the day as 2022-06-30, or say in the header which comes first: {a}",
        "Schreiben Sie den Tag als 2022-06-30, oder sagen Sie in der Kopfzeile, was zuerst kommt: {a}",
    ),
    (
        "the header says month first: write {a}, or {b}",
        "Die Kopfzeile sagt, der Monat kommt zuerst: Schreiben Sie {a} oder {b}",
    ),
    (
        "the day comes first here: write {a}, or {b}",
        "Der Tag kommt hier zuerst: Schreiben Sie {a} oder {b}",
    ),
    (
        "write digits, with a point before the decimals: 1500.25",
        "Schreiben Sie Ziffern, mit einem Punkt vor den Nachkommastellen: 1500.25",
    ),
    (
        "write a point before the decimals: 1500.25",
        "Schreiben Sie einen Punkt vor die Nachkommastellen: 1500.25",
    ),
    (
        "write a comma before the decimals, as the rest of the file does",
        "Schreiben Sie ein Komma vor die Nachkommastellen, wie der Rest der Datei",
    ),
    (
        "write {a}% for {b} hundredths, and {c} for a half",
        "Schreiben Sie {a}% für {b} Hundertstel, und {c} für die Hälfte",
    ),
    (
        "write `yes` or `no`, or leave the cell empty where it is not known",
        "Schreiben Sie `yes` oder `no`, oder lassen Sie die Zelle leer, wo es nicht bekannt ist",
    ),
    (
        "write the amount alone, and the code of its currency in its own column",
        "Schreiben Sie den Betrag allein und den Code seiner Währung in ihre eigene Spalte",
    ),
    (
        "write its two letters, such as US or DE",
        "Schreiben Sie die zwei Buchstaben, etwa US oder DE",
    ),
    (
        "write its three letters, such as USD or EUR",
        "Schreiben Sie die drei Buchstaben, etwa USD oder EUR",
    ),
    (
        "a currency is written with three capitals, as in USD or EUR",
        "Eine Währung schreibt sich mit drei Großbuchstaben, etwa USD oder EUR",
    ),
    (
        "write its code into the column {a}, such as USD",
        "Schreiben Sie den Code in die Spalte {a}, etwa USD",
    ),
    (
        "write the code beside the amount: 1500 USD",
        "Schreiben Sie den Code neben den Betrag: 1500 USD",
    ),
    (
        "write the amount and its currency alike",
        "Schreiben Sie Betrag und Währung übereinstimmend",
    ),
    (
        "answer with an amount in {a}",
        "Antworten Sie mit einem Betrag in {a}",
    ),
    (
        "answer with {a}, or leave the cell empty",
        "Antworten Sie mit {a}, oder lassen Sie die Zelle leer",
    ),
    ("answer with {a}", "Antworten Sie mit {a}"),
    (
        "write a value, or delete the row",
        "Schreiben Sie einen Wert, oder löschen Sie die Zeile",
    ),
    (
        "write the partner's id, or delete the row",
        "Schreiben Sie die Kennung des Partners, oder löschen Sie die Zeile",
    ),
    (
        "write the id of a partner",
        "Schreiben Sie die Kennung eines Partners",
    ),
    (
        "write the number on the scale of the column",
        "Schreiben Sie die Zahl auf der Skala der Spalte",
    ),
    (
        "write it with fewer decimals",
        "Schreiben Sie weniger Nachkommastellen",
    ),
    (
        "add its file with `--programs`, or leave its rows out",
        "Laden Sie seine Datei mit `--programs`, oder lassen Sie seine Zeilen weg",
    ),
    (
        "keep the one that holds {a}, and rename or delete the other",
        "Behalten Sie die mit {a}, und benennen oder löschen Sie die andere",
    ),
    ("did you mean {a}?", "Meinten Sie {a}?"),
    (
        "an id has 1 to 120 characters, no space at its ends and no control character",
        "Eine Kennung hat 1 bis 120 Zeichen, kein Leerzeichen an den Enden und kein Steuerzeichen",
    ),
    (
        "correct that one, or tell this one apart",
        "Berichtigen Sie jenen, oder unterscheiden Sie diesen davon",
    ),
    ("hand in at least one", "Übergeben Sie mindestens eines"),
    (
        "hand it in again, or begin a new import",
        "Übertragen Sie sie noch einmal, oder beginnen Sie einen neuen Import",
    ),
    (
        "hand them in one by one to find which one it is, and tell whoever runs this server",
        "Übertragen Sie sie einzeln, um die eine zu finden, und sagen Sie es dem Betreiber dieses Servers",
    ),
    (
        "confirm or discard one of them",
        "Bestätigen oder verwerfen Sie einen davon",
    ),
    (
        "an administrator imports several partners at once; for one, hand in only its rows",
        "Mehrere Partner zugleich importiert die Administration; für einen übergeben Sie nur dessen Zeilen",
    ),
    (
        "leave out the table `groups` and the column `parent`, or ask an administrator to import them",
        "Lassen Sie die Tabelle `groups` und die Spalte `parent` weg, oder lassen Sie die Administration importieren",
    ),
    (
        "undo the import and keep what was changed since, or leave it as it is",
        "Nehmen Sie den Import zurück und behalten Sie, was seither geändert wurde, oder lassen Sie ihn, wie er ist",
    ),
    (
        "name a kind such as `credentials`",
        "Nennen Sie eine Art, etwa `credentials`",
    ),
    (
        "only a name that no catalog knows is settled",
        "Geklärt wird nur ein Name, den kein Katalog kennt",
    ),
    (
        "add a table `partners` with a column `partner` to give it its own id",
        "Mit einer Tabelle `partners` und einer Spalte `partner` bekommt er seine eigene Kennung",
    ),
    (
        "add them to {a}, or write their ids as they stand there",
        "Nehmen Sie sie in {a} auf, oder schreiben Sie ihre Kennungen, wie sie dort stehen",
    ),
    (
        "write less, in plain text",
        "Schreiben Sie weniger, als einfachen Text",
    ),
    ("write something", "Schreiben Sie etwas"),
    ("write a sentence", "Schreiben Sie einen Satz"),
    (
        "write a sentence or two",
        "Schreiben Sie ein oder zwei Sätze",
    ),
    (
        "say who is asked, and of which customer",
        "Sagen Sie, wer gefragt wird, und von welchem Kunden",
    ),
    (
        "give them a role first, or choose somebody else",
        "Geben Sie ihnen vorher eine Rolle, oder wählen Sie jemand anderen",
    ),
    (
        "choose somebody who works for this partner, or give them a role first",
        "Wählen Sie jemanden, der für diesen Partner arbeitet, oder geben Sie vorher eine Rolle",
    ),
    (
        "choose another name, or forget the other one",
        "Wählen Sie einen anderen Namen, oder vergessen Sie die andere",
    ),
    ("there are {a}", "Es gibt {a}"),
    ("it begins with https://", "Sie beginnt mit https://"),
    (
        "the calendar of a few years is enough",
        "Der Kalender einiger Jahre genügt",
    ),
    ("it is between 1 and 60", "Es liegt zwischen 1 und 60"),
    ("choose one from 1 to 5", "Wählen Sie eine von 1 bis 5"),
    ("name a day up to {a}", "Nennen Sie einen Tag bis {a}"),
    (
        "plan for at most {a} together",
        "Planen Sie für höchstens {a} zusammen",
    ),
    (
        "write it like name@company.example",
        "Schreiben Sie sie wie name@firma.example",
    ),
    ("leave them out", "Lassen Sie sie weg"),
    (
        "a reminder goes out once, a week after the request at the earliest, and only until it is answered",
        "Eine Erinnerung geht einmal hinaus, frühestens eine Woche nach der Anfrage und nur, bis geantwortet ist",
    ),
    (
        "leave it, or decide about it",
        "Lassen Sie sie, oder entscheiden Sie darüber",
    ),
    (
        "wait for the customer to follow the link in the mail",
        "Warten Sie, bis der Kunde dem Link in der Mail folgt",
    ),
    (
        "wait for the answer, or take that request back",
        "Warten Sie auf die Antwort, oder nehmen Sie jene Anfrage zurück",
    ),
    (
        "write it as in https://example.com/hooks/cairn",
        "Schreiben Sie sie wie https://example.com/hooks/cairn",
    ),
    (
        "delete one that nobody needs",
        "Löschen Sie einen, den niemand braucht",
    ),
    (
        "attach a smaller one, or a link to where it is",
        "Hängen Sie eine kleinere an, oder einen Link dorthin",
    ),
    (
        "a PDF, a picture (PNG, JPEG), a document, sheet or slides of an office suite, or plain text",
        "Ein PDF, ein Bild (PNG, JPEG), eine Office-Datei oder einfacher Text",
    ),
    (
        "remove files that nobody needs any more",
        "Entfernen Sie Dateien, die niemand mehr braucht",
    ),
    ("choose mail, or nothing", "Wählen Sie Mail oder nichts"),
    ("choose at most {a}", "Wählen Sie höchstens {a}"),
    ("choose at least one", "Wählen Sie mindestens einen"),
    ("say something else", "Sagen Sie etwas anderes"),
    (
        "correct such a column record by record",
        "Berichtigen Sie eine solche Spalte Satz für Satz",
    ),
    ("propose it anew", "Schlagen Sie ihn neu vor"),
    (
        "nothing is left to do about it",
        "Daran ist nichts mehr zu tun",
    ),
    (
        "its steps are numbered from 1 to {a}",
        "Seine Schritte sind von 1 bis {a} nummeriert",
    ),
    (
        "leave it out: a step becomes one task",
        "Lassen Sie ihn weg: Ein Schritt wird eine Aufgabe",
    ),
    (
        "plan again to see what is left to do",
        "Planen Sie neu, um zu sehen, was noch zu tun ist",
    ),
    ("plan again", "Planen Sie neu"),
    (
        "begin the template again on another day",
        "Beginnen Sie die Vorlage an einem anderen Tag neu",
    ),
    (
        "`--by` names a day after the one on which is planned",
        "Nennen Sie einen Tag nach dem, an dem geplant wird",
    ),
    (
        "`--to` names a day after the one from which is looked ahead",
        "Nennen Sie einen Tag nach dem, von dem aus vorausgesehen wird",
    ),
    ("name one with `--level`", "Wählen Sie eine Stufe"),
    (
        "write a file of actions into `vocabulary/actions/` of your own folder, and name the folder with `--programs`",
        "Schreiben Sie eine Datei mit Handlungen in `vocabulary/actions/` Ihres eigenen Ordners, und nennen Sie den Ordner mit `--programs`",
    ),
    (
        "write a table `chance` into a file of `vocabulary/actions/` of your own folder",
        "Schreiben Sie eine Tabelle `chance` in eine Datei von `vocabulary/actions/` Ihres eigenen Ordners",
    ),
    (
        "write all files of actions in one currency",
        "Schreiben Sie alle Dateien mit Handlungen in einer Währung",
    ),
    (
        "`cairn scorecard` shows its questions and values",
        "Die Scorecard zeigt Fragen und Werte",
    ),
    (
        "it has {a}; ask for one with `--edition`, or for another day with `--as-of`",
        "Es hat {a}; fragen Sie nach einer mit `--edition`, oder nach einem anderen Tag mit `--as-of`",
    ),
];

/// A problem in German: what is wrong, and what helps; `None` where either is not in this file.
pub fn german(code: &str, message: &str, help: &str) -> Option<(String, String)> {
    if let Some((_, message, help)) = PROBLEMS_DE.iter().find(|(known, ..)| *known == code) {
        return Some(((*message).to_owned(), (*help).to_owned()));
    }
    let of_code = MESSAGES_DE.iter().filter(|(known, ..)| *known == code);
    let said = of_code
        .filter_map(|(_, english, german)| filled(english, german, message))
        .next()?;
    if help.is_empty() {
        return Some((said, String::new()));
    }
    let helped = HELPS_DE
        .iter()
        .find_map(|(english, german)| filled(english, german, help))?;
    Some((said, helped))
}

/// The German sentence with what stands in the blanks of the English one; what is listed there is listed in German.
fn filled(english: &str, german: &str, text: &str) -> Option<String> {
    let listed = |text: &str| {
        text.replace("` and `", "` und `")
            .replace("` or `", "` oder `")
    };
    let found = blanks(english, text)?.into_iter();
    let found: Vec<(&str, String)> = found.map(|(name, of)| (name, listed(of))).collect();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(name, of)| (*name, of.as_str()))
        .collect();
    Some(fill(german, &found))
}

/// What stands in the blanks of a pattern that a text was made of; `None` where it was not.
fn blanks<'t>(pattern: &'t str, text: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let mut parts = pattern.split('{');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = vec![];
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let (name, literal) = part.split_once('}')?;
        let end = match (literal, parts.peek()) {
            ("", None) => rest.len(),
            // The last words of a text stand at its end.
            (literal, None) => rest.strip_suffix(literal)?.len(),
            (literal, Some(_)) => rest.find(literal)?,
        };
        if end == 0 {
            return None;
        }
        found.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_said_in_german_with_what_it_is_about() {
        let said = german(
            "bad-date",
            "`31.31.2023` is no day",
            "write the day as 2022-06-30",
        );
        let (message, help) = said.expect("German");
        assert_eq!(message, "`31.31.2023` ist kein Tag");
        assert_eq!(help, "Schreiben Sie den Tag als 2022-06-30");
        let (message, _) =
            german("out-of-range", "`9` is not between 1 and 5", "").expect("German");
        assert_eq!(message, "`9` liegt nicht zwischen 1 und 5");
        let (message, _) = german("own-roles", "whatever it says", "").expect("German");
        assert!(message.starts_with("Niemand"));
        assert_eq!(
            german("bad-date", "something new", ""),
            None,
            "what is not known stays"
        );
        assert_eq!(
            german("bad-date", "`x` is no day", "some new help"),
            None,
            "as a whole"
        );
    }

    #[test]
    fn blanks_are_found_where_the_pattern_has_them() {
        assert_eq!(
            blanks("{a} is {b} or {c}", "`1` is 2 or 3"),
            Some(vec![("a", "`1`"), ("b", "2"), ("c", "3")])
        );
        assert_eq!(
            blanks("plan {a} was withdrawn", "plan 7 was withdrawn already"),
            None
        );
        assert_eq!(blanks("no blank", "no blank"), Some(vec![]));
        assert_eq!(blanks("no blank", "no blank at all"), None);
    }

    /// The sources of whatever makes problems, with what splits a literal over lines taken out.
    fn sources() -> String {
        fn walk(folder: &std::path::Path, text: &mut String) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, text);
                } else if path.extension().is_some_and(|e| e == "rs")
                    && !path.ends_with("texts/problems.rs")
                {
                    *text += &std::fs::read_to_string(&path).expect("a source");
                }
            }
        }
        let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut text = String::new();
        for of in ["domain/src", "exchange/src", "app/src", "cairn/src"] {
            walk(&crates.join(of), &mut text);
        }
        text
    }

    #[test]
    fn every_english_sentence_is_one_that_a_source_says_and_has_its_blanks_in_german() {
        let sources = sources();
        let english = MESSAGES_DE.iter().map(|(_, en, de)| (*en, *de));
        for (en, de) in english.chain(HELPS_DE.iter().copied()) {
            let names = |text: &str| -> std::collections::BTreeSet<String> {
                let parts = text.split('{').skip(1);
                parts
                    .filter_map(|p| Some(p.split_once('}')?.0.to_owned()))
                    .collect()
            };
            assert_eq!(names(en), names(de), "{en}");
            // The longest piece between blanks stands in a source; quotes around a blank belong to what fills it.
            let pieces = en
                .split('{')
                .map(|p| p.split_once('}').map_or(p, |(_, p)| p));
            let longest = pieces.max_by_key(|p| p.len()).unwrap_or_default();
            let plain = longest.trim().trim_matches('`').trim();
            // Its first word may be a blank of the source: `is` or `are`.
            let said = |text: &str| sources.contains(text);
            let but_first = plain.split_once(' ').map_or(plain, |(_, rest)| rest);
            assert!(said(plain) || said(but_first), "no source says `{plain}`");
        }
    }
}
