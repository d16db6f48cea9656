//! The texts, English and German side by side, so that who changes one sees the other.

macro_rules! catalog {
    ($($key:ident: $en:literal, $de:literal;)*) => {
        /// Every text of the pages in one language.
        #[derive(Debug)]
        pub struct Texts {
            $(#[doc = $en] pub $key: &'static str,)*
        }

        /// English, the first language.
        pub const EN: Texts = Texts { $($key: $en,)* };

        /// German.
        pub const DE: Texts = Texts { $($key: $de,)* };

        /// Each key with its text in both languages.
        pub const ALL: &[(&str, &str, &str)] = &[$((stringify!($key), $en, $de),)*];
    };
}

catalog! {
    // -- The frame --
    skip: "Skip to content", "Zum Inhalt";
    menu: "Menu", "Menü";
    close: "Close", "Schließen";
    main_navigation: "Main", "Hauptmenü";
    you_are_here: "You are here", "Sie sind hier";
    views: "Views", "Ansichten";
    rail_stand: "Where you stand", "Wo Sie stehen";
    rail_evidence: "Evidence", "Nachweise";
    rail_rules: "Rules and questions", "Regeln und Fragen";
    rail_help: "Help", "Hilfe";
    rail_manage: "Manage", "Verwalten";
    members: "Members", "Mitglieder";
    accounts: "Accounts", "Konten";
    home: "Home", "Übersicht";
    scorecard: "Scorecard", "Scorecard";
    timeline: "Timeline", "Zeitverlauf";
    compare: "Compare days", "Tage vergleichen";
    people: "People", "Personen";
    opportunities: "Opportunities", "Verkaufschancen";
    all_evidence: "All evidence", "Alle Nachweise";
    import: "Import", "Import";
    assessments: "Assessments", "Bewertungen";
    programs: "Programs", "Programme";
    glossary: "Glossary", "Glossar";
    about: "About", "Über Cairn";
    the_rules: "The rules", "Die Regeln";
    theme: "Theme", "Darstellung";
    theme_system: "System", "System";
    theme_light: "Light", "Hell";
    theme_dark: "Dark", "Dunkel";
    language: "Language", "Sprache";
    account: "Account", "Konto";
    sign_out: "Sign out", "Abmelden";
    search: "Search", "Suchen";
    search_what: "Words to look for", "Gesuchte Wörter";
    search_for: "Looks through programs, rows, questions, records and the glossary.", "Durchsucht Programme, Zeilen, Fragen, Datensätze und das Glossar.";
    found_for: "{hits} for “{q}”", "{hits} für „{q}“";
    n_hits: "{n} hit|{n} hits", "{n} Treffer|{n} Treffer";
    as_of: "As of {day}", "Stand {day}";
    as_known_on_short: "as known on {day}", "nach Kenntnis vom {day}";
    standing_on: "Standing on", "Stand am";
    as_known_on: "As known on", "Nach Kenntnis vom";
    as_known_help: "Pick an earlier day to see what was known then; leave it empty for all that is known.", "Ein früherer Tag zeigt, was damals bekannt war; leer gilt alles Bekannte.";
    show: "Show", "Zeigen";
    today: "Today", "Heute";
    today_word: "today", "heute";
    back_to_today: "Back to today", "Zurück zu heute";
    partner: "Partner", "Partner";
    program: "Program", "Programm";
    go: "Go", "Los";
    keys: "Keys", "Tasten";
    key_search: "search", "suchen";
    key_rows: "next and previous row", "nächste und vorige Zeile";
    key_open: "open it", "öffnen";

    // -- What lies ahead --
    rail_next: "What next", "Was als Nächstes";
    ahead: "Ahead", "Ausblick";
    plan: "Plan", "Plan";
    all_that_falls: "Every day that counts", "Jeder Tag, der zählt";
    ahead_note: "A forecast, not a fact: what happens if nothing new happens.", "Eine Vorschau, keine Tatsache: was geschieht, wenn nichts Neues geschieht.";
    look_until: "Look until", "Sehen bis";
    as_calendar: "Calendar", "Kalender";
    what_falls: "What falls", "Was fällt";
    what_keeps: "What keeps it", "Was es hält";
    nothing_falls_until: "Nothing that counts falls until then.", "Nichts, was zählt, fällt bis dahin.";
    nothing_held: "No level is held or met", "Keine Stufe wird gehalten oder erfüllt";
    nothing_held_help: "Where nothing is held nothing falls. The plan says what leads to the first level.", "Wo nichts gehalten wird, fällt nichts. Der Plan sagt, was zur ersten Stufe führt.";
    n_fall: "{n} requirement falls|{n} requirements fall", "{n} Anforderung fällt|{n} Anforderungen fallen";
    met_no_longer: "What is needed to {column} is met no longer", "Nicht mehr erfüllt: {column}";
    met_again: "met again from {day} on by records at hand", "ab {day} durch vorliegende Sätze wieder erfüllt";
    months: "Months", "Monate";
    months_note: "A filled day is a loss, an outlined one a review.", "Ein gefüllter Tag ist ein Verlust, ein umrandeter eine Prüfung.";
    odds: "How likely", "Wie wahrscheinlich";
    odds_on: "On the day", "Am Tag";
    odds_news: "{open} may come true by {day}, {n} of them on average.", "{open} können bis {day} wahr werden, im Mittel {n}.";
    n_open_records: "{n} open record|{n} open records", "{n} offener Satz|{n} offene Sätze";
    odds_row: "{row}, {missing} missing: {chance}", "{row}, es fehlen {missing}: {chance}";
    odds_unmoved: "Short on that day, and not moved by what is open:", "An diesem Tag zu wenig, und von Offenem nicht bewegt:";
    odds_note: "Hatched rows are enough. Counted exactly, over every combination; where amounts are too many to keep apart the answer is a range.", "Schraffierte Zeilen reichen. Genau gezählt, über alle Kombinationen; wo es zu viele Beträge sind, ist die Antwort eine Spanne.";
    odds_assume_1: "Nothing comes true before its target day; what is late or has none, by the day.", "Nichts wird vor seinem Zieltag wahr; was verspätet ist oder keinen hat, bis zum Tag.";
    odds_assume_2: "Each comes true by itself.", "Jedes wird für sich wahr.";
    odds_assume_3: "Records that are found after today are left out.", "Was erst später gefunden wird, bleibt außen vor.";
    at_least_more: "At least so many more", "Mindestens so viele mehr";
    chance: "Chance", "Wahrscheinlichkeit";
    in_hundred: "In 100", "Von 100";
    word: "Stage", "Phase";
    open_records: "Open", "Offen";
    chance_set: "set here", "hier gesetzt";
    chance_own: "your own: {n} of {m} closed", "Ihre eigene: {n} von {m} abgeschlossenen";
    chance_file: "assumed; {n} of {m} closed are too few", "angenommen; {n} von {m} abgeschlossenen sind zu wenige";
    ask_with_these: "Ask with these", "Damit fragen";
    as_before: "As before", "Wie zuvor";
    assumed_heading: "Assumed", "Angenommen";
    leavers: "Who matters", "Auf wen es ankommt";
    leavers_note: "A forecast, not a fact: what would change if each person left today.", "Eine Vorschau, keine Tatsache: was sich ändert, wenn jemand heute geht.";
    leavers_order: "The one on whom most hangs first", "Zuerst, an wem am meisten hängt";
    counts_in: "Counts in", "Zählt in";
    falls_at_once: "What falls at once", "Was sofort fällt";
    falls_later: "What falls later", "Was später fällt";
    fails_review: "Fails the next review", "Besteht die nächste Prüfung nicht";
    no_level_falls: "No level falls", "Keine Stufe fällt";
    none_to_spare: "none to spare", "keine in Reserve";
    nobody_counts: "Nobody counts for anything here", "Niemand zählt hier für etwas";
    nobody_counts_help: "Bring the people and what they hold, then this page says whose leaving would cost what.", "Mit den Personen und dem, was sie halten, sagt diese Seite, wessen Weggang was kostet.";
    vendor_numbers: "The vendor’s numbers", "Die Zahlen des Herstellers";
    vendor_ask: "Say what the vendor’s own scorecard shows, and each difference is explained by records.", "Was zeigt die Scorecard des Herstellers? Jeder Unterschied wird mit Sätzen erklärt.";
    the_vendor_says: "The vendor says", "Der Hersteller sagt";
    we_count: "Counted here", "Hier gezählt";
    compare_numbers: "Compare", "Vergleichen";
    nothing_is_kept: "Nothing of this is kept", "Nichts davon wird behalten";
    or_paste: "Or paste them", "Oder einfügen";
    paste_help: "A row and its number on each line, as they stand in the vendor’s portal", "Eine Zeile und ihre Zahl je Zeile, wie sie im Portal des Herstellers stehen";
    numbers_agree: "agree", "gleich";
    numbers_explained: "explained", "erklärt";
    numbers_open: "open here", "hier offen";
    numbers_unexplained: "not explained", "nicht erklärt";
    may_count_names: "The number is open here, and the vendor’s lies inside. These may count: {names}", "Die Zahl ist hier offen, und die des Herstellers liegt darin. Diese können zählen: {names}";
    ask_the_vendor: "No records here make up the difference. Ask the vendor which ones it counts.", "Keine Sätze hier ergeben den Unterschied. Fragen Sie den Hersteller, welche er zählt.";
    plans: "Plans", "Pläne";
    plan_steps: "Steps", "Schritte";
    proposed: "Proposed", "Vorgeschlagen";
    proposed_by: "Proposed {day} by {name}", "Vorgeschlagen am {day} von {name}";
    propose: "Propose this plan", "Diesen Plan vorschlagen";
    propose_note: "A proposal is kept as it is. Its steps become tasks once somebody accepts them.", "Ein Vorschlag bleibt, wie er ist. Seine Schritte werden zu Aufgaben, sobald jemand sie annimmt.";
    no_plans: "No plan was proposed yet", "Noch kein Plan vorgeschlagen";
    no_plans_help: "Look for the cheapest way to a level, and propose what was found.", "Suchen Sie den günstigsten Weg zu einer Stufe und schlagen Sie ihn vor.";
    withdrawn_on: "withdrawn {day}", "zurückgezogen {day}";
    steps_accepted: "{n} of {m} steps accepted", "{n} von {m} Schritten angenommen";
    plan_is_withdrawn: "This plan was withdrawn.", "Dieser Plan wurde zurückgezogen.";
    not_accepted: "not accepted", "nicht angenommen";
    due_on: "due {day}", "fällig {day}";
    late_since: "late since {day}", "verspätet seit {day}";
    done_on: "done {day}", "erledigt {day}";
    accept: "Accept", "Annehmen";
    accept_ticked: "Accept the ticked steps", "Markierte annehmen";
    accept_all: "Accept all", "Alle annehmen";
    accept_note: "Each accepted step becomes a task with its day and the evidence that closes it.", "Jeder angenommene Schritt wird eine Aufgabe mit Termin und dem Nachweis, der sie schließt.";
    owner_before: "whoever had it before", "wer es vorher hatte";
    had_before: "{name} had it before", "{name} hatte es vorher";
    no_step_ticked: "No step is ticked.", "Kein Schritt ist markiert.";
    tick_a_step: "Tick the steps that are to become tasks, or accept all.", "Markieren Sie die Schritte, die Aufgaben werden sollen, oder nehmen Sie alle an.";
    templates: "Plan templates", "Planvorlagen";
    templates_lead: "Plans that are written down, item by item. Begun on a day, they have a schedule, and their items become tasks.", "Pläne, die Punkt für Punkt aufgeschrieben sind. An einem Tag begonnen, haben sie Termine, und ihre Punkte werden Aufgaben.";
    templates_none: "No plan template is installed", "Keine Planvorlage ist installiert";
    templates_none_help: "A template is a file in the folder of the vocabulary; the guide on program files shows one.", "Eine Vorlage ist eine Datei im Ordner des Vokabulars; der Leitfaden zu Programmdateien zeigt eine.";
    template_items: "Items", "Punkte";
    template_length: "Takes", "Dauert";
    template_begun: "Begun", "Begonnen";
    template_begun_never: "not yet", "noch nicht";
    template_begun_all: "What was begun of it", "Was davon begonnen ist";
    template_news: "{items} in {tracks}. Begun on {from}, all of it is done on {to}: {days} along the critical path, and {row} one track after the other.", "{items} in {tracks}. Begonnen am {from}, ist alles am {to} fertig: {days} auf dem kritischen Pfad, {row} Spur nach Spur.";
    template_track: "Track", "Spur";
    template_latest: "At the latest", "Spätestens";
    template_note: "Dark: critical path. Dotted: the day on which all of it is done. A track that is not on the critical path may take until its last day.", "Dunkel: kritischer Pfad. Gepunktet: der Tag, an dem alles fertig ist. Eine Spur abseits des kritischen Pfads hat Zeit bis zu ihrem letzten Tag.";
    template_what: "What is to be done", "Was zu tun ist";
    template_parts: "Of which", "Darunter";
    template_source: "Source", "Quelle";
    template_day: "Begins on", "Beginnt am";
    template_begin: "Begin it", "Beginnen";
    template_begin_note: "Every item becomes a task with its day and its owner. Those that name evidence close themselves when it arrives.", "Jeder Punkt wird eine Aufgabe mit Termin und Zuständigen. Punkte, die einen Nachweis nennen, schließen sich, sobald er eintrifft.";
    template_begin_all: "Begin: all items become tasks", "Beginnen: alle Punkte werden Aufgaben";
    template_propose: "Only propose it", "Nur vorschlagen";
    template_who_does: "Who does “{track}”, led by the {who}", "Wer übernimmt „{track}“ (Leitung: {who})";
    template_who_does_it: "Who does “{track}”", "Wer übernimmt „{track}“";
    template_no_such_owner: "Nobody of that name works here.", "Niemand dieses Namens arbeitet hier.";
    template_choose_owner: "Choose one of those who are offered, or nobody yet.", "Wählen Sie jemanden aus der Liste oder noch niemanden.";
    template_no_day: "The day on which it begins is no day.", "Der Tag, an dem es beginnt, ist kein Tag.";
    template_write_day: "Write it as 2026-06-30, or leave it empty for today.", "Schreiben Sie ihn als 2026-06-30, oder lassen Sie ihn leer für heute.";
    template_after: "after {names}", "nach {names}";
    template_assumed: "assumed", "angenommen";
    n_items: "{n} item|{n} items", "{n} Punkt|{n} Punkte";
    n_tracks: "{n} track|{n} tracks", "{n} Spur|{n} Spuren";
    n_days: "{n} day|{n} days", "{n} Tag|{n} Tage";
    feeds: "Calendar links", "Kalender-Links";
    feeds_lead: "A calendar program that has such a link shows what falls, the reviews and the open tasks of accepted plans, always as they stand, until the link is ended.", "Ein Kalenderprogramm mit einem solchen Link zeigt, was fällt, die Reviews und die offenen Aufgaben angenommener Pläne, immer auf dem Stand, bis der Link beendet wird.";
    feed_for: "For whom, or for which device", "Für wen oder für welches Gerät";
    feed_make: "Make a calendar link", "Kalender-Link erstellen";
    feed_made: "Copy it now: it is shown this once.", "Jetzt kopieren: Er wird nur dieses Mal gezeigt.";
    feed_made_note: "Whoever has it reads this calendar without signing in. End it if it went to somebody else.", "Wer ihn hat, liest diesen Kalender ohne Anmeldung. Beenden Sie ihn, wenn er an andere geraten ist.";
    feeds_none: "No link was made yet.", "Noch kein Link erstellt.";
    feed_asked: "Asked", "Abgerufen";
    feed_last: "last {day}", "zuletzt {day}";
    feed_never: "never yet", "noch nie";
    feed_made_on: "Made", "Erstellt";
    feed_end: "End it", "Beenden";
    feed_end_note: "Calendar programs that have it show nothing new from then on. It cannot be made to work again.", "Kalenderprogramme, die ihn haben, zeigen von da an nichts Neues. Er lässt sich nicht wieder in Kraft setzen.";
    feed_end_sure: "End this link", "Diesen Link beenden";
    feed_how: "How to subscribe", "So abonnieren Sie ihn";
    feed_how_web: "In a calendar on the web: add a calendar by its address, mostly called “from URL” or “subscribe from web”, and paste the link.", "In einem Kalender im Web: einen Kalender über seine Adresse hinzufügen, meist „per URL“ oder „aus dem Internet abonnieren“, und den Link einfügen.";
    feed_how_desk: "On a computer: “new calendar subscription” or “new calendar on the network”, and paste the link.", "Am Rechner: „Neues Kalenderabonnement“ oder „Neuer Kalender im Netzwerk“, und den Link einfügen.";
    feed_how_phone: "On a phone: add a subscribed calendar in the settings of the calendar accounts, or subscribe on the web with the same account.", "Auf dem Telefon: in den Einstellungen der Kalender-Accounts einen abonnierten Kalender hinzufügen, oder im Web mit demselben Konto abonnieren.";
    feed_how_often: "Calendar programs look again by themselves, some every hour, some once a day. Import the file instead, and nothing is updated.", "Kalenderprogramme sehen von selbst wieder nach, manche stündlich, manche täglich. Wer stattdessen die Datei importiert, bekommt nichts Neues.";
    feed_local: "This server is reached at {url}, from this computer only. Calendar programs elsewhere, on the web or on a phone, reach it once it has an address that they can reach, set with --public-url.", "Dieser Server ist unter {url} erreichbar, nur von diesem Rechner. Kalenderprogramme anderswo, im Web oder auf dem Telefon, erreichen ihn erst unter einer Adresse, die sie erreichen; sie wird mit --public-url gesetzt.";
    erase_account: "Erase this account", "Dieses Konto löschen";
    erase_lead: "For somebody who asks for it, or who has left for good. It cannot be undone; to keep somebody out for a while, disable the account instead.", "Für jemanden, der es verlangt oder endgültig gegangen ist. Es lässt sich nicht rückgängig machen; um jemanden nur eine Weile fernzuhalten, sperren Sie das Konto.";
    erase_goes: "What goes", "Was geht";
    erase_stays: "What stays", "Was bleibt";
    erase_goes_who: "The address and the name", "Adresse und Name";
    erase_goes_door: "Whatever it signs in with: password, second factor, link to a provider, {sessions} and {tokens}", "Womit es sich anmeldet: Passwort, zweiter Faktor, Verbindung zu einem Anbieter, {sessions} und {tokens}";
    erase_goes_roles: "Every role: {roles}", "Jede Rolle: {roles}";
    erase_goes_rest: "{links}, {mails}, {notices} and {views}", "{links}, {mails}, {notices} und {views}";
    erase_stays_id: "Its id {id}, and {changes} under that id in the audit log: the log stays true, and says of nobody who it was", "Seine Kennung {id} und {changes} darunter im Protokoll: Das Protokoll bleibt wahr und sagt von niemandem, wer es war";
    erase_stays_tasks: "{tasks} that it owns. Give them to somebody else, or hand its roles over before.", "{tasks} in seiner Zuständigkeit. Geben Sie sie jemand anderem, oder übergeben Sie vorher seine Rollen.";
    erase_stays_evidence: "A person of the evidence of the same name: persons are erased by themselves", "Eine gleichnamige Person in den Nachweisen: Personen werden für sich gelöscht";
    erase_stays_backups: "Backups that were made before", "Sicherungen von vorher";
    erase_sure: "I know that this cannot be undone", "Mir ist klar, dass sich das nicht rückgängig machen lässt";
    erase_sure_first: "Nothing was erased: say first that you know that it cannot be undone.", "Nichts wurde gelöscht: Bestätigen Sie zuerst, dass es sich nicht rückgängig machen lässt.";
    erase_last: "This is the last administrator who may sign in. Make somebody else one before.", "Das ist die letzte Administration, die sich anmelden darf. Ernennen Sie vorher jemand anderen.";
    erase_done: "This account is erased. It says of nobody any more who it is.", "Dieses Konto ist gelöscht. Es sagt von niemandem mehr, wer es ist.";
    erase_all_accounts: "All accounts", "Alle Konten";
    n_sessions: "{n} session|{n} sessions", "{n} Sitzung|{n} Sitzungen";
    n_tokens: "{n} token|{n} tokens", "{n} Token|{n} Token";
    n_links: "{n} link|{n} links", "{n} Link|{n} Links";
    n_mails: "{n} mail|{n} mails", "{n} Mail|{n} Mails";
    n_notices: "{n} notice|{n} notices", "{n} Hinweis|{n} Hinweise";
    n_views: "{n} saved view|{n} saved views", "{n} gespeicherte Ansicht|{n} gespeicherte Ansichten";
    n_open_tasks: "{n} open task|{n} open tasks", "{n} offene Aufgabe|{n} offene Aufgaben";
    plan_again: "Plan again", "Neu planen";
    planned_again: "Planned again today", "Heute neu geplant";
    steps_new: "New", "Neu";
    steps_idle: "No longer needed", "Nicht mehr nötig";
    plan_withdraw: "Withdraw this plan", "Diesen Plan zurückziehen";
    plan_withdraw_note: "Its open tasks are dropped. What is done stays, and so does the plan itself, for the record.", "Seine offenen Aufgaben entfallen. Was erledigt ist, bleibt, und der Plan selbst bleibt dokumentiert.";
    plan_ask: "Which level, by which day? The cheapest set of actions that the rules would count is found and proven.", "Welche Stufe, bis wann? Gesucht und bewiesen wird, was am wenigsten kostet und nach den Regeln zählt.";
    plan_note: "A proposal, not a fact: costs and hours are estimates.", "Ein Vorschlag, keine Tatsache: Kosten und Stunden sind Schätzungen.";
    plan_target: "Target", "Ziel";
    plan_by: "By", "Bis";
    plan_budget: "Budget", "Budget";
    plan_budget_help: "With a budget the earliest day within it is looked for.", "Mit einem Budget wird der früheste Tag gesucht, der dafür reicht.";
    counts_from: "Counts from", "Zählt ab";
    plan_only: "What of it", "Was davon";
    whole_level: "The whole level", "Die ganze Stufe";
    plan_find: "Find the cheapest way", "Günstigsten Weg suchen";
    in_the_way: "What is in the way", "Was im Weg steht";
    what_to_do: "What to do", "Was zu tun ist";
    who_or_what: "Who, or with what", "Wer, oder womit";
    hours: "Hours", "Stunden";
    cost: "Cost", "Kosten";
    cost_is: "Cost is", "Kosten sind";
    own_numbers: "own", "eigene";
    cited_numbers: "cited", "belegt";
    total: "Total", "Summe";
    what_it_moves: "What it moves", "Was es bewegt";
    why_not_another: "Why not another way", "Warum nicht anders";
    schedule: "When", "Wann";
    schedule_note: "Dark: critical path. Hatched: until it counts. Dotted: the target.", "Dunkel: kritischer Pfad. Schraffiert: bis es zählt. Gepunktet: das Ziel.";
    done_by: "Done by", "Fertig am";
    critical: "critical", "kritisch";
    critical_path: "critical path", "kritischer Pfad";
    waiting_on: "Waiting on", "Warten auf";

    // -- What forecasts say of themselves --
    fc_keep: "keep {level}", "{level} halten";
    fc_reach: "reach {level}", "{level} erreichen";
    fc_edition: "edition {edition} comes into force and asks more", "Ausgabe {edition} tritt in Kraft und verlangt mehr";
    fc_moves: "what is asked moves with the day", "was verlangt ist, ändert sich mit dem Tag";
    fc_no_longer: "no longer counted: {records}", "nicht mehr gezählt: {records}";
    fc_renewing: "renewing in time, by {day}, keeps it", "rechtzeitig bis {day} erneuert, bleibt es erfüllt";
    fc_more_keeps: "{more} counted by {day} keeps it", "{more}, gezählt bis {day}, dann bleibt es erfüllt";
    fc_one: "one", "eines";
    fc_short: ". Short then: {list}", ". Dann fehlt es an: {list}";
    fc_review: "review", "Prüfung";
    fc_says: "{who} says: {level}", "{who} sagt: {level}";
    fc_renewed: "{review}: {level} would be renewed", "{review}: {level} würde verlängert";
    fc_review_open: "{review}: open whether {level} is renewed, for something is unknown", "{review}: offen, ob {level} verlängert wird, denn etwas ist unbekannt";
    fc_not_renewed: "{review}: {level} would not be renewed", "{review}: {level} würde nicht verlängert";
    fc_not_kept: "what keeping {level} asks would no longer be met", "was zum Halten von {level} nötig ist, wäre nicht mehr erfüllt";
    fc_falls_to: "falls to {level}", "fällt auf {level}";
    fc_rises_to: "rises to {level}", "steigt auf {level}";
    fc_news_review: "If nothing new happens {level} would not be renewed at the review of {day}, {distance}.", "Wenn nichts Neues geschieht, würde {level} bei der Prüfung am {day}, {distance}, nicht verlängert.";
    fc_news_fall: "If nothing new happens the first thing to fall is {fall} on {day}, {distance}.", "Wenn nichts Neues geschieht, fällt zuerst {fall}, am {day}, {distance}.";
    fc_news_held: "You hold {level}, and nothing that counts falls until {day}.", "Sie halten {level}, und bis zum {day} fällt nichts, was zählt.";
    fc_news_none: "Nothing that counts falls until {day}.", "Bis zum {day} fällt nichts, was zählt.";
    fc_to: "To {columns}: {fall}", "{columns}: {fall}";
    fc_and_to: ", to ", ", ";
    fc_all_no_longer: "All that is needed to {column} is met no longer.", "Nicht mehr alles erfüllt: {column}.";
    fc_made: "A forecast of {day}, if nothing new happens.", "Eine Vorschau vom {day}, wenn nichts Neues geschieht.";
    fc_calendar: "What falls ahead, {name}", "Was bevorsteht, {name}";
    fc_feed: "What lies ahead, {name}", "Was vor uns liegt, {name}";
    fc_due: "Due: {title}", "Fällig: {title}";
    fc_was_due: "It was due on {day} and is late.", "Fällig war es am {day}, es ist verspätet.";
    od_in_100: "{chance} in 100", "{chance} von 100";
    od_between: "between {a} and {b}", "zwischen {a} und {b}";
    od_under: "under {n}", "unter {n}";
    od_over: "over {n}", "über {n}";
    od_met: "met by what is there already", "schon durch Vorhandenes erfüllt";
    od_headline: "To {column} on {day}: {chance}", "{column}, am {day}: {chance}";
    lv_not_renewed: "{level} would not be renewed at the review of {day}", "{level} würde bei der Prüfung am {day} nicht verlängert";
    lv_falls: "{row} falls on {day} ({column})", "{row} fällt am {day} ({column})";
    lv_nobody: "Nobody counts for anything that is asked here.", "Niemand zählt für etwas, das hier verlangt ist.";
    lv_none: "No level hangs on one person alone.", "Keine Stufe hängt an einer Person allein.";
    lv_one: "If {name} left, what is needed to {what} would be met no longer.", "Ginge {name}, wäre nicht mehr erfüllt: {what}.";
    lv_pass_review: "pass the next review", "die nächste Prüfung bestehen";
    lv_each: "A level hangs on each of {n} people: {names}.", "An jeder von {n} Personen hängt eine Stufe: {names}.";

    // -- What plans say of themselves --
    pl_in: " in {rows}", " in {rows}";
    pl_no_day: "No day was found by which {goal} can be met for {budget}.", "Es fand sich kein Tag, bis zu dem {goal} für {budget} erfüllt werden kann.";
    pl_nothing_enter: "Nothing has to be done to reach {goal} by {day}: it is met on that day.", "Um {goal} bis {day} zu erreichen, ist nichts zu tun: An diesem Tag ist es erfüllt.";
    pl_nothing_keep: "Nothing has to be done to keep {goal} by {day}: it is met on that day.", "Um {goal} bis {day} zu halten, ist nichts zu tun: An diesem Tag ist es erfüllt.";
    pl_proof: "No set of actions that the rules would count costs less.", "Nichts, was nach den Regeln zählt, kostet weniger.";
    pl_bound: "No plan costs less than {amount}.", "Kein Plan kostet weniger als {amount}.";
    pl_spare: "{days} to spare.", "{days} Spielraum.";
    pl_costs_enter: "To reach {goal} by {day} costs {cost}.", "{goal} bis {day} zu erreichen, kostet {cost}.";
    pl_costs_keep: "To keep {goal} by {day} costs {cost}.", "{goal} bis {day} zu halten, kostet {cost}.";
    pl_cannot: "{goal} cannot be met by {day} with the actions at hand.", "{goal} ist bis {day} mit dem, was getan werden kann, nicht zu erfüllen.";
    pl_cannot_all: "{goal} cannot be met by {day} with the actions at hand alone. What can be done of it costs {cost}.", "{goal} ist bis {day} nicht allein mit dem zu erfüllen, was getan werden kann. Was davon geht, kostet {cost}.";
    pl_of_program: "of {program}", "von {program}";
    pl_status: "{who} has to say that you hold {level}", "{who} muss sagen, dass Sie {level} halten";
    pl_no_direction: "{row}: more evidence does not promise to raise it, so it is taken as it is", "{row}: Mehr Nachweise heben es nicht sicher, darum wird es genommen, wie es ist";
    pl_seats: "{row}: it rests on seats of a roster, and plans do not choose who sits where", "{row}: Es beruht auf Plätzen einer Besetzung, und Pläne wählen nicht, wer wo sitzt";
    pl_no_sum: "{row}: it is not made of sums, caps, steps and gates alone, so it is taken as it is", "{row}: Es besteht nicht nur aus Summen, Obergrenzen, Schritten und Schwellen, darum wird es genommen, wie es ist";
    pl_began: "{row}: it has to be met from {day} on, which is too soon; choose a later day", "{row}: Es muss ab {day} erfüllt sein, das ist zu früh; wählen Sie einen späteren Tag";
    pl_too_many_ways: "{row}: there are too many ways to meet it", "{row}: Es gibt zu viele Wege, es zu erfüllen";
    pl_together: "{row}: each row could be met, and not all of them by the day, with the people and the hours there are; choose a later day or more hours", "{row}: Jede Zeile ließe sich erfüllen, aber nicht alle bis zu diesem Tag mit den Personen und Stunden, die es gibt; wählen Sie einen späteren Tag oder mehr Stunden";
    pl_not_enough: "{row}: the actions at hand add {most} at most by the day", "{row}: Was getan werden kann, bringt bis zu diesem Tag höchstens {most}";
    pl_today: "today {value}", "heute {value}";
    pl_costs_same: "costs the same", "kostet dasselbe";
    pl_costs_more: "costs {more} more ({cost})", "kostet {more} mehr ({cost})";
    pl_as_far: ", as far as was looked", ", so weit gesucht wurde";
    pl_without: "Without {ours} it {costs}.", "Ohne {ours}: Das {costs}.";
    pl_runner_up: "The runner-up is {theirs} instead of {ours}: it {costs}.", "Der zweitbeste Weg ist {theirs} statt {ours}: Er {costs}.";
    pl_waits: "{who}: {length} for {action} ({times}), from {day} on", "{who}: {length} für {action} ({times}), ab {day}";
    pl_proven: "proven least cost", "bewiesen: nichts kostet weniger";
    pl_at_most_above: "at most {amount} above the least", "höchstens {amount} über dem Günstigsten";
    pl_weighed: "{proof}, {actions} of {subjects} in {kinds} weighed", "{proof}; abgewogen: {actions} für {subjects} in {kinds}";
    n_possible: "{n} possible action|{n} possible actions", "{n} mögliche Handlung|{n} mögliche Handlungen";
    n_subjects: "{n} subject|{n} subjects", "{n} Person oder Sache|{n} Personen oder Sachen";
    pl_path_spare: "The critical path has {days} to spare.", "Der kritische Pfad hat {days} Spielraum.";
    pl_path_late: "The critical path is {days} late.", "Der kritische Pfad ist {days} zu spät.";
    pl_own: "Rates, hours and chances marked \"own\" are assumptions: write your own into `vocabulary/actions/`.", "Sätze, Stunden und Chancen mit dem Zeichen „eigene“ sind Annahmen: Schreiben Sie Ihre in `vocabulary/actions/`.";
    pl_cited: "Other numbers: {list}.", "Andere Zahlen: {list}.";
    pl_planned: "A fee counts for as many attempts as one success takes, the hours of an open record too. Planned {day}, {distance}.", "Eine Gebühr zählt für so viele Versuche, wie ein Erfolg braucht, die Stunden eines offenen Satzes auch. Geplant am {day}, bis {distance}.";
    pl_done_today: "Done by today: {what}", "Heute fertig: {what}";
    pl_step: "From {day}, {hours} hours, {cost}.\nA plan of {made}.", "Ab {day}, {hours} Stunden, {cost}.\nEin Plan vom {made}.";
    pl_calendar: "Plan to {goal}", "Plan bis {goal}";
    dr_nothing: "Nothing of it was accepted.", "Nichts davon wurde angenommen.";
    dr_accepted: "{n} accepted step|{n} accepted steps", "{n} angenommenem Schritt|{n} angenommenen Schritten";
    dr_done_one: "{done} of {steps} is done", "{done} von {steps} erledigt";
    dr_done: "{done} of {steps} are done", "{done} von {steps} erledigt";
    dr_done_late: ", {n} of them late|, {n} of them late", ", davon {n} verspätet|, davon {n} verspätet";
    dr_late: "; {n} is late|; {n} are late", "; {n} ist überfällig|; {n} sind überfällig";
    dr_dropped: "; {n} was dropped|; {n} were dropped", "; {n} wurde verworfen|; {n} wurden verworfen";
    dr_is: "is", "ist";
    dr_are: "are", "sind";
    dr_was: "was", "war";
    dr_were: "were", "waren";
    dr_with_none: "With what is there", "Mit dem, was da ist,";
    dr_with_one: "With the open step done", "Ist der offene Schritt getan,";
    dr_with: "With the {n} open steps done", "Sind die {n} offenen Schritte getan,";
    dr_met: "{with} {goal} {is} met on {day}.", "{with} {is} {goal} am {day} erfüllt.";
    dr_met_past: "{goal} {is} met on {day}.", "{goal} {is} am {day} erfüllt.";
    dr_not_met: "{with} {goal} {is} not met on {day}{why}.", "{with} {is} {goal} am {day} nicht erfüllt{why}.";
    dr_not_met_past: "{goal} {is} not met on {day}{why}.", "{goal} {is} am {day} nicht erfüllt{why}.";
    dr_unknown: "{with} it cannot be said whether {goal} {is} met on {day}{why}.", "{with} lässt sich nicht sagen, ob {goal} am {day} erfüllt {is}{why}.";
    dr_lost: "{n} open step cannot be carried out any more, for the record that it would turn is gone.|{n} open steps cannot be carried out any more, for the records that they would turn are gone.", "{n} offener Schritt lässt sich nicht mehr tun, denn der Satz, den er wenden würde, ist fort.|{n} offene Schritte lassen sich nicht mehr tun, denn die Sätze, die sie wenden würden, sind fort.";

    // -- Mail --
    ml_hello: "Hello,", "Guten Tag,";
    ml_invited: "You are invited to Cairn", "Sie sind zu Cairn eingeladen";
    ml_invited_text: "you are invited to work with Cairn at {place}. Follow this link to accept:\n\n{link}\n\nIt works once, and only until it expires. If you expected no invitation, leave it.", "Sie sind eingeladen, unter {place} mit Cairn zu arbeiten. Folgen Sie diesem Link, um anzunehmen:\n\n{link}\n\nEr gilt einmal und nur, bis er abläuft. Wenn Sie keine Einladung erwartet haben, lassen Sie ihn.";
    ml_reset: "Choose a new password", "Wählen Sie ein neues Passwort";
    ml_reset_text: "somebody, probably you, asked for a new password at {place}. Follow this link to choose one:\n\n{link}\n\nIt works once, and only for a short while. If you did not ask, leave it: your password stays as it is.", "jemand, vermutlich Sie, hat unter {place} ein neues Passwort angefordert. Folgen Sie diesem Link, um eines zu wählen:\n\n{link}\n\nEr gilt einmal und nur kurze Zeit. Wenn Sie es nicht waren, lassen Sie ihn: Ihr Passwort bleibt, wie es ist.";
    ml_password: "Your password was changed", "Ihr Passwort wurde geändert";
    ml_factor_set: "A second factor was set up", "Ein zweiter Faktor wurde eingerichtet";
    ml_factor_removed: "Your second factor was removed", "Ihr zweiter Faktor wurde entfernt";
    ml_changed_password: "the password of your account at {place} was just changed. If that was not you, ask for a new password and tell an administrator.", "das Passwort Ihres Kontos unter {place} wurde gerade geändert. Wenn Sie das nicht waren, fordern Sie ein neues Passwort an und sagen Sie der Administration Bescheid.";
    ml_changed_factor: "the second factor of your account at {place} was just changed. If that was not you, ask for a new password and tell an administrator.", "der zweite Faktor Ihres Kontos unter {place} wurde gerade geändert. Wenn Sie das nicht waren, fordern Sie ein neues Passwort an und sagen Sie der Administration Bescheid.";
    dg_subject: "{name}: the week from {day}", "{name}: die Woche vom {day}";
    dg_lead: "this is how {name} goes into the week on {day}.", "so geht {name} am {day} in die Woche.";
    dg_falls: "What falls in the next {n} days, if nothing new happens", "Was in den nächsten {n} Tagen fällt, wenn nichts Neues geschieht";
    dg_falls_none: "Nothing that counts falls.", "Nichts, was zählt, fällt.";
    dg_changed: "What changed in the last week", "Was sich in der letzten Woche geändert hat";
    dg_changed_none: "No level and no verdict changed.", "Keine Stufe und kein Urteil hat sich geändert.";
    dg_late: "Tasks that are late", "Überfällige Aufgaben";
    dg_week: "Tasks that are due this week", "Aufgaben, die diese Woche fällig sind";
    dg_week_none: "None is due.", "Keine ist fällig.";
    dg_odds: "How likely it is, by what is open (a forecast, not a fact)", "Wie wahrscheinlich es ist, nach dem, was offen ist (eine Vorschau, keine Tatsache)";
    dg_end: "You chose to be sent this once a week. Under \"Notices\" you can choose otherwise.", "Sie haben gewählt, dies einmal in der Woche zu bekommen. Unter „Hinweise“ können Sie es anders wählen.";
    dg_more: "and {n} more", "und {n} weitere";
    dg_holds: "{program}: you hold {level} now", "{program}: Sie halten jetzt {level}";
    dg_lost: "{program}: you hold {level} no longer", "{program}: Sie halten {level} nicht mehr";
    dg_no_level: "{program}: you hold no level", "{program}: Sie halten keine Stufe";
    dg_column: "{program}: what is needed to {column} was {before}, and is {after} now", "{program}: {column}: war {before}, ist jetzt {after}";
    dg_row: "{program}: {row} was {before}, and is {after} now", "{program}: {row} war {before}, ist jetzt {after}";
    dg_was_due: "was due {day}, {distance}", "fällig war sie am {day}, {distance}";
    dg_due: "due {day}, {distance}", "fällig am {day}, {distance}";

    // -- Words of verdicts and numbers --
    met: "met", "erfüllt";
    short: "short", "fehlt";
    unknown: "unknown", "unbekannt";
    not_applicable: "not applicable", "entfällt";
    not_asked: "not asked", "nicht verlangt";
    unknown_legend: "unknown, something was not supplied", "unbekannt, etwas wurde nicht geliefert";
    not_asked_legend: "not asked at this level", "auf dieser Stufe nicht verlangt";
    yes: "yes", "ja";
    no: "no", "nein";
    none: "none", "keine";
    any: "Any", "Alle";
    and: "and", "und";
    from_to: "{a} to {b}", "{a} bis {b}";
    or_more: "{a} or more", "{a} oder mehr";
    or_less: "{a} or less", "{a} oder weniger";
    of_need: "of {need}", "von {need}";
    over_need: "where over {need} is asked", "verlangt sind über {need}";
    at_most_need: "where at most {need} is asked", "verlangt sind höchstens {need}";
    under_need: "where under {need} is asked", "verlangt sind unter {need}";
    of_at_most: "of at most {max}", "von höchstens {max}";
    weight_of: "weight {weight}", "Gewicht {weight}";
    the_lowest: "the lowest", "am niedrigsten";
    gap_more: "{n} more", "noch {n}";
    gap_any: "any more", "etwas mehr";
    gap_over_more: "over {n} more", "noch über {n}";
    gap_less: "{n} less", "{n} weniger";
    gap_over_less: "over {n} less", "über {n} weniger";
    n_more: "{n} more", "{n} weitere";

    // -- Scorecard --
    requirement: "Requirement", "Anforderung";
    edition: "Edition", "Ausgabe";
    edition_of: "Edition {edition}", "Ausgabe {edition}";
    track_of: "track {track}", "Track {track}";
    assumed: "Assumed", "Angenommen";
    holds: "Holds", "Hält";
    since_day: "since {day}", "seit {day}";
    no_level: "no level", "keine Stufe";
    no_level_yet: "No level yet", "Noch keine Stufe";
    stands_at: "Stands at", "Steht auf";
    may_be: "perhaps {level}, silence leaves it open", "vielleicht {level}, das lässt Schweigen offen";
    level_of: "{n} of {m}", "{n} von {m}";
    next_review: "Next review", "Nächste Prüfung";
    last_review: "Last review", "Letzte Prüfung";
    open_until: "open until {day}", "möglich bis {day}";
    supply_review: "supply its day in `enrollments`", "den Tag in `enrollments` liefern";
    grace: "Grace after a missed review", "Frist nach versäumter Prüfung";
    not_published: "not published", "nicht veröffentlicht";
    short_of: "{n} of {m} short", "{n} von {m} fehlen";
    unknown_of: "{n} of {m} unknown", "{n} von {m} unbekannt";
    all_met: "all met", "alles erfüllt";
    to_level: "To {level}", "Bis {level}";
    more_unknown: "{n} more unknown|{n} more unknown", "{n} weitere unbekannt|{n} weitere unbekannt";
    rows_asked: "{n} row asked|{n} rows asked", "{n} Zeile verlangt|{n} Zeilen verlangt";
    next_edition: "Next edition", "Nächste Ausgabe";
    keep_level: "Keep {level}", "{level} halten";
    reach_level: "Reach {level}", "{level} erreichen";
    if_not_held: "if not held", "falls nicht gehalten";
    after_day: "after {day}", "nach {day}";
    after_to: "after {day} to {end}", "nach {day} bis {end}";
    no_review_known: "no last review known", "keine letzte Prüfung bekannt";
    fee_every: "Fee, {amount} every {every}", "Gebühr, {amount} je {every}";
    fee: "Fee", "Gebühr";
    every: "every {every}", "je {every}";
    paid: "paid", "bezahlt";
    paid_until: "paid until {day}", "bezahlt bis {day}";
    not_paid: "not paid", "nicht bezahlt";
    not_paid_since: "not paid since {day}", "nicht bezahlt seit {day}";
    unknown_whether_paid: "unknown whether paid", "unbekannt, ob bezahlt";
    windows_note: "A window leaves out the day it begins after and counts its last, the day shown.", "Ein Fenster lässt den Tag aus, nach dem es beginnt, und zählt seinen letzten, den gezeigten Tag.";
    parts_note: "Indented rows are parts: each must be met on its own.", "Eingerückte Zeilen sind Teile: Jeder muss für sich erfüllt sein.";
    second_hand: "second-hand", "aus zweiter Hand";
    second_hand_note: "not read at its publisher: second-hand.", "nicht beim Herausgeber gelesen: aus zweiter Hand.";
    all_levels: "All levels", "Alle Stufen";
    fewer_levels: "Only what is next", "Nur das Nächste";
    would_settle: "What would settle most", "Was am meisten klären würde";
    settles_rows: "settles {n} row|settles {n} rows", "klärt {n} Zeile|klärt {n} Zeilen";
    in_programs: "in {n} program|in {n} programs", "in {n} Programm|in {n} Programmen";
    want_kind: "Supply {kind}", "{kind} liefern";
    want_answer: "Answer: {title}", "Beantworten: {title}";
    want_field: "Fill in {field} of {kind}", "{field} in {kind} ergänzen";
    want_name: "Say what {name} is", "Sagen, was {name} ist";
    want_mended: "Mend the refused rows of {kind}", "Abgelehnte Zeilen von {kind} berichtigen";
    want_clear: "Say what names and empty cells of {kind} mean", "Sagen, was Namen und leere Zellen in {kind} bedeuten";
    want_parameter: "Set {name}", "{name} festlegen";
    moves: "What to do next", "Was als Nächstes zu tun ist";
    move_what: "Move", "Schritt";
    area: "Area", "Bereich";
    source: "Source", "Quelle";
    questions: "Questions", "Fragen";
    open_questions: "Open the sheet", "Bogen öffnen";
    all_questions: "All questions", "Alle Fragen";
    answered: "Answered", "Beantwortet";
    answered_of: "{n} of {m} answered", "{n} von {m} beantwortet";
    contradicted_count: "{n} contradicted|{n} contradicted", "{n} widersprochen|{n} widersprochen";
    shown_not_judged: "Shown, not judged", "Gezeigt, nicht bewertet";
    figures_to_watch: "Figures to watch here", "Kennzahlen für diese Stufe";
    what: "What", "Was";
    value: "Value", "Wert";
    how_old: "How old the evidence is", "Wie alt die Nachweise sind";
    how_old_note: "The newest day of each kind", "Der neueste Tag jeder Art";
    never_supplied: "Never supplied", "Nie geliefert";
    no_rows: "supplied, no row", "geliefert, keine Zeile";
    no_day: "no day", "kein Tag";
    read_as: "Read as", "Gelesen als";
    read_as_note: "Where the source is silent or contradicts itself", "Wo die Quelle schweigt oder sich widerspricht";
    printed: "Printed", "Gedruckt";

    // -- Business cases and worksheets --
    business_case: "Business case", "Wirtschaftlichkeit";
    worksheets: "Worksheets", "Arbeitsblätter";
    worksheets_note: "Models of what something is worth, each with your numbers. Open one to change its inputs.", "Modelle dessen, was etwas wert ist, jeweils mit Ihren Zahlen. Öffnen Sie eines, um Eingaben zu ändern.";
    worksheet: "Worksheet", "Arbeitsblatt";
    case_item: "Item", "Posten";
    case_turns: "What turns the answer", "Was die Antwort dreht";
    case_turns_note: "Each input alone, as all others stand.", "Jede Eingabe für sich, alle anderen wie sie stehen.";
    case_now: "Now", "Jetzt";
    case_turns_at: "Turns at", "Dreht bei";
    case_no_turn: "not from {range}", "nicht von {range}";
    case_map_says: "Now, at {across} and {up}: {answer}.", "Jetzt, bei {across} und {up}: {answer}.";
    case_ran: "Small figures: 8 of 10 of {count} paths lie between. Seed {seed}; the same inputs and seed give the same figures.", "Kleine Zahlen: 8 von 10 von {count} Wegen liegen dazwischen. Startwert {seed}; gleiche Eingaben und gleicher Startwert ergeben gleiche Zahlen.";
    case_never: "not within the time", "nicht in dieser Zeit";
    case_no_number: "no such number", "keine solche Zahl";
    case_yes_in: "on {share} of paths", "auf {share} der Wege";
    case_from_to: "{least} to {most}", "{least} bis {most}";
    case_month: "Month", "Monat";
    case_year: "year {n}", "Jahr {n}";
    case_below_10: "1 of 10 below", "1 von 10 darunter";
    case_below_90: "9 of 10 below", "9 von 10 darunter";
    case_tried_note: "Computed with inputs that you try. They are kept nowhere until you keep them.", "Mit Eingaben gerechnet, die Sie versuchen. Sie werden erst behalten, wenn Sie sie behalten.";
    case_strays: "Your evidence names inputs that there are not; they count for nothing: {list}.", "Ihre Nachweise nennen Eingaben, die es nicht gibt; sie zählen nicht: {list}.";
    case_inputs: "Inputs", "Eingaben";
    case_inputs_note: "A range is drawn once a path, most often near the value. An empty range is certain.", "Aus einer Spanne wird je Weg einmal gezogen, am häufigsten nahe dem Wert. Ohne Spanne gilt der Wert als sicher.";
    case_input: "Input", "Eingabe";
    case_if_stay: "If we stay", "Ohne Änderung";
    case_least: "Least", "Wenigstens";
    case_most: "Most", "Höchstens";
    case_kind: "Where it is from", "Woher";
    case_own: "own", "eigen";
    case_tried: "tried", "versucht";
    case_computed: "computed", "berechnet";
    case_cited: "cited", "zitiert";
    case_assumed: "assumption", "Annahme";
    case_missing: "{measure} is not known from your evidence.", "{measure} ist aus Ihren Nachweisen nicht bekannt.";
    case_days: "days", "Tage";
    case_hours: "hours", "Stunden";
    case_again: "Compute again", "Neu rechnen";
    case_run: "Run 100,000 paths", "100.000 Wege rechnen";
    case_keep: "Keep these inputs", "Diese Eingaben behalten";
    case_reset: "As they were", "Wie zuvor";
    case_matters: "What matters most", "Was am meisten ausmacht";
    case_then: "Then", "Dann";
    case_effect: "Effect", "Wirkung";
    case_claims: "What others claim", "Was andere behaupten";
    case_claims_note: "Can the numbers hold together, and do they for you?", "Passen die Zahlen zusammen, und gilt es für Sie?";
    case_claim: "Claim", "Behauptung";
    case_together: "Together", "Zusammen";
    case_for_you: "For you", "Für Sie";
    case_holds: "holds together", "passt zusammen";
    case_cannot: "cannot be", "kann nicht sein";
    case_as_good: "as good", "ebenso gut";
    case_not_as_good: "not as good", "nicht so gut";
    case_ranges: "As published tables have it", "Nach veröffentlichten Tabellen";
    case_ranges_note: "The tables disagree. None is of a stage or a level.", "Die Tabellen widersprechen sich. Keine nennt eine Stufe.";
    case_table: "Table", "Tabelle";
    case_row: "Row", "Zeile";
    case_no_row: "no row fits", "keine Zeile passt";
    case_years: "Year by year", "Jahr für Jahr";
    case_line: "Line", "Posten";
    case_results: "What comes out", "Was herauskommt";
    case_result: "Result", "Ergebnis";
    case_spread: "Spread", "Streuung";

    // -- Key figures --
    key_figures: "Key figures", "Kennzahlen";
    kpi_library: "Library of measures", "Sammlung von Kennzahlen";
    kpi_groups: "Groups of figures", "Gruppen von Kennzahlen";
    kpi_figure: "Figure", "Kennzahl";
    kpi_24_months: "24 months", "24 Monate";
    kpi_target: "Target", "Ziel";
    kpi_own_target: "Own target", "Eigenes Ziel";
    kpi_no_target: "No target is set.", "Es ist kein Ziel gesetzt.";
    kpi_set_target: "Set target", "Ziel setzen";
    kpi_note: "Note", "Anmerkung";
    kpi_target_percent: "A share, such as 25%.", "Ein Anteil, etwa 25%.";
    kpi_target_money: "An amount with its currency, such as 20000 USD.", "Ein Betrag mit Währung, etwa 20000 USD.";
    kpi_target_number: "A number, such as 12.", "Eine Zahl, etwa 12.";
    kpi_target_help: "It holds from that day until the next one; an empty one ends it. Each target is a record, with its history.", "Es gilt ab dem Tag bis zum nächsten; ein leeres beendet es. Jedes Ziel ist ein Satz mit seinem Verlauf.";
    kpi_reached: "reached", "erreicht";
    kpi_not_reached: "not reached", "nicht erreicht";
    kpi_targets_reached: "{reached} of {n} target is reached.|{reached} of {n} targets are reached.", "{reached} von {n} Ziel ist erreicht.|{reached} von {n} Zielen sind erreicht.";
    kpi_behind: "{n} lies on the wrong side of every published value beside it.|{n} lie on the wrong side of every published value beside them.", "{n} liegt auf der falschen Seite jedes veröffentlichten Werts daneben.|{n} liegen auf der falschen Seite jedes veröffentlichten Werts daneben.";
    kpi_settles: "{n} figure|{n} figures", "{n} Kennzahl|{n} Kennzahlen";
    kpi_strays: "Targets are set for measures that this library does not have: {list}.", "Ziele sind für Kennzahlen gesetzt, die diese Sammlung nicht hat: {list}.";
    kpi_more_published: "{n} more published value|{n} more published values", "{n} weiterer veröffentlichter Wert|{n} weitere veröffentlichte Werte";
    kpi_no_value: "No value on this day: what it divides by is nothing, or records leave it open.", "Kein Wert an diesem Tag: Es wird durch nichts geteilt, oder Sätze lassen es offen.";
    kpi_better: "better", "besser";
    kpi_within: "within", "darin";
    kpi_worse: "worse", "schlechter";
    kpi_above: "above", "darüber";
    kpi_below: "below", "darunter";
    kpi_open: "cannot be compared", "nicht vergleichbar";
    kpi_allocated: "allocated", "umgelegt";
    kpi_assumed: "assumed", "angenommen";
    kpi_basis_note: "Some of the amounts behind it are not booked as they stand; the records say which.", "Einige Beträge dahinter sind nicht so gebucht; die Sätze sagen, welche.";
    kpi_course: "From {a} on {from} to {b} on {to}.", "Von {a} am {from} zu {b} am {to}.";
    kpi_no_course: "Nothing of the course is known.", "Vom Verlauf ist nichts bekannt.";
    kpi_says_target: "Target {value}: {reached}.", "Ziel {value}: {reached}.";
    kpi_board_note: "Rounded; the page of a figure shows it exactly. The line shows the ends of 24 months and the day, by what is known now, with the target dotted. Published values are of other businesses and other years.", "Gerundet; die Seite einer Kennzahl zeigt sie genau. Die Linie zeigt die Enden von 24 Monaten und den Tag, nach heutiger Kenntnis, das Ziel gepunktet. Veröffentlichte Werte sind von anderen Betrieben und aus anderen Jahren.";
    kpi_blank: "No figure can be worked out yet", "Noch lässt sich keine Kennzahl errechnen";
    kpi_blank_help: "Key figures come from tables that you have already. Each of these settles many of them:", "Kennzahlen entstehen aus Tabellen, die Sie schon haben. Jede von diesen klärt viele:";
    kpi_blank_1: "Recurring agreements of your service desk, a row each, as contracts.", "Laufende Verträge Ihres Service-Systems, je eine Zeile, als contracts.";
    kpi_blank_2: "Invoices by line of business, as revenue, and what marketing and sales cost, as costs.", "Rechnungen nach Geschäftsfeld als revenue, Kosten für Marketing und Vertrieb als costs.";
    kpi_blank_3: "The profit and loss account by month, as your accounting writes it, as statements.", "Die Gewinn- und Verlustrechnung nach Monaten, wie Ihre Buchhaltung sie schreibt, als statements.";
    kpi_now: "On the day", "Am Tag";
    kpi_since_then: "{change} since then", "{change} seither";
    kpi_points: "{n} points", "{n} Punkte";
    kpi_more_is_better: "More is better", "Mehr ist besser";
    kpi_less_is_better: "Less is better", "Weniger ist besser";
    kpi_neither_is_better: "Neither way is better", "Keine Richtung ist besser";
    kpi_published: "Published values", "Veröffentlichte Werte";
    kpi_contradict: "They contradict each other; none is blended with another", "Sie widersprechen einander; keiner wird mit einem anderen vermengt";
    kpi_letter: "Letter", "Zeichen";
    kpi_of_whom: "Of whom", "Von wem";
    kpi_year: "Year", "Jahr";
    kpi_here: "Here", "Hier";
    kpi_definition: "What it counts", "Was gezählt wird";
    kpi_enters: "What enters", "Was eingeht";
    kpi_entered_by: "It enters", "Es geht ein in";
    kpi_behind_title: "What stands behind {figure}", "Was hinter {figure} steht";

    // -- Reasons --
    why_title: "Why {figure}: {row}, {purpose}", "Warum {figure}: {row}, {purpose}";
    to_keep: "to keep {level}", "um {level} zu halten";
    to_reach: "to reach {level}", "um {level} zu erreichen";
    counted_none: "Counted: none", "Gezählt: keine";
    counted_records: "Counted, {n} record|Counted, {n} records", "Gezählt, {n} Satz|Gezählt, {n} Sätze";
    not_counted_records: "Not counted, {n} record|Not counted, {n} records", "Nicht gezählt, {n} Satz|Nicht gezählt, {n} Sätze";
    record: "Record", "Satz";
    records: "Records", "Sätze";
    from_day: "From", "Ab";
    to_day: "To", "Bis";
    adds: "Adds", "Ergibt";
    why_not: "Why it does not count", "Warum er nicht zählt";
    to_know: "To know it, supply:", "Um es zu wissen, liefern:";
    more_would_do: "{n} more would do.", "{n} mehr würden reichen.";
    less_would_do: "{n} less would do.", "{n} weniger würden reichen.";
    missing_is: "What is missing is {n}.", "Es fehlen {n}.";
    what_enters: "What enters: {list}.", "Was eingeht: {list}.";
    turns_on: "By the records at hand it turns {verdict} on {day}, {distance}.", "Nach den vorliegenden Sätzen wird es am {day} {verdict}, {distance}.";
    streak_until: "Held since {since}; {window} would be complete on {day} if nothing changes.", "Gehalten seit {since}; {window} wären am {day} voll, wenn sich nichts ändert.";
    streak_since: "Held since {since}.", "Gehalten seit {since}.";
    streak_broken: "Not held now; last broken on {day}.", "Jetzt nicht gehalten; zuletzt gebrochen am {day}.";
    streak_none: "Not held now.", "Jetzt nicht gehalten.";
    streak_complete: "complete", "vollständig";
    streak_running: "running", "läuft";
    streak_not_held: "not held", "nicht gehalten";
    looks_after: "Looks at {kind} that began after {after} and up to {through} ({window}).", "Betrachtet {kind}, die nach dem {after} und bis zum {through} begannen ({window}).";
    looks_unknown: "Looks at {kind} of {window}, and no record says from which day that counts.", "Betrachtet {kind} von {window}, und kein Satz sagt, ab welchem Tag das zählt.";
    rests_on_answers: "Rests on answers", "Beruht auf Antworten";
    question: "Question", "Frage";
    answer: "Answer", "Antwort";
    when_by: "When, by whom", "Wann, von wem";
    not_answered: "not answered", "nicht beantwortet";
    contradicted: "Contradicted.", "Widersprochen.";
    evidence_shows: "the evidence shows {value}", "die Nachweise zeigen {value}";
    for_no_record: "(for no record counts)", "(denn kein Satz zählt)";
    file_row: "{file}, row {row}", "{file}, Zeile {row}";
    left_out: "{n} {reason}", "{n} {reason}";
    and_more: "Further ones:", "Weitere:";
    reason_superseded: "corrected", "berichtigt";
    reason_outside: "outside the window", "außerhalb des Fensters";
    reason_pending: "pending", "schwebend";
    reason_filter: "of another sort", "anderer Art";
    reason_ended: "ended", "beendet";
    reason_same_holder: "of a holder who counts already", "von Personen, die schon zählen";
    all_records: "All records", "Alle Sätze";
    only_nearest: "Only the nearest", "Nur die nächsten";
    convention: "Convention", "Festlegung";
    part: "Part", "Teil";
    points: "Points", "Punkte";

    // -- Home --
    where_you_stand: "Where you stand", "Wo Sie stehen";
    if_nothing_new: "If nothing new happens", "Wenn nichts Neues geschieht";
    ahead_title: "What is due and what falls in the next twelve months", "Was in den nächsten zwölf Monaten fällig ist und was fällt";
    as_a_table: "As a table", "Als Tabelle";
    day: "Day", "Tag";
    days: "Days", "Tage";
    away: "Away", "Abstand";
    because_of: "Because of", "Wegen";
    stones_held: "Filled stones are held, the dashed one is next.", "Gefüllte Steine sind gehalten, der gestrichelte kommt als Nächstes.";
    models: "Models and profiles", "Modelle und Profile";
    stones_met: "Filled stones are met.", "Gefüllte Steine sind erfüllt.";
    checklists: "Checklists", "Checklisten";
    stones_answered: "A filled stone is an area that is answered in full.", "Ein gefüllter Stein ist ein vollständig beantworteter Bereich.";
    levels_held: "{n} of {m} levels", "{n} von {m} Stufen";
    areas_answered: "{n} of {m} areas answered in full", "{n} von {m} Bereichen vollständig beantwortet";
    open: "Open", "Offen";
    open_in: "Open in {areas}.", "Offen in {areas}.";
    no_pass_mark: "Every question is answered. Nothing is passed or failed here.", "Alle Fragen sind beantwortet. Hier wird nichts bestanden.";
    nothing_above: "Nothing is above it.", "Darüber ist nichts.";
    meets_level: "You meet all that {level} asks.", "Sie erfüllen alles, was {level} verlangt.";
    level_needs: "{level} needs {rows}.", "{level} braucht {rows}.";
    level_open: "{level} is open: {rows}.", "{level} ist offen: {rows}.";
    level_own_test: "For {level} every row is met; its own test of entry is missing.", "Für {level} ist jede Zeile erfüllt; es fehlt die eigene Aufnahmebedingung.";
    falls_on: "{level} falls {day}", "{level} fällt {day}";
    not_renewed_on: "not renewed {day}", "nicht verlängert {day}";
    not_renewed_next: "not renewed at the next review", "nicht verlängert bei der nächsten Prüfung";
    not_renewed: "{level} not renewed", "{level} nicht verlängert";
    renewed: "{level} renewed", "{level} verlängert";
    review_of: "Review of {level}", "Prüfung von {level}";
    row_of: "{row} {have} of {need}", "{row} {have} von {need}";
    edition_begins: "Edition {edition} comes into force", "Ausgabe {edition} tritt in Kraft";
    fee_due: "Fee due", "Gebühr fällig";
    no_longer_met: "{level} no longer met", "{level} nicht mehr erfüllt";
    answers_contradicted: "{n} answer contradicted|{n} answers contradicted", "{n} Antwort widersprochen|{n} Antworten widersprochen";
    renewal_open: "renewal open", "Verlängerung offen";
    n_unknown: "{n} unknown|{n} unknown", "{n} unbekannt|{n} unbekannt";
    next_review_on: "review {day}, {distance}", "Prüfung {day}, {distance}";
    nothing_falls: "nothing falls", "nichts fällt";
    nothing_to_lose: "nothing to lose yet", "noch nichts zu verlieren";
    left_out_programs: "Not asked on this day", "An diesem Tag nicht gefragt";
    no_programs: "No program is in force on this day", "An diesem Tag gilt kein Programm";
    no_programs_help: "Choose a later day, or look at the editions that there are.", "Einen späteren Tag wählen oder die vorhandenen Ausgaben ansehen.";

    // -- Timeline --
    levels_over_time: "Levels over time", "Stufen im Zeitverlauf";
    strips_note: "Solid: as it was. Hatched: if nothing new happens. Dotted: unknown.", "Voll: wie es war. Schraffiert: wenn nichts Neues geschieht. Gepunktet: unbekannt.";
    held: "Held", "Gehalten";
    level: "Level", "Stufe";
    levels: "Levels", "Stufen";
    keep: "keep", "halten";
    reach: "reach", "erreichen";
    now: "Now", "Jetzt";
    span_words: "{verdict} {from} to {to}", "{verdict} {from} bis {to}";
    span_1: "This year and the last", "Dieses und letztes Jahr";
    span_3: "Three years", "Drei Jahre";
    span_5: "Five years", "Fünf Jahre";
    time_machine: "Time machine", "Zeitmaschine";
    on_every_day_of: "On every day of", "An jedem Tag von";
    row_for_level: "{row}, for {level}", "{row}, für {level}";
    forecast_note: "By the records at hand", "Nach den vorliegenden Sätzen";
    every_change: "Every change, newest first", "Alle Änderungen, neueste zuerst";
    day_links: "A day leads to the scorecard of that day.", "Ein Tag führt zur Scorecard dieses Tages.";
    no_change: "Nothing changed on these days.", "An diesen Tagen hat sich nichts geändert.";
    what_changes: "What changes", "Was sich ändert";
    what_changed_head: "What changed", "Was sich änderte";
    what_changed: "What it changes", "Was sie ändert";
    keep_met: "Keeping {level}: met", "{level} halten: erfüllt";
    keep_short: "Keeping {level}: short", "{level} halten: fehlt";
    keep_unknown: "Keeping {level}: unknown", "{level} halten: unbekannt";
    reach_met: "Reaching {level}: met", "{level} erreichen: erfüllt";
    reach_short: "Reaching {level}: short", "{level} erreichen: fehlt";
    reach_unknown: "Reaching {level}: unknown", "{level} erreichen: unbekannt";
    level_not_asked: "{level}: not asked", "{level}: nicht verlangt";
    cause: "{row}: {had} → {has}", "{row}: {had} → {has}";
    counts_from_here: "counted from here: {records}", "ab hier gezählt: {records}";
    counted_anew: "counted anew after {day}", "neu gezählt nach {day}";
    no_longer_counts: "no longer: {records}", "nicht mehr: {records}";
    level_stated: "{level} held", "{level} gehalten";
    says_vendor: "says {who}", "sagt {who}";
    the_vendor: "the vendor", "der Hersteller";
    level_renewed: "{level} renewed", "{level} verlängert";
    level_not_renewed: "{level} not renewed", "{level} nicht verlängert";
    review_open: "Review of {level} open", "Prüfung von {level} offen";
    at_review: "review of {day}", "Prüfung vom {day}";
    lost_on: "lost on {day}", "verloren am {day}";
    grace_not_published: "whether there is a grace period is not published", "ob es eine Frist gibt, ist nicht veröffentlicht";
    then_not_published: "what {who} does then is not published", "was {who} dann tut, ist nicht veröffentlicht";
    falls_to: "Falls to {level}", "Fällt auf {level}";
    rises_to: "Rises to {level}", "Steigt auf {level}";
    our_account: "by our account of the rules", "nach unserer Rechnung";
    could_be_offered: "{level} could be offered by invitation", "{level} könnte angeboten werden";
    could_be_applied: "{level} could be applied for", "{level} könnte beantragt werden";
    no_levels: "No levels here", "Hier gibt es keine Stufen";
    no_levels_help: "Nothing is entered or lost. The scorecard shows its questions and values.", "Nichts wird erreicht oder verloren. Die Scorecard zeigt Fragen und Werte.";
    news_holds: "You have held {level} since {day}.", "Sie halten {level} seit dem {day}.";
    news_short_since: "What keeping it asks has not been met since {day}, {distance}.", "Was das Halten verlangt, ist seit dem {day} nicht erfüllt, {distance}.";
    news_meets: "You stand at {level}.", "Sie stehen auf {level}.";
    news_meets_since: "You have stood at {level} since {day}.", "Sie stehen seit dem {day} auf {level}.";
    news_meets_none: "You have not reached a level yet.", "Sie haben noch keine Stufe erreicht.";

    // -- Two days --
    two_days: "Two days", "Zwei Tage";
    one_day: "One day", "Ein Tag";
    other_day: "The other day", "Der andere Tag";
    status: "Status", "Status";
    rows: "Rows", "Zeilen";
    days_alike: "Both days say the same.", "Beide Tage sagen dasselbe.";
    days_differ: "{rows}, {verdicts}.", "{rows}, {verdicts}.";
    rows_moved: "{n} row moved|{n} rows moved", "{n} Zeile hat sich bewegt|{n} Zeilen haben sich bewegt";
    verdicts_turned: "{n} verdict turned|{n} verdicts turned", "{n} Urteil ist gekippt|{n} Urteile sind gekippt";
    rows_same: "{n} row is the same|{n} rows are the same", "{n} Zeile ist gleich|{n} Zeilen sind gleich";
    show_all_rows: "Show all rows", "Alle Zeilen zeigen";
    only_differences: "Only differences", "Nur Unterschiede";
    no_difference: "No row differs.", "Keine Zeile unterscheidet sich.";

    // -- Evidence --
    evidence: "Evidence", "Nachweise";
    evidence_news: "{records} in {kinds}.", "{records} in {kinds}.";
    n_records: "{n} record|{n} records", "{n} Satz|{n} Sätze";
    n_kinds: "{n} kind|{n} kinds", "{n} Art|{n} Arten";
    n_refused: "{n} refused|{n} refused", "{n} abgelehnt|{n} abgelehnt";
    evidence_refused: "{n} row was refused and waits to be mended.|{n} rows were refused and wait to be mended.", "{n} Zeile wurde abgelehnt und wartet auf Berichtigung.|{n} Zeilen wurden abgelehnt und warten auf Berichtigung.";
    supplied: "Supplied", "Geliefert";
    never_note: "Rows that read these are unknown, not short", "Zeilen, die sie lesen, sind unbekannt, nicht unerfüllt";
    kind: "Kind", "Art";
    newest_day: "Newest day", "Neuester Tag";
    refused: "Refused", "Abgelehnt";
    refused_note: "They may count once they are mended", "Sie können zählen, sobald sie berichtigt sind";
    read_by: "Read by", "Gelesen von";
    place: "Place", "Stelle";
    what_is_wrong: "What is wrong", "Was nicht stimmt";
    state: "State", "Zustand";
    any_state: "Any", "Alle";
    holds_word: "holds", "gilt";
    may_hold: "may hold", "gilt vielleicht";
    waits: "waits", "wartet";
    waits_for: "for {fields}", "auf {fields}";
    not_yet: "not yet", "noch nicht";
    ended: "ended", "beendet";
    holder_absent: "holder absent", "Person fehlt";
    superseded: "corrected", "berichtigt";
    learned_later: "learned later", "später bekannt";
    from_on: "from {day}", "ab {day}";
    until_on: "until {day}", "bis {day}";
    from_until: "from {from} until {until}", "ab {from} bis {until}";
    always: "always", "immer";
    filter: "Filter", "Filtern";
    table: "Table", "Tabelle";
    board: "Board", "Tafel";
    previous: "Previous", "Zurück";
    next: "Next", "Weiter";
    shown_of: "{from} to {to} of {of}", "{from} bis {to} von {of}";
    nothing_found: "Nothing found", "Nichts gefunden";
    nothing_found_help: "No record matches. Take away a word or a filter.", "Kein Satz passt. Ein Wort oder einen Filter weglassen.";
    supplied_empty: "A table was supplied, and it is empty: there is nothing of this kind.", "Eine Tabelle wurde geliefert, und sie ist leer: Von dieser Art gibt es nichts.";
    empty_kind: "Nobody has supplied this kind of evidence, so what rests on it is unknown. Two ways lead on:", "Diese Art wurde nie geliefert; was darauf beruht, ist unbekannt. Zwei Wege führen weiter:";
    empty_kind_file: "Import a table with the columns below. Columns may have other names and any order.", "Eine Tabelle mit den Spalten unten importieren. Spalten dürfen anders heißen und in beliebiger Folge stehen.";
    empty_kind_empty: "Import the table without a row, to say that there is nothing of it: then it is 0, no longer unknown.", "Die Tabelle ohne Zeile importieren, um zu sagen, dass es nichts davon gibt: Dann ist es 0, nicht mehr unbekannt.";
    sample_file: "An empty table", "Eine leere Tabelle";
    columns_of_file: "Columns", "Spalten";
    column: "Column", "Spalte";
    holds_what: "Holds", "Inhalt";
    key: "key", "Schlüssel";
    type_day: "a day, as 2026-06-30", "ein Tag, als 2026-06-30";
    type_number: "a number", "eine Zahl";
    type_percent: "a share of a hundred", "ein Anteil von hundert";
    type_money: "an amount", "ein Betrag";
    type_yes_no: "yes or no", "yes oder no";
    type_text: "text", "Text";
    person: "Person", "Person";
    credential: "Credential", "Zertifikat";
    people_and_credentials: "People and credentials", "Personen und Zertifikate";
    who_holds_what: "Who holds what", "Wer was hält";
    by_credential: "By credential", "Nach Zertifikat";
    people_holding: "People who hold it", "Personen, die es halten";
    matrix_note: "The small line is the day on which it stops counting. A person counts once in a requirement, whatever they hold.", "Die kleine Zeile ist der Tag, ab dem es nicht mehr zählt. Eine Person zählt je Anforderung einmal, was sie auch hält.";
    not_in_catalog: "In no catalog", "In keinem Katalog";
    no_expiry: "no expiry", "ohne Ablauf";
    left_on: "left {day}", "gegangen {day}";
    show_left: "Also who has left", "Auch Gegangene";
    n_people: "{n} person|{n} people", "{n} Person|{n} Personen";
    n_left: "{n} left|{n} left", "{n} gegangen|{n} gegangen";
    ends_first: "{credential} of {person} ends first, on {day}, {distance}.", "{credential} von {person} endet zuerst, am {day}, {distance}.";
    ends_soon: "Ends within half a year", "Endet innerhalb eines halben Jahres";
    nothing_ends: "Nothing that anybody holds ends within half a year.", "Nichts, was jemand hält, endet innerhalb eines halben Jahres.";
    nobody_holds: "Nobody holds a credential yet.", "Noch hält niemand ein Zertifikat.";
    strangers: "Of nobody whom we know", "Von niemandem, den wir kennen";
    strangers_note: "Such a record never counts: add the person, or write their id as it stands in people.", "Ein solcher Satz zählt nie: die Person ergänzen oder ihre Kennung so schreiben, wie sie bei den Personen steht.";
    origin: "Origin", "Herkunft";
    open_sum: "{n} open, {sum} a month estimated", "{n} offen, {sum} im Monat geschätzt";
    in_a_year: "{n} within a year, {sum}", "{n} in einem Jahr, {sum}";
    none_due: "No opportunity is due within a month.", "Innerhalb eines Monats ist keine Chance fällig.";
    n_due: "{n} opportunity is due within a month.|{n} opportunities are due within a month.", "{n} Chance ist innerhalb eines Monats fällig.|{n} Chancen sind innerhalb eines Monats fällig.";
    n_late: "{n} is past its day.|{n} are past their day.", "{n} ist überfällig.|{n} sind überfällig.";
    overdue: "past its day", "überfällig";
    board_note: "The nearest of each stage; ends show a year", "Je Stufe die nächsten; Abgeschlossene aus einem Jahr";
    what_it_says: "What it says", "Was er sagt";
    counts_until: "Counts until", "Zählt bis";
    no_end: "no end is known", "kein Ende bekannt";
    history: "History", "Verlauf";
    history_note: "Nothing is overwritten", "Nichts wird überschrieben";
    learned: "Learned", "Bekannt seit";
    first_version: "First said", "Zuerst gesagt";
    said_again: "Said again", "Erneut gesagt";
    taken_out: "taken out", "entfernt";

    // -- Assessments --
    questions_answered: "{n} of {m} questions are answered.", "{n} von {m} Fragen sind beantwortet.";
    evidence_contradicts: "The evidence contradicts {n} answer.|The evidence contradicts {n} answers.", "Die Nachweise widersprechen {n} Antwort.|Die Nachweise widersprechen {n} Antworten.";
    n_open: "{n} open|{n} open", "{n} offen|{n} offen";
    all_answered: "all answered", "alles beantwortet";
    no_questions: "No program that is in force asks questions.", "Kein geltendes Programm stellt Fragen.";
    evidence_says_otherwise: "The evidence says otherwise.", "Die Nachweise sagen etwas anderes.";
    answer_kept: "The answer is kept and shown as contradicted.", "Die Antwort bleibt und wird als widersprochen gezeigt.";
    compared_by: "Compared by:", "Verglichen durch:";
    evidence_agrees: "evidence agrees", "Nachweise stimmen überein";
    evidence_compares: "the evidence will be held beside it", "die Nachweise werden danebengehalten";
    radar_title: "Answered with yes, by area", "Mit Ja beantwortet, je Bereich";
    radar_note: "The outer ring is all of an area; what is not answered adds nothing.", "Der äußere Ring ist ein ganzer Bereich; Unbeantwortetes zählt nichts.";

    // -- Programs --
    programs_lead: "Each edition stands beside its published table, with the place where it is said. The rules are data: nothing about a program is in the product itself.", "Jede Ausgabe steht neben ihrer veröffentlichten Tabelle, mit der Stelle, an der es steht. Die Regeln sind Daten: Im Produkt selbst steht nichts über ein Programm.";
    n_programs: "{n} program|{n} programs", "{n} Programm|{n} Programme";
    editions: "Editions", "Ausgaben";
    governs_now: "in force", "gilt";
    misread: "Files that cannot be read", "Dateien, die sich nicht lesen lassen";
    sort_program: "program with reviews", "Programm mit Prüfungen";
    sort_model: "model or profile", "Modell oder Profil";
    sort_checklist: "checklist", "Checkliste";
    sort_library: "library of measures", "Sammlung von Kennzahlen";
    in_force: "In force", "In Kraft";
    published: "Published", "Veröffentlicht";
    early_from: "May be chosen from", "Wählbar ab";
    withdrawn: "Withdrawn", "Zurückgezogen";
    revision: "Revision", "Revision";
    catalogs: "Catalogs", "Kataloge";
    file: "File", "Datei";
    hash: "Hash", "Prüfsumme";
    published_table: "The published table", "Die veröffentlichte Tabelle";
    published_note: "As printed; a dash: not asked", "Wie gedruckt; ein Strich: nicht verlangt";
    what_counts: "What counts", "Was zählt";
    of_which: "of which {filter}", "davon {filter}";
    required: "required", "verlangt";
    asked_once: "once, on entry", "einmal, bei Eintritt";
    asked_of_holders: "of holders only", "nur beim Halten";
    levels_and_periods: "Levels and periods", "Stufen und Zeiträume";
    period: "Period", "Zeitraum";
    enter: "enter", "erreichen";
    retain: "keep", "halten";
    lifecycle: "Reviews", "Prüfungen";
    reviews: "Reviews", "Prüfungen";
    promotes_on: "Rises on", "Steigt bei";
    promotes_by: "Rises by", "Steigt durch";
    promotes_effective: "Rise takes effect", "Aufstieg wirkt";
    demotes_on: "Falls on", "Fällt bei";
    demotes_to: "Falls to", "Fällt auf";
    demotes_effective: "Fall takes effect", "Fall wirkt";
    renews_within: "Renewed within", "Verlängerbar";
    before_after: "{before} before to {after} after", "{before} vorher bis {after} nachher";
    part_scores: "Scores", "Punktwertungen";
    part_measures: "Measures", "Kennzahlen";
    part_lists: "Lists", "Listen";
    part_tests: "Tests", "Bedingungen";
    part_stages: "Path stages", "Etappen";
    part_bands: "Bands", "Bänder";
    part_tables: "Tables", "Tabellen";
    part_parameters: "Parameters", "Parameter";
    against_edition: "Against edition", "Gegenüber Ausgabe";
    editions_alike: "Both editions say the same.", "Beide Ausgaben sagen dasselbe.";
    was: "Was", "War";
    is_now: "Is", "Ist";
    no_longer: "no longer there", "nicht mehr vorhanden";
    this_edition: "This edition", "Diese Ausgabe";
    for_us: "What that changes for you", "Was das für Sie ändert";
    for_us_nothing: "Nothing: on this day every row stands the same under both editions.", "Nichts: An diesem Tag steht jede Zeile unter beiden Ausgaben gleich.";

    // -- Writing --
    new_record: "New record: {kind}", "Neuer Satz: {kind}";
    change_record: "Change a record: {kind}", "Satz ändern: {kind}";
    add_record: "Add a record", "Satz hinzufügen";
    save_changes: "Save changes", "Änderungen speichern";
    cancel: "Cancel", "Abbrechen";
    change: "Change", "Ändern";
    needed: "needed", "nötig";
    kept_note: "Nothing is overwritten: what stood before stays in the history.", "Nichts wird überschrieben: Was vorher stand, bleibt im Verlauf.";
    changed_meanwhile: "Somebody else changed this record meanwhile.", "Jemand anderes hat diesen Satz inzwischen geändert.";
    changed_meanwhile_help: "Open it again to see what stands now, then change that.", "Den Satz neu öffnen, ansehen, was jetzt gilt, und das ändern.";
    stands_otherwise: "Somebody else changed this meanwhile.", "Jemand anderes hat das inzwischen geändert.";
    stands_otherwise_help: "Look at what stands now, and say it again.", "Sehen Sie, was jetzt gilt, und sagen Sie es noch einmal.";
    n_fields_wrong: "{n} field is not right.|{n} fields are not right.", "{n} Feld stimmt nicht.|{n} Felder stimmen nicht.";
    type_number_help: "a number, with a point before decimals", "eine Zahl, mit Punkt vor den Nachkommastellen";
    type_percent_help: "a share, as 50% or 0.5", "ein Anteil, als 50% oder 0.5";
    type_country_help: "two letters, as US", "zwei Buchstaben, als US";
    any_program_help: "empty means any program", "leer heißt: jedes Programm";
    withdraw_record: "Withdraw this record", "Diesen Satz zurückziehen";
    withdraw_note: "It no longer counts from today on. What it said stays in the history.", "Er zählt ab heute nicht mehr. Was er sagte, bleibt im Verlauf.";
    move_heading: "Move {what}", "{what} verschieben";
    move_it: "Move", "Verschieben";
    to_stage: "To the stage", "In die Stufe";
    launch_day_help: "Needed for a launch: the day on which the workload began to run.", "Nötig für einen Start: der Tag, an dem die Lösung in Betrieb ging.";
    lost_reason_help: "Needed for a loss: why, in a few words.", "Nötig bei Verlust: warum, in wenigen Worten.";
    whole_sheet: "The whole sheet", "Der ganze Bogen";
    one_at_a_time: "One at a time", "Eine nach der anderen";
    note: "Note", "Notiz";
    save_answers: "Save answers", "Antworten speichern";
    save_and_next: "Save and go on", "Speichern und weiter";
    done_added: "The record was added.", "Der Satz wurde hinzugefügt.";
    done_changed: "The record was changed.", "Der Satz wurde geändert.";
    done_moved: "The opportunity was moved.", "Die Chance wurde verschoben.";
    done_withdrawn: "The record was withdrawn.", "Der Satz wurde zurückgezogen.";
    done_answered: "The answers were saved.", "Die Antworten wurden gespeichert.";
    done_imported: "The import was taken over.", "Der Import wurde übernommen.";
    done_mended: "The row was mended and counts now.", "Die Zeile wurde berichtigt und zählt jetzt.";
    done_dismissed: "The refused row is kept no longer.", "Die abgelehnte Zeile wird nicht mehr aufbewahrt.";
    done_settled: "It is remembered what the name is.", "Was der Name ist, bleibt gemerkt.";
    done_several_changed: "The records were changed.", "Die Sätze wurden geändert.";
    done_several_withdrawn: "The records were withdrawn.", "Die Sätze wurden zurückgezogen.";
    done_taken_back: "The change was taken back: what it replaced stands again.", "Die Änderung wurde zurückgenommen: Was sie ersetzte, gilt wieder.";
    with_chosen: "With the chosen records", "Mit den gewählten Sätzen";
    choose_record: "Choose {record}", "{record} wählen";
    set_column: "Column", "Spalte";
    set_value: "What it says", "Was sie sagt";
    set_value_help: "As a file writes it: days as 2026-12-25, numbers with a point. Empty takes it out.", "Wie in einer Datei: Tage als 2026-12-25, Zahlen mit Punkt. Leer nimmt es heraus.";
    withdraw_chosen: "Withdraw them", "Zurückziehen";
    take_change_back: "Take the change back", "Änderung zurücknehmen";
    several_title: "Several records at once", "Mehrere Sätze zugleich";
    several_hindered: "Nothing is done as long as one of these records cannot be changed.", "Solange sich einer dieser Sätze nicht ändern lässt, geschieht nichts.";
    several_nothing: "Each of these records says so already.", "Jeder dieser Sätze sagt das schon.";
    several_withdraw: "One change withdraws {records}.", "Eine Änderung zieht {records} zurück.";
    several_set: "One change sets {field} to “{value}”: {records}.", "Eine Änderung setzt {field} auf „{value}“: {records}.";
    several_clear: "One change clears {field}: {records}.", "Eine Änderung leert {field}: {records}.";
    several_do_set: "Change {records}", "{records} ändern";
    several_do_withdraw: "Withdraw {records}", "{records} zurückziehen";
    several_back: "Back to the table", "Zurück zur Tabelle";
    several_same: "says so already", "sagt das schon";
    several_gone: "withdrawn", "zurückgezogen";
    several_moves_nothing: "No level and no requirement moves by it, as things stand today.", "Keine Stufe und keine Anforderung bewegt sich dadurch, nach heutigem Stand.";
    saved_views: "Saved views", "Gespeicherte Ansichten";
    save_view: "Save this view", "Diese Ansicht speichern";
    save_view_help: "Keeps what is searched, filtered and sorted, and which columns are shown.", "Behält, was gesucht, gefiltert und sortiert ist, und welche Spalten gezeigt werden.";
    choose_columns: "Choose columns", "Spalten wählen";
    columns_shown: "Columns that are shown", "Gezeigte Spalten";
    columns_always: "Always shown: {names}. With none ticked, every column that holds something is shown. The file has the same columns, and an amount its currency.", "Immer gezeigt: {names}. Ist nichts markiert, wird jede Spalte gezeigt, in der etwas steht. Die Datei hat dieselben Spalten, ein Betrag dazu seine Währung.";
    show_columns: "Show these", "Diese zeigen";
    columns_with_values: "All that hold something", "Alle, in denen etwas steht";
    view_for: "For", "Für";
    view_for_me: "me", "mich";
    view_for_all: "everybody of the partner", "alle des Partners";
    view_of_all: "of everybody", "von allen";
    rename: "Rename", "Umbenennen";
    forget_view: "Forget", "Vergessen";
    done_undone: "The import was taken back.", "Der Import wurde zurückgenommen.";

    // -- First run --
    welcome: "Welcome", "Willkommen";
    welcome_news: "Say which company this is about. Everything else comes from evidence that you already have.", "Sagen Sie, um welche Firma es geht. Alles Weitere kommt aus Nachweisen, die Sie schon haben.";
    company_name: "Name of the company", "Name der Firma";
    company_id: "Its id", "Ihre Kennung";
    company_id_help: "As the `partner` column of your files has it. Empty: made of the name.", "So, wie die Spalte `partner` Ihrer Dateien sie enthält. Leer: aus dem Namen gebildet.";
    begin: "Begin", "Beginnen";
    then_what: "What comes next", "Was danach kommt";
    then_import: "Bring evidence: exports of your systems, or an empty table to fill in. One file is enough to begin.", "Nachweise bringen: Exporte Ihrer Systeme oder eine leere Tabelle zum Ausfüllen. Eine Datei genügt für den Anfang.";
    then_answer: "Answer what no system knows: the maturity models and checklists.", "Beantworten, was kein System weiß: Reifegradmodelle und Checklisten.";
    then_look: "Look where you stand, and open any figure to see why.", "Ansehen, wo Sie stehen, und jede Zahl öffnen, um zu sehen, warum.";

    // -- What is one's own --
    mine: "What is yours", "Was Ihres ist";
    mine_lead: "These records say something of you. Add what is new, and correct what is wrong; nobody else’s are shown to you.", "Diese Sätze sagen etwas über Sie. Ergänzen Sie Neues und berichtigen Sie Falsches; die der anderen werden Ihnen nicht gezeigt.";
    mine_nobody: "Nobody has said which person you are.", "Niemand hat gesagt, welche Person Sie sind.";
    mine_nobody_help: "Whoever looks after the members here can say it; then your records stand on this page.", "Wer hier die Mitglieder betreut, kann es sagen; dann stehen Ihre Sätze auf dieser Seite.";
    mine_more: "Add something else", "Etwas anderes hinzufügen";
    n_older: "{n} older record is not shown.|{n} older records are not shown.", "{n} älterer Satz wird nicht gezeigt.|{n} ältere Sätze werden nicht gezeigt.";

    // -- Import --
    import_lead: "A file is read and shown first: nothing changes before you say so, and a whole import can be taken back.", "Eine Datei wird erst gelesen und gezeigt: Nichts ändert sich, bevor Sie es sagen, und ein ganzer Import lässt sich zurücknehmen.";
    files: "Files", "Dateien";
    files_help: "Tables as CSV, XLSX or Parquet, several at once, or a ZIP of a whole folder. Columns may have the names that your systems give them.", "Tabellen als CSV, XLSX oder Parquet, mehrere zugleich, oder ein ganzer Ordner als ZIP. Spalten dürfen so heißen, wie Ihre Systeme sie nennen.";
    or_a_folder: "Or a folder", "Oder ein Ordner";
    handing_in: "Handing in {name}", "{name} wird übertragen";
    reading_files: "Reading the files", "Die Dateien werden gelesen";
    not_handed_in: "The files were not handed in whole. Nothing was changed; try again.", "Die Dateien wurden nicht ganz übertragen. Nichts wurde geändert; versuchen Sie es noch einmal.";
    start_by_hand: "Or start with a single record", "Oder mit einem einzelnen Satz beginnen";
    nothing_yet: "No file was imported yet.", "Noch wurde keine Datei importiert.";
    show_what_changes: "Show what would change", "Zeigen, was sich ändern würde";
    imports: "Imports", "Importe";
    all_imports: "All imports", "Alle Importe";
    import_counts: "{added} new, {changed} changed, {known} known already", "{added} neu, {changed} geändert, {known} schon bekannt";
    import_news: "{read}: {taken} can be taken, {refused} are refused. Nothing has been changed yet.", "{read}: {taken} können übernommen werden, {refused} sind abgelehnt. Noch wurde nichts geändert.";
    n_rows_read: "{n} row was read|{n} rows were read", "{n} Zeile wurde gelesen|{n} Zeilen wurden gelesen";
    import_idle: "Everything in these files is known already. There is nothing to import.", "Alles in diesen Dateien ist schon bekannt. Es gibt nichts zu importieren.";
    no_file: "no file", "keine Datei";
    and_n_files: "and {n} more file|and {n} more files", "und {n} weitere Datei|und {n} weitere Dateien";
    import_confirmed: "This import was taken over. It can be taken back as a whole.", "Dieser Import wurde übernommen. Er lässt sich als Ganzes zurücknehmen.";
    import_undone: "This import was taken back; what stood before stands again.", "Dieser Import wurde zurückgenommen; was vorher galt, gilt wieder.";
    import_discarded: "This import was discarded. Nothing was changed.", "Dieser Import wurde verworfen. Nichts wurde geändert.";
    import_failed: "The files could not be read as they are. Nothing was changed.", "Die Dateien ließen sich so nicht lesen. Nichts wurde geändert.";
    import_receiving: "The files have not been read yet.", "Die Dateien wurden noch nicht gelesen.";
    state_receiving: "receiving", "wird empfangen";
    state_previewed: "waits for you", "wartet auf Sie";
    state_confirmed: "taken over", "übernommen";
    state_undone: "taken back", "zurückgenommen";
    state_discarded: "discarded", "verworfen";
    state_failed: "not readable", "nicht lesbar";
    group_added: "New", "Neu";
    group_changed: "Changed", "Geändert";
    group_known: "Known already", "Schon bekannt";
    group_older: "Older than what stands", "Älter als der Stand";
    group_withdrawn: "Withdrawn", "Zurückgezogen";
    old_kept: "the old values are kept", "die alten Werte bleiben erhalten";
    nothing_to_do: "nothing to do", "nichts zu tun";
    refused_kept: "kept, to be mended", "aufbewahrt, zum Berichtigen";
    group_earlier: "Stated later in the files", "In den Dateien später anders";
    n_missing: "{n} record is not in the files|{n} records are not in the files", "{n} Satz fehlt in den Dateien|{n} Sätze fehlen in den Dateien";
    confirm_rows: "Import {n} record|Import {n} records", "{n} Satz importieren|{n} Sätze importieren";
    undo: "Take it back", "Zurücknehmen";
    undo_title: "Take this import back", "Diesen Import zurücknehmen";
    undo_note: "What it added is withdrawn, and what it replaced stands again as it did. Nothing is erased: what was known in between can still be asked for.", "Was er hinzufügte, wird zurückgezogen, und was er ersetzte, gilt wieder wie zuvor. Nichts wird gelöscht: Was zwischendurch bekannt war, lässt sich weiter erfragen.";
    undo_keep: "Keep what was changed since, and take back the rest", "Behalten, was seither geändert wurde, und den Rest zurücknehmen";
    how_read: "How the files are read", "Wie die Dateien gelesen werden";
    how_read_note: "Say what a column is, and read again: it is remembered for the next file of this sort.", "Sagen Sie, was eine Spalte ist, und lesen Sie neu: Für die nächste solche Datei bleibt es gemerkt.";
    read_again: "Read again", "Neu lesen";
    not_read: "do not read", "nicht lesen";
    by_itself: "as it seems", "wie es aussieht";
    decimals: "Decimals", "Dezimalzeichen";
    day_order: "Order in days", "Reihenfolge im Datum";
    day_first: "day first, 06/07 is 6 July", "Tag zuerst, 06/07 ist der 6. Juli";
    month_first: "month first, 06/07 is 7 June", "Monat zuerst, 06/07 ist der 7. Juni";
    letters: "Letters", "Zeichensatz";
    counts_since: "A row counts since", "Eine Zeile zählt seit";
    first_seen: "the day on which it was first imported so", "dem Tag, an dem sie erstmals so importiert wurde";
    leave_out: "Leave this file out", "Diese Datei weglassen";
    left_out_file: "Left out.", "Weggelassen.";
    whole_lists: "The files have the whole list of", "Die Dateien haben die ganze Liste von";
    whole_lists_note: "Records that they do not have are then withdrawn.", "Sätze, die sie nicht haben, werden dann zurückgezogen.";
    rows_of_program: "Rows that name no program are of", "Zeilen ohne Programm gehören zu";
    program_unsaid: "any program", "jedem Programm";
    forget: "Forget that", "Das vergessen";
    mend_now: "Mend the refused rows", "Abgelehnte Zeilen berichtigen";
    refused_more: "And {n} more; they are shown as these are mended.", "Und {n} weitere; sie erscheinen, sobald diese berichtigt sind.";
    another_entry: "Something else", "Etwas anderes";
    map_name: "Map", "Zuordnen";
    all_other_vendors: "Set all aside as other vendors’", "Alle als die anderer Hersteller beiseitelegen";
    discard: "Discard", "Verwerfen";
    no_rows_here: "There is no row of this sort.", "Hier gibt es keine Zeile.";
    by_kind: "By kind", "Nach Art";
    file_rows: "{read} rows read, {accepted} accepted, {refused} refused.", "{read} Zeilen gelesen, {accepted} angenommen, {refused} abgelehnt.";
    remembered: "Read as you said before.", "Gelesen, wie Sie es früher sagten.";
    no_opening: "No column says since when a row counts. These could:", "Keine Spalte sagt, ab wann eine Zeile zählt. Diese könnten es:";
    in_the_file: "In the file", "In der Datei";
    ignored: "not known, ignored", "unbekannt, übergangen";
    mend: "Take the mended row", "Berichtigte Zeile übernehmen";
    dismiss: "Keep it no longer", "Nicht mehr aufbewahren";
    unknown_names: "Names that no catalog knows", "Namen, die kein Katalog kennt";
    unknown_names_note: "They may count until somebody says what they are", "Sie zählen vielleicht, bis jemand sagt, was sie sind";
    what_it_is: "What it is", "Was es ist";
    other_vendor: "Another vendor’s", "Von einem anderen Hersteller";
    empty_tables: "Empty tables to start from", "Leere Tabellen für den Anfang";
    empty_tables_note: "A table without a row says that there is nothing of its kind; leave out those that you do not know.", "Eine Tabelle ohne Zeile sagt, dass es von ihrer Art nichts gibt; lassen Sie weg, was Sie nicht wissen.";

    // -- Around it --
    glossary_lead: "One word, one meaning. Where two words are common for a thing, the second stands below and the pages use the first.", "Ein Wort, eine Bedeutung. Sind zwei Wörter üblich, steht das zweite darunter, und die Seiten verwenden das erste. Das Glossar ist englisch.";
    about_lead: "Where a partner stands on every program that it cares about, why, and what moves it.", "Wo ein Partner in jedem Programm steht, das ihn angeht, warum, und was ihn weiterbringt.";
    about_licence: "Cairn is free software under the Apache License 2.0 or the MIT licence, as you choose. Nothing on these pages leaves your network.", "Cairn ist freie Software unter der Apache-Lizenz 2.0 oder der MIT-Lizenz, nach Ihrer Wahl. Nichts auf diesen Seiten verlässt Ihr Netz.";
    stands_on: "What it stands on", "Worauf es steht";
    n_packages: "{n} package|{n} packages", "{n} Paket|{n} Pakete";
    package: "Package", "Paket";
    version: "Version", "Version";
    licence: "Licence", "Lizenz";
    unanswered: "This cannot be answered", "Das lässt sich nicht beantworten";

    // -- Work --
    rail_work: "Work", "Arbeit";
    send: "Send", "Senden";
    save: "Save", "Speichern";
    remove: "Remove", "Entfernen";
    take_back: "Take back", "Zurücknehmen";
    actions: "Actions", "Aktionen";
    reason: "Reason", "Begründung";
    name: "Name", "Name";
    size: "Size", "Größe";
    line: "Line", "Zeile";
    purpose: "To", "Um zu";
    nobody: "nobody yet", "noch niemand";
    n_partners: "{n} partner|{n} partners", "{n} Partner|{n} Partner";
    n_things: "{n} thing waits|{n} things wait", "{n} Sache wartet|{n} Sachen warten";
    n_times: "{n} time|{n} times", "{n} Mal|{n} Mal";
    n_changes: "{n} change|{n} changes", "{n} Änderung|{n} Änderungen";
    n_added: "{n} added|{n} added", "{n} neu|{n} neu";
    n_corrected: "{n} corrected|{n} corrected", "{n} berichtigt|{n} berichtigt";
    n_withdrawn: "{n} withdrawn|{n} withdrawn", "{n} zurückgenommen|{n} zurückgenommen";
    link_gone: "This link leads nowhere", "Dieser Link führt nirgendwohin";
    link_gone_lead: "It has ended, was taken back, or was not copied whole. Ask whoever sent it.", "Er ist abgelaufen, wurde zurückgenommen oder nicht ganz kopiert. Fragen Sie, wer ihn geschickt hat.";

    changes: "What changed", "Was sich änderte";
    first_visit: "From your next visit on, this page says what changed meanwhile.", "Ab Ihrem nächsten Besuch sagt diese Seite, was sich inzwischen geändert hat.";
    nothing_since: "Nothing has changed since your last visit, on {day}.", "Seit Ihrem letzten Besuch am {day} hat sich nichts geändert.";
    changed_since: "This changed since your last visit, on {day}.", "Das hat sich seit Ihrem letzten Besuch am {day} geändert.";
    moved_held: "Held: {was} → {is}.", "Gehalten: {was} → {is}.";
    moved_met: "Met: {was} → {is}.", "Erfüllt: {was} → {is}.";
    moved_new: "Asked from now on: {rows}.", "Von nun an verlangt: {rows}.";
    moved_gone: "No longer asked: {rows}.", "Nicht mehr verlangt: {rows}.";
    edition_changes_nothing: "It changes nothing for you, as things stand.", "Sie ändert nach jetzigem Stand nichts für Sie.";
    written_on: "Last written", "Zuletzt geschrieben";

    tasks: "Tasks", "Aufgaben";
    tasks_none: "There is nothing to do.", "Es ist nichts zu tun.";
    tasks_open: "{n} task is open.|{n} tasks are open.", "{n} Aufgabe ist offen.|{n} Aufgaben sind offen.";
    tasks_late: "{n} is late.|{n} are late.", "{n} ist überfällig.|{n} sind überfällig.";
    tasks_also_closed: "Also what is done", "Auch Erledigtes";
    tasks_only_open: "Only what is open", "Nur Offenes";
    task_owner: "Who", "Wer";
    task_due: "By", "Bis";
    task_about: "For", "Wofür";
    task_row: "Row, by its id", "Zeile, nach Kennung";
    task_new: "A new task", "Eine neue Aufgabe";
    task_change: "Change the task", "Die Aufgabe ändern";
    task_closed_by: "Closed by evidence of this kind", "Erledigt durch Nachweise dieser Art";
    task_cells: "that says", "die besagen";
    task_cells_help: "As column = value, with commas between: kind = business-plan. The task closes itself when such a record arrives.", "Als Spalte = Wert, mit Kommas dazwischen: kind = business-plan. Die Aufgabe schließt sich, wenn ein solcher Satz eintrifft.";
    task_closes: "closes with {kind} {cells}", "endet mit {kind} {cells}";
    task_closed_by_evidence: "done, the evidence arrived", "erledigt, der Nachweis ist da";
    task_done: "done", "erledigt";
    task_dropped: "dropped", "verworfen";
    task_is_done: "Done", "Erledigt";
    task_drop: "Drop", "Verwerfen";
    task_reopen: "Open again", "Wieder öffnen";
    comments: "Comments", "Kommentare";
    comments_none: "Nobody has said anything yet.", "Noch hat niemand etwas gesagt.";
    comment_new: "A comment", "Ein Kommentar";
    comment_say: "Say it", "Sagen";

    rate_title: "A rating", "Eine Bewertung";
    rate_ask: "How satisfied are you with {partner}?", "Wie zufrieden sind Sie mit {partner}?";
    rate_lead: "For {person} of {customer}. It takes a minute.", "Für {person} von {customer}. Es dauert eine Minute.";
    rate_score: "Your rating", "Ihre Bewertung";
    rate_1: "very dissatisfied", "sehr unzufrieden";
    rate_2: "dissatisfied", "unzufrieden";
    rate_3: "neither", "weder noch";
    rate_4: "satisfied", "zufrieden";
    rate_5: "very satisfied", "sehr zufrieden";
    rate_comment: "What else would you like to say? You may leave this empty.", "Was möchten Sie noch sagen? Sie können das leer lassen.";
    rate_consent: "{partner} may see my rating, my comment and my name", "{partner} darf meine Bewertung, meinen Kommentar und meinen Namen sehen";
    rate_privacy: "Without this, {partner} learns only that you answered. Your name and address serve to ask you and to confirm your answer, and for nothing else. You can ask {partner} at any time to erase them.", "Ohne dies erfährt {partner} nur, dass Sie geantwortet haben. Ihr Name und Ihre Adresse dienen dazu, Sie zu fragen und Ihre Antwort zu bestätigen, und zu nichts anderem. Sie können {partner} jederzeit auffordern, sie zu löschen.";
    rate_decline: "I would rather not answer", "Ich möchte nicht antworten";
    rate_answered: "One more step", "Noch ein Schritt";
    rate_answered_lead: "We sent a mail to {email}. Follow the link in it, and your answer counts.", "Wir haben eine Mail an {email} geschickt. Folgen Sie dem Link darin, dann zählt Ihre Antwort.";
    rate_declined: "We will not ask again", "Wir fragen nicht noch einmal";
    rate_declined_lead: "Thank you for telling us. Nothing that you entered was kept.", "Danke, dass Sie es sagen. Nichts von dem, was Sie eingegeben haben, wurde aufgehoben.";
    rate_thanks: "Thank you", "Danke";
    rate_thanks_lead: "Your address is confirmed, and {partner} has your answer as far as you allow it. You can close this page.", "Ihre Adresse ist bestätigt, und {partner} hat Ihre Antwort, soweit Sie es erlauben. Sie können diese Seite schließen.";
    rate_confirm: "Is the rating of {partner} yours?", "Ist die Bewertung von {partner} von Ihnen?";
    rate_confirm_lead: "Confirm it, and it counts. If it is not yours, close this page.", "Bestätigen Sie es, dann zählt sie. Wenn sie nicht von Ihnen ist, schließen Sie diese Seite.";
    rate_confirm_button: "Yes, it is mine", "Ja, sie ist von mir";
    ratings: "Ratings", "Bewertungen durch Kunden";
    ratings_none: "Nobody is asked at the moment.", "Zurzeit ist niemand gefragt.";
    ratings_open: "{n} customer is asked and has not answered in full.|{n} customers are asked and have not answered in full.", "{n} Kunde ist gefragt und hat noch nicht ganz geantwortet.|{n} Kunden sind gefragt und haben noch nicht ganz geantwortet.";
    ratings_wait: "{n} response waits for you to say whether it is a customer.|{n} responses wait for you to say whether they are customers.", "{n} Antwort wartet darauf, dass Sie sagen, ob es ein Kunde ist.|{n} Antworten warten darauf, dass Sie sagen, ob es Kunden sind.";
    rate_elsewhere: "{program} counts only what its own form brings. Send your customers there, and record what is confirmed.", "{program} zählt nur, was das eigene Formular bringt. Schicken Sie Ihre Kunden dorthin und halten Sie fest, was bestätigt wird.";
    rate_set_form: "Say where that form is", "Sagen, wo dieses Formular ist";
    rate_record: "Record a response", "Eine Antwort festhalten";
    rate_ask_customers: "Ask customers", "Kunden fragen";
    rate_who: "Who is asked", "Wer gefragt wird";
    rate_who_help: "A line each: customer; person; e-mail address. Nobody is asked twice at once, and one reminder follows after a week.", "Je eine Zeile: Kunde; Person; E-Mail-Adresse. Niemand wird zweimal zugleich gefragt, und eine Erinnerung folgt nach einer Woche.";
    rate_send: "Send the requests", "Anfragen senden";
    rate_requests: "Requests", "Anfragen";
    rate_requests_note: "A response counts once the address is confirmed and you say that it is a customer. Its score never counts toward a level.", "Eine Antwort zählt, sobald die Adresse bestätigt ist und Sie sagen, dass es ein Kunde ist. Ihre Note zählt nie für eine Stufe.";
    rate_no_requests: "Nobody was asked yet.", "Noch wurde niemand gefragt.";
    rate_asked: "Asked", "Gefragt";
    rating_open: "asked", "gefragt";
    rating_answered: "address not confirmed", "Adresse nicht bestätigt";
    rating_confirmed: "is it a customer?", "ist es ein Kunde?";
    rating_accepted: "counts", "zählt";
    rating_refused: "no customer", "kein Kunde";
    rating_declined: "does not want to", "möchte nicht";
    rating_withdrawn: "taken back", "zurückgenommen";
    rating_expired: "not answered in time", "nicht rechtzeitig beantwortet";
    rating_erased: "erased", "gelöscht";
    rating_private: "private", "vertraulich";
    is_customer: "Is a customer", "Ist ein Kunde";
    is_no_customer: "Is none", "Ist keiner";
    remind: "Remind", "Erinnern";

    queue: "Queue", "Warteschlange";
    queue_nobody: "No partner is assigned to you.", "Ihnen ist kein Partner zugeteilt.";
    queue_empty: "Nothing waits for you.", "Nichts wartet auf Sie.";
    queue_news: "{things} for you at {partners}.", "{things} auf Sie bei {partners}.";
    queue_keys: "With script on: j and k go from one to the next, Enter opens it; r goes to the reason and Escape back; y approves and n refuses what is chosen. Without, Tab reaches everything.", "Mit Skript: j und k gehen von einem zum nächsten, Enter öffnet; r geht zur Begründung und Escape zurück; y genehmigt und n lehnt das Gewählte ab. Ohne erreicht Tab alles.";
    queue_review: "Review of {level}, {program}", "Prüfung von {level}, {program}";
    queue_kept: "It would be kept as things stand.", "Sie würde nach jetzigem Stand gehalten.";
    queue_not_kept: "It would not be kept as things stand.", "Sie würde nach jetzigem Stand nicht gehalten.";
    queue_kept_unknown: "Whether it would be kept is unknown.", "Ob sie gehalten würde, ist unbekannt.";
    queue_step: "One step from {level}, {program}", "Ein Schritt bis {level}, {program}";
    queue_short: "Only {row} is short.", "Nur {row} fehlt.";
    queue_short_by: "Only {row} is short, by {gap}.", "Nur {row} fehlt, um {gap}.";
    queue_reference: "Reference of {customer}", "Referenz von {customer}";
    queue_sign_off: "To be signed: {kind} for {program}", "Zu unterzeichnen: {kind} für {program}";
    queue_customer: "Is {person} of {customer} a customer?", "Ist {person} von {customer} ein Kunde?";
    approve: "Approve", "Genehmigen";
    refuse: "Refuse", "Ablehnen";
    sign: "Sign", "Unterzeichnen";

    settings: "Settings", "Einstellungen";
    first_run: "Say who you are and what you follow. Then bring evidence, or begin with one file.", "Sagen Sie, wer Sie sind und was Sie verfolgen. Dann bringen Sie Nachweise, oder beginnen mit einer Datei.";
    company: "Your company", "Ihre Firma";
    level_and_reviews: "Level, reviews and fee", "Stufe, Prüfungen und Gebühr";
    what_you_follow: "What you follow", "Was Sie verfolgen";
    save_and_bring: "Save, and bring evidence", "Speichern und Nachweise bringen";
    later: "Later", "Später";
    country: "Country", "Land";
    currency: "Currency", "Währung";
    time_zone: "Time zone", "Zeitzone";
    programs_followed: "Programs that you follow", "Programme, die Sie verfolgen";
    programs_followed_note: "With the status as the vendor states it", "Mit dem Status, wie ihn der Hersteller angibt";
    held_since: "Since", "Seit";
    fee_paid_until: "Fee paid until", "Gebühr bezahlt bis";
    vendor_form: "The vendor's own form for ratings", "Das eigene Bewertungsformular des Herstellers";
    business_days: "Business days", "Arbeitstage";
    business_days_note: "Due days are counted in them", "Fristen werden in ihnen gezählt";
    free_days: "Free days of the week", "Freie Wochentage";
    monday: "Monday", "Montag";
    tuesday: "Tuesday", "Dienstag";
    wednesday: "Wednesday", "Mittwoch";
    thursday: "Thursday", "Donnerstag";
    friday: "Friday", "Freitag";
    saturday: "Saturday", "Samstag";
    sunday: "Sunday", "Sonntag";
    holidays: "Holidays", "Feiertage";
    holidays_help: "A line each: the day, then its name, as 2026-12-25 Christmas.", "Je eine Zeile: der Tag, dann der Name, als 2026-12-25 Weihnachten.";
    review_days: "Business days for the review of a reference", "Arbeitstage für die Prüfung einer Referenz";

    notices: "Notices", "Hinweise";
    notices_none: "There is nothing new to tell.", "Es gibt nichts Neues zu sagen.";
    notices_some: "{n} thing to know.|{n} things to know.", "{n} Hinweis.|{n} Hinweise.";
    notice_ways: "What you want to be told, and how", "Was Sie erfahren möchten, und wie";
    notice_review: "A review in 90, 30 or 7 days", "Eine Prüfung in 90, 30 oder 7 Tagen";
    notice_certificate: "A certificate that expires in 90, 30 or 7 days", "Ein Zertifikat, das in 90, 30 oder 7 Tagen abläuft";
    notice_reference: "The review of a reference that is due or late", "Die Prüfung einer Referenz, die fällig oder überfällig ist";
    notice_import: "An import that is finished", "Ein Import, der fertig ist";
    notice_rating: "A rating that waits for you", "Eine Bewertung, die auf Sie wartet";
    notice_digest: "The week in one mail, on its first working day", "Die Woche in einer Mail, an ihrem ersten Arbeitstag";
    notice_holder: "A certificate that expires, told to its holder", "Ein Zertifikat, das abläuft, an die Person selbst";
    way_page: "here", "hier";
    way_mail: "by mail", "per Mail";
    way_hook: "by web hook", "per Webhook";
    put_away: "Put away", "Weglegen";

    audit: "Audit log", "Prüfprotokoll";
    audit_news: "Every change at this partner: who did what, when, to what. Nothing is ever taken out.", "Jede Änderung bei diesem Partner: wer was wann woran tat. Nichts wird je herausgenommen.";
    audit_news_all: "Every change of everybody and of the server. Nothing is ever taken out.", "Jede Änderung von allen und vom Server. Nichts wird je herausgenommen.";
    audit_of: "Of", "Von";
    audit_of_partner: "this partner", "diesem Partner";
    audit_of_all: "everybody and the server", "allen und dem Server";
    audit_who: "Who", "Wer";
    audit_what: "What", "Was";
    audit_to_what: "To what", "Woran";
    audit_from: "From", "Ab";
    audit_through: "Through", "Bis einschließlich";
    audit_verify: "Check that the chain is whole", "Prüfen, ob die Kette ganz ist";
    audit_whole: "The chain is whole: {changes} changes and {facts} facts say what they were sealed with. The newest seal is {head}.", "Die Kette ist ganz: {changes} Änderungen und {facts} Fakten sagen, womit sie versiegelt wurden. Das neueste Siegel ist {head}.";
    audit_broken: "The chain is not whole, of {changes} changes and {facts} facts. The newest seal is {head}.", "Die Kette ist nicht ganz, bei {changes} Änderungen und {facts} Fakten. Das neueste Siegel ist {head}.";
    changes_written: "Changes", "Änderungen";
    audit_newest: "Newest", "Neueste";
    audit_older: "Older", "Ältere";
    audit_none: "No change is like that.", "Keine Änderung ist so.";
    audit_number: "Number", "Nummer";
    audit_when: "When", "Wann";

    hooks: "Web hooks", "Webhooks";
    hooks_lead: "Each address is told when a standing of this partner changes, signed with its secret.", "Jede Adresse erfährt, wenn sich ein Stand dieses Partners ändert, mit ihrem Geheimnis unterschrieben.";
    hooks_lead_all: "Each address is told when a standing of any partner changes, signed with its secret.", "Jede Adresse erfährt, wenn sich ein Stand irgendeines Partners ändert, mit ihrem Geheimnis unterschrieben.";
    hooks_of_partner: "Those of this partner", "Die dieses Partners";
    hooks_of_server: "Those of the server", "Die des Servers";
    hooks_none: "Nobody is told yet.", "Noch erfährt es niemand.";
    hook_secret: "Copy the secret now: it is shown this once.", "Das Geheimnis jetzt kopieren: Es wird nur dieses Mal gezeigt.";
    hook_test: "Send a test", "Probe senden";
    hook_end: "End it", "Beenden";
    hook_again: "Send again", "Noch einmal senden";
    hook_nothing_sent: "Nothing was sent there yet.", "Dorthin wurde noch nichts gesendet.";
    hook_sent: "Sent", "Gesendet";
    hook_tries: "Tries", "Versuche";
    hook_next: "Next try", "Nächster Versuch";
    hook_said: "What the last try came to", "Was der letzte Versuch ergab";
    hook_delivered: "delivered", "zugestellt";
    hook_dead: "given up", "aufgegeben";
    hook_waiting: "waiting", "wartet";
    hook_new: "A new hook", "Ein neuer Webhook";
    hook_url: "Address", "Adresse";
    hook_make: "Make the hook", "Webhook erstellen";

    hand_over: "Hand over", "Übergeben";
    hand_over_lead: "When somebody leaves: say who takes their work over, and look at what moves before it does.", "Wenn jemand geht: Sagen Sie, wer die Arbeit übernimmt, und sehen Sie, was übergeht, bevor es geschieht.";
    hand_over_news: "{from} hands {roles} and {tasks} over to {to}.", "{from} übergibt {roles} und {tasks} an {to}.";
    n_roles: "{n} role|{n} roles", "{n} Rolle|{n} Rollen";
    n_tasks: "{n} open task|{n} open tasks", "{n} offene Aufgabe|{n} offene Aufgaben";
    hand_over_from: "Who leaves", "Wer geht";
    hand_over_to: "Who takes over", "Wer übernimmt";
    hand_over_show: "Show what moves", "Zeigen, was übergeht";
    hand_over_roles: "Roles at this partner", "Rollen bei diesem Partner";
    hand_over_no_roles: "They have no role here that another could take over.", "Hier haben sie keine Rolle, die andere übernehmen könnten.";
    hand_over_move_roles: "Hand the roles over", "Die Rollen übergeben";
    hand_over_no_tasks: "No open task is theirs.", "Keine offene Aufgabe ist ihre.";
    hand_over_move_tasks: "Hand the tasks over", "Die Aufgaben übergeben";
    hand_over_step: "a step of a plan", "ein Schritt eines Plans";
    hand_over_shares: "They made these and they go on working until they end.", "Diese haben sie erstellt, und sie gelten weiter, bis sie enden.";

    shares: "Links to a scorecard", "Links zu einer Scorecard";
    shares_lead: "Whoever has such a link sees the scorecard of the day, and nothing else, until it ends.", "Wer einen solchen Link hat, sieht die Scorecard des Tages, und nichts sonst, bis er endet.";
    share_new: "A new link", "Ein neuer Link";
    share_days: "Days", "Tage";
    share_for: "For whom", "Für wen";
    share_make: "Make the link", "Link erstellen";
    share_local: "This server is reached at {url}, from this computer only. Whoever is elsewhere opens such a link once the server has an address that they can reach, set with --public-url. Until then, hand the file on.", "Dieser Server ist unter {url} erreichbar, nur von diesem Rechner. Andere öffnen einen solchen Link erst, wenn der Server eine Adresse hat, die sie erreichen; sie wird mit --public-url gesetzt. Geben Sie bis dahin die Datei weiter.";
    share_made: "Copy it now: it is shown this once.", "Jetzt kopieren: Er wird nur dieses Mal gezeigt.";
    shares_all: "Links", "Links";
    share_opened: "Opened", "Geöffnet";
    share_end: "End it", "Beenden";
    has: "Has", "Hat";
    customer: "Customer", "Kunde";
    answers_history: "History of answers", "Verlauf der Antworten";
    answers_news: "{n} answer was given, to {questions} of {all} questions.|{n} answers were given, to {questions} of {all} questions.", "{n} Antwort wurde gegeben, auf {questions} von {all} Fragen.|{n} Antworten wurden gegeben, auf {questions} von {all} Fragen.";
    answers_given: "Answers, question by question", "Antworten, Frage für Frage";
    answers_none: "Nothing was answered yet.", "Noch wurde nichts beantwortet.";
    answered_by: "By whom", "Von wem";
    imported_by: "imported by {name}", "importiert von {name}";
    stage_over_time: "Stage on each day of an answer", "Stufe an jedem Tag einer Antwort";
    stage_by_stage: "Stage by stage", "Stufe für Stufe";
    sheets_compare: "Compare", "Vergleichen";
    sheets_with: "With", "Mit";
    sheets_share: "Both ask {n} question.|Both ask {n} questions.", "Beide stellen {n} Frage.|Beide stellen {n} Fragen.";
    sheets_share_none: "They share no question: stages stand beside each other, and questions below each other.", "Sie teilen keine Frage: Die Stufen stehen nebeneinander, die Fragen untereinander.";
    sheets_alike: "All of them are answered alike.", "Alle sind gleich beantwortet.";
    sheets_differ: "{n} of them is answered otherwise.|{n} of them are answered otherwise.", "{n} davon ist anders beantwortet.|{n} davon sind anders beantwortet.";
    companies: "Companies", "Firmen";
    companies_one: "Company", "Firma";
    companies_news: "You see {n} company.|You see {n} companies.", "Sie sehen {n} Firma.|Sie sehen {n} Firmen.";
    companies_safe: "None of their levels is in danger within a year.", "Keine ihrer Stufen ist innerhalb eines Jahres in Gefahr.";
    companies_danger: "{n} level is in danger within a year, if nothing new happens.|{n} levels are in danger within a year, if nothing new happens.", "{n} Stufe ist innerhalb eines Jahres in Gefahr, wenn nichts Neues geschieht.|{n} Stufen sind innerhalb eines Jahres in Gefahr, wenn nichts Neues geschieht.";
    companies_in_danger: "in danger", "in Gefahr";
    companies_some_short: "short of the next level", "unter der nächsten Stufe";
    companies_with_work: "with open tasks", "mit offenen Aufgaben";
    companies_sort: "Sorted by", "Sortiert nach";
    companies_by_danger: "Nearest danger", "Nächste Gefahr";
    companies_open: "Open tasks", "Offene Aufgaben";
    companies_next: "Next level", "Nächste Stufe";
    companies_only_met: "met, not held", "erfüllt, nicht gehalten";
    companies_short: "{n} row short|{n} rows short", "{n} Zeile fehlt|{n} Zeilen fehlen";
    companies_none: "No company is like that.", "Keine Firma ist so.";
    companies_left_out: "{n} company more is not shown here. Ask about all of them by the command line or the API.|{n} companies more are not shown here. Ask about all of them by the command line or the API.", "{n} weitere Firma ist hier nicht gezeigt. Fragen Sie nach allen über die Befehlszeile oder die API.|{n} weitere Firmen sind hier nicht gezeigt. Fragen Sie nach allen über die Befehlszeile oder die API.";
    level_ends: "{level} ends", "{level} endet";
    shares_or_file: "Under each scorecard it is also there as one HTML file, which opens without a network and prints.", "Unter jeder Scorecard gibt es sie auch als eine HTML-Datei, die ohne Netz aufgeht und sich drucken lässt.";
    file_foot: "Made with Cairn by the rules of {program}, edition {edition}, whose hash is {hash}.", "Erstellt mit Cairn nach den Regeln von {program}, Ausgabe {edition}, mit dem Hash {hash}.";
    shared_lead: "As of {day}. This link works until {until}.", "Stand {day}. Dieser Link gilt bis {until}.";

    same_person: "One person under two names", "Eine Person unter zwei Namen";
    same_none: "Nobody seems to be there twice.", "Niemand scheint doppelt vorzukommen.";
    same_some: "{n} pair may be one person.|{n} pairs may be one person each.", "{n} Paar könnte eine Person sein.|{n} Paare könnten je eine Person sein.";
    same_address: "the same address", "dieselbe Adresse";
    same_name: "the same name", "derselbe Name";
    nearly_same_name: "nearly the same name", "fast derselbe Name";
    same_id: "the id of one is the address of the other", "die Kennung der einen ist die Adresse der anderen";
    merge_into: "Merge into", "Zusammenführen in";
    merge_note: "All that is said of the one is said of the other from then on. It can be split again.", "Alles über die eine gilt von da an für die andere. Es lässt sich wieder trennen.";
    merges: "Merged", "Zusammengeführt";
    split_again: "Split again", "Wieder trennen";

    documents: "Documents", "Dokumente";
    documents_none: "No document is attached.", "Kein Dokument ist angehängt.";
    attached_by: "By", "Von";
    attach: "A document", "Ein Dokument";
    attach_help: "A PDF, a picture, a file of an office suite, or plain text; at most 20 MiB.", "Ein PDF, ein Bild, eine Office-Datei oder Text; höchstens 20 MiB.";
    attach_button: "Attach", "Anhängen";

    write_edition: "Write an edition", "Eine Ausgabe schreiben";
    write_lead: "Begin with an edition, or with an empty page.", "Beginnen Sie mit einer Ausgabe oder mit einer leeren Seite.";
    write_from: "Begin with", "Beginnen mit";
    write_text: "The text", "Der Text";
    write_found: "What was found", "Was gefunden wurde";
    write_help: "What helps", "Was hilft";
    write_who: "Who moves", "Wer sich bewegt";
    write_clean: "Nothing is wrong with it.", "Es ist in Ordnung.";
    write_notes: "It can be used; {n} note.|It can be used; {n} notes.", "Es ist verwendbar; {n} Hinweis.|Es ist verwendbar; {n} Hinweise.";
    write_errors: "{n} error keeps it from being used.|{n} errors keep it from being used.", "{n} Fehler steht dem Gebrauch im Weg.|{n} Fehler stehen dem Gebrauch im Weg.";
    write_nobody_moves: "Nobody's level moves, of {partners}.", "Keine Stufe bewegt sich, von {partners}.";
    write_moves: "{up} up and {down} down, of {partners}.", "{up} hinauf und {down} hinunter, von {partners}.";
    write_check: "Check", "Prüfen";
    write_try: "Try it on this partner", "An diesem Partner erproben";
    write_try_all: "Try it on all", "An allen erproben";
    write_draft: "Keep as a draft", "Als Entwurf aufheben";
    write_publish: "Publish", "Veröffentlichen";
    write_note: "What is published is in use at once.", "Was veröffentlicht ist, gilt sofort.";

    // -- News: what one would say of it --
    news_figures: "{known} of {n} figure can be worked out from what you have supplied.|{known} of {n} figures can be worked out from what you have supplied.", "{known} von {n} Kennzahl lässt sich aus dem Gelieferten errechnen.|{known} von {n} Kennzahlen lassen sich aus dem Gelieferten errechnen.";
    news_none_answered: "None of its {n} questions is answered yet.", "Noch ist keine der {n} Fragen beantwortet.";
    news_all_answered: "All {n} questions are answered.", "Alle {n} Fragen sind beantwortet.";
    news_some_answered: "{n} of {m} questions are answered.", "{n} von {m} Fragen sind beantwortet.";
    news_open_in: "What is open is in {list}.", "Was offen ist, steht in {list}.";
    news_no_levels: "It has no levels: nothing is passed or failed here.", "Es gibt keine Stufen: Hier wird nichts bestanden oder verfehlt.";
    news_contradicts_one: "Your evidence contradicts the answer to {what}.", "Ihre Nachweise widersprechen der Antwort auf {what}.";
    news_contradicts: "Your evidence contradicts {n} answers: {list}.", "Ihre Nachweise widersprechen {n} Antworten: {list}.";
    quoted: "“{text}”", "„{text}“";
    news_meets_all: "You meet {level}.", "Sie erfüllen {level}.";
    news_meets_open: "Whether you meet {level} is open.", "Ob Sie {level} erfüllen, ist offen.";
    news_meets_not: "You do not meet {level}.", "Sie erfüllen {level} nicht.";
    news_stands: "You stand at {level}, {n} of {m}.", "Sie stehen auf {level}, {n} von {m}.";
    news_reached_open: "Whether you have reached {level} is open.", "Ob Sie {level} erreicht haben, ist offen.";
    news_reached_not: "You have not reached {level} yet.", "Sie haben {level} noch nicht erreicht.";
    news_may_be: "As far as silence leaves it open, it may be {level}.", "Soweit Schweigen es offenlässt, kann es {level} sein.";
    news_today_meets: "today you meet {level}", "heute erfüllen Sie {level}";
    news_row: "row {line} of `{file}` ({problem})", "Zeile {line} von `{file}` ({problem})";
    news_row_refused: "{row} was refused", "{row} wurde abgelehnt";
    news_rows_refused: "{n} rows were refused, the first of them {row}", "{n} Zeilen wurden abgelehnt, die erste davon {row}";
    news_open: "Which level you hold is open: {rows}.", "Welche Stufe Sie halten, ist offen: {rows}.";
    news_no_level_but: "You hold no level yet, and {today}.", "Sie halten noch keine Stufe, und {today}.";
    news_no_level: "You hold no level yet.", "Sie halten noch keine Stufe.";
    news_no_table: "No table `enrollments` says what you hold.", "Keine Tabelle `enrollments` sagt, was Sie halten.";
    news_hold: "You hold {level}.", "Sie halten {level}.";
    news_unpublished: "What {who} does then is not published.", "Was dann geschieht, hat {who} nicht veröffentlicht.";
    news_review_today: "Your review of {day}, today, is not passed", "Ihre Prüfung am {day}, heute, ist nicht bestanden";
    news_review_failed: "Your review of {day} was not passed", "Ihre Prüfung am {day} wurde nicht bestanden";
    news_not_kept_since: "What keeping {level} asks has not been met since {day}", "Was nötig ist, um {level} zu halten, ist seit dem {day} nicht erfüllt";
    news_left: ", and {level} is left", ", und {level} bleibt";
    news_none_left: ", and no level is left", ", und keine Stufe bleibt";
    news_ends: "{what}; {level} ends on {day}, {distance}{left}", "{what}; {level} endet am {day}, {distance}{left}";
    news_unless_as_today: ", unless on that day you still meet what entering it asks, as you do today.", ", es sei denn, Sie erfüllen an diesem Tag noch, was die Aufnahme verlangt, wie heute.";
    news_unless_short: ", unless on that day you meet what entering it asks: today you are short of {list}.", ", es sei denn, Sie erfüllen an diesem Tag, was die Aufnahme verlangt: Heute fehlt es an {list}.";
    news_unless: ", unless on that day you meet what entering it asks.", ", es sei denn, Sie erfüllen an diesem Tag, was die Aufnahme verlangt.";
    news_account: " By our account you have held {level} since {day}.", " Nach unserer Rechnung halten Sie seit dem {day} {level}.";
    news_account_none: " By our account you hold no level now.", " Nach unserer Rechnung halten Sie jetzt keine Stufe.";
    news_for_review: "the review of {day} was not passed", "die Prüfung am {day} wurde nicht bestanden";
    news_for_keeping_since: "what keeping it asks had not been met since {day}", "was zum Halten nötig ist, war seit dem {day} nicht erfüllt";
    news_ended_on: "{level} ended on {day}", "{level} endete am {day}";
    news_ended: "{ended}, for {cause}.{account} The record of {who} still says {held}, and its word wins.", "{ended}, denn {cause}.{account} Der Eintrag von {who} sagt noch {held}, und er geht vor.";
    news_lost_unless_grace: "{what}; {level} is lost with it unless a grace period, which is not published, applies.", "{what}; damit geht {level} verloren, wenn nicht eine Frist gilt, die nicht veröffentlicht ist.";
    news_at_review: "at the review of {day}, {distance}", "bei der Prüfung am {day}, {distance}";
    news_at_next_review: "at its next review, whose day nobody has supplied", "bei der nächsten Prüfung, deren Tag niemand geliefert hat";
    news_passed_until: "{at}, which can be passed until {day}", "{at}, die bis zum {day} bestanden werden kann";
    news_keeps: "You hold {level}, and as things stand you keep it {at}.", "Sie halten {level} und behalten es nach jetzigem Stand {at}.";
    news_meets_keeping: "You hold {level}, and today you meet what keeping it asks.", "Sie halten {level} und erfüllen heute, was zum Halten nötig ist.";
    news_there_are_no: "there are no {list}", "gibt es keine {list}";
    news_is_short_of: "you are short of {list}", "fehlt es an {list}";
    news_for_keeping: "for keeping it", "zum Halten";
    news_fine_but: "{rolling} you are fine, but {since} {what}: you would not renew it {at}{then}", "{rolling} ist alles erfüllt, aber {since} {what}: Sie würden es nicht verlängern {at}{then}";
    news_would_fall: "{since} {what}: you would not renew it {at}{then}", "{since} {what}: Sie würden es nicht verlängern {at}{then}";
    news_and_until: ", and until you supply {list}", ", und bis Sie {list} liefern";
    news_review_ahead: "Whether you renew it {at} is open, for `last_review_on` in `enrollments` says {day}, which lies ahead: correct it{rest}.", "Ob Sie es verlängern {at}, ist offen, denn `last_review_on` in `enrollments` sagt {day}, und das liegt in der Zukunft: Berichtigen Sie es{rest}.";
    news_renewal_unsaid: "Whether you renew it {at} cannot be said yet.", "Ob Sie es verlängern {at}, lässt sich noch nicht sagen.";
    news_renewal_open: "Whether you renew it {at} is open until you supply {list}.", "Ob Sie es verlängern {at}, ist offen, bis Sie {list} liefern.";
    news_review_due: "Its review was due on {day}, and no later enrollment says how it went.", "Die Prüfung war am {day} fällig, und kein späterer Eintrag sagt, wie sie ausging.";
    news_since_review_of: "since your last review of {day}", "seit Ihrer letzten Prüfung am {day}";
    news_since_review: "since your last review", "seit Ihrer letzten Prüfung";
    news_since_enrolled: "since you enrolled", "seit Ihrem Beitritt";
    news_over: "over the last {length}", "auf die letzten {length} gesehen";
    news_from: "from {day} on", "ab dem {day}";
    news_in_the: "in the {window}", "im Fenster „{window}“";
    news_in: "in {window}", "im Fenster „{window}“";
    news_rolling_year: "on a rolling year", "auf ein gleitendes Jahr gesehen";
    news_newcomer: "judged as a newcomer", "wie ein Neuling beurteilt";
    news_then_unpublished: "; what {who} does then is not published.", "; was dann geschieht, hat {who} nicht veröffentlicht.";
    news_grace_unpublished: "; how long you would keep it after that is not published.", "; wie lange Sie es danach behielten, ist nicht veröffentlicht.";
    news_after_grace: " after {length}", " nach {length}";
    news_then_lost: "; it would be lost{grace}.", "; es ginge{grace} verloren.";
    news_then_highest: "; you would fall to the highest level that you still retain{grace}.", "; Sie fielen{grace} auf die höchste Stufe, die Sie noch halten.";
    news_then_falls: "; you would fall to {level}{grace}.", "; Sie fielen{grace} auf {level}.";
    news_own_test: "For {level} every row is met; what is missing is its own test of entry.", "Für {level} ist jede Zeile erfüllt; was fehlt, ist die eigene Bedingung der Aufnahme.";
    news_short_in_all: "For {level} you are short in all {n} rows: {list}.", "Für {level} fehlt es in allen {n} Zeilen: {list}.";
    news_short_in: "For {level} you are short in {n} of {m} rows: {list}.", "Für {level} fehlt es in {n} von {m} Zeilen: {list}.";
    news_short_of: "For {level} you are short of {list}.", "Für {level} fehlt es an {list}.";
    news_rows_unknown: "One row of {level} is unknown|{n} rows of {level} are unknown", "Eine Zeile von {level} ist unbekannt|{n} Zeilen von {level} sind unbekannt";
    news_settled_by: "{rows}; most would be settled by {list}.", "{rows}; das meiste würden klären: {list}.";
    home_not_renewed: "You would not renew {level} of {program} at its review{when}.{more}", "Sie würden {level} von {program} bei der Prüfung{when} nicht verlängern.{more}";
    home_when: " on {day}, {distance}", " am {day}, {distance},";
    home_not_renewed_more: " {n} status more would not be renewed either.| {n} statuses more would not be renewed either.", " {n} weiterer Status würde auch nicht verlängert.| {n} weitere Status würden auch nicht verlängert.";
    home_answers: "What you have supplied answers {known} of {judged} rows in {n} program{wants}.|What you have supplied answers {known} of {judged} rows in {n} programs{wants}.", "Was Sie geliefert haben, beantwortet {known} von {judged} Zeilen in {n} Programm{wants}.|Was Sie geliefert haben, beantwortet {known} von {judged} Zeilen in {n} Programmen{wants}.";
    home_wants: "; the most would be settled by {list}", "; das meiste würden klären: {list}";
    home_level_of: "{level} of {program}", "{level} von {program}";
    home_holds: "You hold {list}{review}.", "Sie halten {list}{review}.";
    home_keeps: ", and as things stand keep it at the next review, on {day}, {distance}", " und behalten es nach jetzigem Stand bei der nächsten Prüfung, am {day}, {distance}";
    supply_kind: "a table `{kind}`", "eine Tabelle `{kind}`";
    supply_answer: "an answer to `{question}` ({title})", "eine Antwort auf `{question}` ({title})";
    supply_field: "`{field}` in `{kind}`", "`{field}` in `{kind}`";
    supply_name: "what `{name}` is", "was `{name}` ist";
    supply_mended: "mended rows of `{kind}`", "berichtigte Zeilen von `{kind}`";
    supply_clear: "what names and empty cells of `{kind}` mean", "was Namen und leere Zellen in `{kind}` bedeuten";
    supply_parameter: "a value, `--set {name}=…`", "einen Wert, `--set {name}=…`";

    // -- Windows --
    window_period: "period", "der Zeitraum der Frage";
    window_trailing: "trailing {length}", "die letzten {length}";
    window_since_review: "since the last review", "seit der letzten Prüfung";
    window_since_enrolled: "since enrolled", "seit dem Beitritt";
    window_from: "from {day}", "ab {day}";
    window_this: "this {unit}", "laufend: {unit}";
    window_this_before: "this {unit} and {n} before", "laufend: {unit}, und {n} davor";
    window_whole: "last {n} whole {unit}", "letzte {n} ganze {unit}";
    window_fiscal: "fiscal {unit}", "Geschäfts-{unit}";

    // -- Why a record does not count --
    why_refused: "refused at import: {problem}", "beim Import abgelehnt: {problem}";
    why_learned_on: "learned only on {day}", "erst am {day} bekannt geworden";
    why_learned_later: "learned later", "später bekannt geworden";
    why_corrected_by: "corrected by {file}, row {row}", "berichtigt durch {file}, Zeile {row}";
    why_corrected: "corrected by a later record", "durch einen späteren Satz berichtigt";
    why_foreign: "of another program or vendor: {whose}", "eines anderen Programms oder Herstellers: {whose}";
    why_catalog: "the catalog {catalog}", "der Katalog {catalog}";
    why_foreign_name: "another vendor's name", "der Name eines anderen Herstellers";
    why_other_entity: "counts for `{who}` alone", "zählt allein für `{who}`";
    why_waits: "waits for {list}", "wartet auf {list}";
    why_not_yet: "counts only from {day}", "zählt erst ab {day}";
    why_ended_next: "ended on {day}, when the next one began", "endete am {day}, als der nächste begann";
    why_ended_by: "ended on {day} ({by})", "endete am {day} ({by})";
    why_ended: "ended on {day}", "endete am {day}";
    why_no_record: "no {kind} record", "kein Satz in {kind}";
    why_empty: "{field} is empty", "{field} ist leer";
    why_no_record_of: "no {kind} record of {who}", "kein Satz in {kind} von {who}";
    why_none_holds: "no {kind} record of {who} holds", "kein Satz in {kind} von {who} gilt";
    why_only_from: "{who} is registered only from {day}", "{who} ist erst ab {day} gemeldet";
    why_left: "{who} left on {day}", "{who} ging am {day}";
    why_that_day: "{who} was not registered on that day", "{who} war an diesem Tag nicht gemeldet";
    why_silent: "what it is joined to is silent; it may count", "wozu er gehört, darüber ist nichts bekannt; er kann zählen";
    why_never_supplied: "{kind} were never supplied; it may count", "{kind} wurde nie geliefert; er kann zählen";
    why_holder_refused: "a refused row of {kind} may be its own; it may count|one of {n} refused rows of {kind} may be its own; it may count", "eine abgelehnte Zeile von {kind} kann seine sein; er kann zählen|eine von {n} abgelehnten Zeilen von {kind} kann seine sein; er kann zählen";
    why_currency: "in {has}, and no rate to {wants} is named; it may count", "in {has}, und kein Kurs zu {wants} ist genannt; er kann zählen";
    why_no_mark: "no record gives the day from which is counted; it may count", "kein Satz nennt den Tag, ab dem gezählt wird; er kann zählen";
    why_before: "{n} day before the window opens on {day}|{n} days before the window opens on {day}", "{n} Tag, bevor das Fenster am {day} beginnt|{n} Tage, bevor das Fenster am {day} beginnt";
    why_after: "{n} day after the window closes on {day}|{n} days after the window closes on {day}", "{n} Tag, nachdem das Fenster am {day} endet|{n} Tage, nachdem das Fenster am {day} endet";
    why_not_clause: "not {clause}", "nicht {clause}";
    why_clause: "{has}, and {clause} is asked", "{has}, und verlangt ist {clause}";
    why_field_empty: "{field} is empty; it may count", "{field} ist leer; er kann zählen";
    why_name: "no catalog knows its name; it may count", "kein Katalog kennt den Namen; er kann zählen";
    why_name_near: "no catalog knows its name (nearest: {list}); it may count", "kein Katalog kennt den Namen (am nächsten: {list}); er kann zählen";
    why_listed_from: "on the list only from {day}", "erst ab {day} auf der Liste";
    why_listed_until: "no longer on the list since {day}", "seit {day} nicht mehr auf der Liste";
    why_unlisted: "not on the list", "nicht auf der Liste";
    why_used: "used before", "schon verwendet";
    why_group: "its group is not enough", "seine Gruppe reicht nicht";
    why_same_holder: "the same holder counts already", "dieselbe Person zählt schon";
    why_no_seat: "no seat was left for it", "kein Platz war mehr frei";
    why_full: "its part is full: it gives {max} at most", "sein Teil ist voll: Er gibt höchstens {max}";
    reason_refused: "refused", "abgelehnt";
    reason_learned_later: "learned later", "später bekannt";
    reason_foreign: "of another program", "eines anderen Programms";
    reason_other_entity: "of another entity", "einer anderen Einheit";
    reason_not_yet: "not yet open", "noch nicht begonnen";
    reason_absent: "without a registered holder", "ohne gemeldete Person";
    reason_currency: "in another currency", "in anderer Währung";
    reason_empty: "with an empty field", "mit leerem Feld";
    reason_name: "of unknown name", "mit unbekanntem Namen";
    reason_unlisted: "not on the list", "nicht auf der Liste";
    reason_used: "used before", "schon verwendet";
    reason_group: "of a group that is not enough", "einer Gruppe, die nicht reicht";
    reason_no_seat: "without a seat", "ohne Platz";
    reason_full: "beyond what the part gives", "über das hinaus, was der Teil gibt";
    convention_edges: "a window leaves out its first day and counts its last (ours)", "ein Fenster lässt seinen ersten Tag aus und zählt seinen letzten (unsere)";
    convention_end: "a record no longer counts on the day that ends it (ours)", "ein Satz zählt an dem Tag nicht mehr, der ihn beendet (unsere)";
    convention_may_count: "what cannot be read for certain may count; it decides only where it would change the verdict (ours)", "was nicht sicher zu lesen ist, kann zählen; es entscheidet nur, wo es das Urteil ändern würde (unsere)";
    convention_review: "since the last review: the review day itself is left out (ours)", "seit der letzten Prüfung: Der Tag der Prüfung selbst zählt nicht mit (unsere)";
    convention_held: "held: met on every single day of the window (ours)", "gehalten: an jedem einzelnen Tag des Fensters erfüllt (unsere)";

    // -- What somebody is told --
    told_review: "The review of {level} of {program} is {distance}, on {day}.", "Die Prüfung von {level} von {program} ist {distance}, am {day}.";
    told_certificate: "{what} of {who} expires {distance}, on {day}.", "{what} von {who} läuft {distance} ab, am {day}.";
    told_reference_due: "The review of a reference is due: its last day is {day}.", "Die Prüfung einer Referenz ist fällig: Ihr letzter Tag ist der {day}.";
    told_reference_late: "The review of a reference is late: its last day is {day}.", "Die Prüfung einer Referenz ist überfällig: Ihr letzter Tag ist der {day}.";
    told_import: "An import is finished ({what}).", "Ein Import ist fertig ({what}).";
    told_rating: "A customer has rated you and confirmed the address. Say whether it is a customer.", "Ein Kunde hat Sie bewertet und die Adresse bestätigt. Sagen Sie, ob es ein Kunde ist.";
    told_mail: "Hello,\n\n{text}\n\nYou chose to be told of this, or {partner} did for you.\n\nCairn\n", "Guten Tag,\n\n{text}\n\nSie haben gewählt, davon zu erfahren, oder {partner} für Sie.\n\nCairn\n";

    // -- Accounts, members and what stands before one is in --
    acc_factor: "Second factor", "Zweiter Faktor";
    acc_first: "First administrator", "Erste Administration";
    acc_forgotten: "Forgotten password", "Passwort vergessen";
    acc_gone: "This link works no more", "Dieser Link gilt nicht mehr";
    acc_invitation: "Invitation", "Einladung";
    acc_new_password: "New password", "Neues Passwort";
    acc_second_step: "Second step", "Zweiter Schritt";
    acc_sign_in: "Sign in", "Anmelden";
    acc_factor_set: "Your second factor is set. These recovery codes work once each, where your device is lost. They are shown only now: print them, or keep them where you keep passwords.", "Ihr zweiter Faktor ist eingerichtet. Diese Wiederherstellungscodes gelten je einmal, falls Ihr Gerät verloren geht. Sie werden nur jetzt gezeigt: Drucken Sie sie, oder heben Sie sie auf, wo Sie Passwörter aufheben.";
    acc_codes_kept: "I have kept them", "Ich habe sie aufgehoben";
    acc_factor_scan: "Open the app of codes on your phone and scan this picture, or type the key.", "Öffnen Sie die App für Codes auf Ihrem Telefon und scannen Sie dieses Bild, oder tippen Sie den Schlüssel ein.";
    acc_code_shown: "The code that it shows", "Der Code, den sie zeigt";
    acc_confirm: "Confirm", "Bestätigen";
    acc_codes_left: "A code of your app is asked for when you sign in. {n} recovery code is left.|A code of your app is asked for when you sign in. {n} recovery codes are left.", "Beim Anmelden wird nach einem Code Ihrer App gefragt. {n} Wiederherstellungscode ist übrig.|Beim Anmelden wird nach einem Code Ihrer App gefragt. {n} Wiederherstellungscodes sind übrig.";
    acc_codes_new: "New recovery codes", "Neue Wiederherstellungscodes";
    acc_code: "Code of your app", "Code Ihrer App";
    acc_codes_make: "Make new ones", "Neue erstellen";
    acc_remove_it: "Remove it", "Entfernen";
    acc_code_or_recovery: "Code of your app, or a recovery code", "Code Ihrer App, oder ein Wiederherstellungscode";
    acc_remove: "Remove", "Entfernen";
    acc_back_account: "Back to your account", "Zurück zu Ihrem Konto";
    acc_factor_asked: "This server asks administrators for a second factor. Set one up to go on.", "Dieser Server verlangt von der Administration einen zweiten Faktor. Richten Sie einen ein, um fortzufahren.";
    acc_factor_what: "Beside your password, a code that your phone makes is asked for. It needs an app for codes, and no network.", "Neben Ihrem Passwort wird ein Code verlangt, den Ihr Telefon erzeugt. Das braucht eine App für Codes und kein Netz.";
    acc_set_up: "Set it up", "Einrichten";
    acc_first_lead: "Nobody has an account here yet. Yours may do everything on this server.", "Noch hat niemand hier ein Konto. Ihres darf alles auf diesem Server.";
    acc_email: "E-mail", "E-Mail";
    acc_begin: "Begin", "Beginnen";
    acc_link_sent: "if this address has an account here, a link to choose a new password is on its way to it.", "wenn es zu dieser Adresse hier ein Konto gibt, ist ein Link unterwegs, mit dem sich ein neues Passwort wählen lässt.";
    acc_link_outbox: "This server sends no mail itself: an administrator finds it in the outbox and hands it on.", "Dieser Server verschickt selbst keine Mail: Die Administration findet ihn im Postausgang und reicht ihn weiter.";
    acc_back_sign_in: "Back to signing in", "Zurück zur Anmeldung";
    acc_send_link: "Send a link", "Link senden";
    acc_gone_why: "It was used, or replaced by a newer one, or it has expired.", "Er wurde benutzt, durch einen neueren ersetzt oder ist abgelaufen.";
    acc_ask_password: "Ask for a new password", "Ein neues Passwort anfordern";
    acc_gone_help: "Or ask whoever invited you to send the invitation again. For the first administrator, start the server again: it prints another link.", "Oder lassen Sie sich die Einladung noch einmal senden. Für die erste Administration starten Sie den Server neu: Er druckt einen anderen Link.";
    acc_invited_at: "You are invited as {role} at {partner}.", "Sie sind als {role} bei {partner} eingeladen.";
    acc_invited_server: "You are invited as {role} of this server.", "Sie sind als {role} dieses Servers eingeladen.";
    acc_invited_for: "this address has an account here, and the invitation is for it.", "diese Adresse hat hier ein Konto, und die Einladung ist für sie.";
    acc_accept: "Accept", "Annehmen";
    acc_sign_in_accept: "Sign in to accept", "Anmelden, um anzunehmen";
    acc_or: "or", "oder";
    acc_language: "Written to in", "Angeschrieben auf";
    acc_language_help: "Mail about the account, notices and the week in one mail come in it.", "Mails zum Konto, Hinweise und die Woche in einer Mail kommen darin.";
    acc_language_partner: "As the company has set it", "Wie die Firma es eingestellt hat";
    acc_done_language: "You are written to in that language from now on.", "Sie werden ab jetzt in dieser Sprache angeschrieben.";
    acc_password: "Password", "Passwort";
    acc_least: "At least {n} characters, of any kind.", "Mindestens {n} Zeichen, beliebige.";
    acc_set_it: "Set it", "Festlegen";
    acc_reset_note: "All your sessions end. Your second factor stays.", "Alle Ihre Sitzungen enden. Ihr zweiter Faktor bleibt.";
    acc_code_help: "Six digits. A recovery code works too, once.", "Sechs Ziffern. Ein Wiederherstellungscode geht auch, einmal.";
    acc_go_on: "Go on", "Weiter";
    acc_somebody_else: "Sign in as somebody else", "Als jemand anderes anmelden";
    acc_lost_both: "Lost both? An administrator can remove your second factor.", "Beides verloren? Die Administration kann Ihren zweiten Faktor entfernen.";
    acc_forgotten_q: "Forgotten?", "Vergessen?";
    acc_no_account: "No account? Whoever manages roles at your company, or runs this server, sends an invitation.", "Kein Konto? Wer in Ihrer Firma Rollen verwaltet oder diesen Server betreibt, schickt eine Einladung.";
    acc_token_new: "Your new token, shown once. Keep it where nobody else reads it:", "Ihr neues Token, nur dieses Mal gezeigt. Heben Sie es auf, wo es sonst niemand liest:";
    acc_no_role: "You have no role yet. Whoever manages roles at your company, or runs this server, can give you one.", "Sie haben noch keine Rolle. Wer in Ihrer Firma Rollen verwaltet oder diesen Server betreibt, kann Ihnen eine geben.";
    acc_accounts: "Accounts of the server", "Konten des Servers";
    acc_server_roles: "Roles of the server", "Rollen des Servers";
    acc_outbox: "Outbox", "Postausgang";
    acc_password_now: "Password now", "Passwort bisher";
    acc_by_provider: "You sign in with a provider, and have no password here.", "Sie melden sich mit einem Anbieter an und haben hier kein Passwort.";
    acc_others_end: "Every other session ends.", "Alle anderen Sitzungen enden.";
    acc_password_alone: "Your password alone lets you in.", "Ihr Passwort allein genügt.";
    acc_factor_begin: "Set a second factor up", "Einen zweiten Faktor einrichten";
    acc_sessions: "Sessions", "Sitzungen";
    acc_signed_where: "Where you are signed in", "Wo Sie angemeldet sind";
    acc_browser: "Browser", "Browser";
    acc_from: "From", "Von";
    acc_begun: "Begun", "Begonnen";
    acc_used: "Last used", "Zuletzt benutzt";
    acc_this_one: "(this one)", "(diese)";
    acc_end_others: "End all others", "Alle anderen beenden";
    acc_tokens: "Tokens", "Tokens";
    acc_tokens_what: "A token lets a program do a part of what you may do. It never does more than you may at that moment.", "Ein Token lässt ein Programm einen Teil dessen tun, was Sie dürfen. Es tut nie mehr, als Sie in diesem Moment dürfen.";
    acc_tokens_yours: "Your tokens", "Ihre Tokens";
    acc_may: "May", "Darf";
    acc_expires: "Expires", "Läuft ab";
    acc_take_back: "Take back", "Zurücknehmen";
    acc_all_seen: "all that you see", "alles, was Sie sehen";
    acc_expired: "expired", "abgelaufen";
    acc_token_make_head: "New token", "Neues Token";
    acc_token_for: "What it is for", "Wofür es ist";
    acc_last_day: "Last day", "Letzter Tag";
    acc_never_expires: "Empty: it never expires.", "Leer: Es läuft nie ab.";
    acc_token_make: "Make a token", "Token erstellen";
    acc_by_address: "Accounts by address", "Konten nach Adresse";
    acc_roles: "Roles", "Rollen";
    acc_more: "More accounts", "Weitere Konten";
    acc_hand_link: "This server sends no mail itself. Hand this link on; it works once:", "Dieser Server verschickt selbst keine Mail. Reichen Sie diesen Link weiter; er gilt einmal:";
    acc_invitation_sent: "The invitation is on its way.", "Die Einladung ist unterwegs.";
    acc_nobody: "Nobody has a role here yet. Invite somebody below.", "Noch hat niemand hier eine Rolle. Laden Sie unten jemanden ein.";
    acc_who_role: "Who has which role", "Wer welche Rolle hat";
    acc_you: "(you)", "(Sie)";
    acc_lay_down: "Lay down", "Niederlegen";
    acc_take: "Take", "Entziehen";
    acc_give_role: "Give a role", "Eine Rolle geben";
    acc_to: "To", "An";
    acc_role: "Role", "Rolle";
    acc_person: "Person of the evidence", "Person der Nachweise";
    acc_person_help: "For a contributor: whose records are theirs.", "Für Beitragende: wessen Sätze die eigenen sind.";
    acc_give: "Give", "Geben";
    acc_hand_over: "Hand over", "Übergeben";
    acc_all_roles: "All roles of", "Alle Rollen von";
    acc_invited: "Invited", "Eingeladen";
    acc_invited_who: "Who was invited and has not come", "Wer eingeladen wurde und nicht gekommen ist";
    acc_works_until: "Works until", "Gilt bis";
    acc_send_again: "Send again", "Erneut senden";
    acc_invite_somebody: "Invite somebody", "Jemanden einladen";
    acc_invite: "Invite", "Einladen";
    acc_hand_reset: "Hand this link on; a new password is chosen with it, once:", "Reichen Sie diesen Link weiter; mit ihm wird einmal ein neues Passwort gewählt:";
    acc_provider: "Provider of sign-in", "Anbieter der Anmeldung";
    acc_linked: "linked", "verbunden";
    acc_not_linked: "not linked", "nicht verbunden";
    acc_none: "None.", "Keine.";
    acc_the_server: "the server", "der Server";
    acc_access: "Access", "Zugang";
    acc_make_reset: "Make a link for a new password", "Link für ein neues Passwort erstellen";
    acc_remove_factor: "Remove the second factor", "Zweiten Faktor entfernen";
    acc_enable: "Enable", "Freigeben";
    acc_disable: "Disable: sessions and tokens end at once", "Sperren: Sitzungen und Tokens enden sofort";
    acc_all: "All accounts", "Alle Konten";
    acc_hand_mail: "Hand this on. Its link was made just now; an earlier one works no more.", "Reichen Sie dies weiter. Der Link wurde eben erstellt; ein früherer gilt nicht mehr.";
    acc_no_mail: "This server sends no mail. Hand on by yourself what waits here, or set", "Dieser Server verschickt keine Mail. Reichen Sie selbst weiter, was hier wartet, oder setzen Sie";
    acc_mail_none: "No mail waits.", "Keine Mail wartet.";
    acc_mail_waits: "Mail that waits", "Mail, die wartet";
    acc_subject: "Subject", "Betreff";
    acc_written: "Written", "Geschrieben";
    acc_tries: "Tries", "Versuche";
    acc_open: "Open", "Öffnen";
    acc_done_name: "Your name is changed.", "Ihr Name ist geändert.";
    acc_done_password: "Your password is changed, and every other session has ended.", "Ihr Passwort ist geändert, und alle anderen Sitzungen sind beendet.";
    acc_done_session: "The session has ended.", "Die Sitzung ist beendet.";
    acc_done_sessions: "Every other session has ended.", "Alle anderen Sitzungen sind beendet.";
    acc_done_revoked: "The token is taken back.", "Das Token ist zurückgenommen.";
    acc_done_factor: "Your second factor is removed.", "Ihr zweiter Faktor ist entfernt.";
    acc_done_given: "The role is given.", "Die Rolle ist gegeben.";
    acc_done_taken: "The role is taken.", "Die Rolle ist entzogen.";
    acc_done_withdrawn: "The invitation is taken back.", "Die Einladung ist zurückgenommen.";
    acc_done_handed: "The roles are handed over.", "Die Rollen sind übergeben.";
    acc_done: "That is done.", "Das ist erledigt.";
    acc_done_reset: "Your new password is set. Sign in with it.", "Ihr neues Passwort ist festgelegt. Melden Sie sich damit an.";
    acc_done_out: "You are signed out.", "Sie sind abgemeldet.";
    acc_provider_unfinished: "Signing in with the provider was not finished.", "Die Anmeldung beim Anbieter wurde nicht beendet.";
    acc_begin_again: "Begin again in this window.", "Beginnen Sie in diesem Fenster von vorn.";
    acc_too_often: "That was tried too often.", "Das wurde zu oft versucht.";
    acc_again_seconds: "Try again in {n} second.|Try again in {n} seconds.", "Versuchen Sie es in {n} Sekunde wieder.|Versuchen Sie es in {n} Sekunden wieder.";
    acc_again_minutes: "Try again in a minute.|Try again in {n} minutes.", "Versuchen Sie es in einer Minute wieder.|Versuchen Sie es in {n} Minuten wieder.";
    acc_never: "never", "nie";
    acc_members_of: "Members of {partner}", "Mitglieder bei {partner}";
    acc_role_at: "{role} at {partner}", "{role} bei {partner}";
    acc_role_of_server: "{role} of this server", "{role} dieses Servers";
    acc_active: "active", "aktiv";
    acc_state_invited: "invited", "eingeladen";
    acc_disabled: "disabled", "gesperrt";
    role_administrator: "administrator", "Administration";
    role_program_owner: "program owner", "Programmverantwortung";
    role_partner_manager: "partner manager", "Partnerbetreuung";
    role_alliance_lead: "alliance lead", "Allianzleitung";
    role_alliance_team: "alliance team", "Allianzteam";
    role_contributor: "contributor", "Beitragende";
    role_reader: "reader", "Lesende";
    verb_read_standing: "read standing", "Stand lesen";
    verb_read_evidence: "read evidence", "Nachweise lesen";
    verb_edit_evidence: "edit evidence", "Nachweise ändern";
    verb_import: "import", "importieren";
    verb_undo_import: "undo import", "Import zurücknehmen";
    verb_answer: "answer", "beantworten";
    verb_export: "export", "ausgeben";
    verb_decide: "decide", "entscheiden";
    verb_read_decisions: "read decisions", "Entscheidungen lesen";
    verb_work: "work", "Aufgaben und Pläne";
    verb_share: "share", "teilen";
    verb_edit_partner: "edit partner", "Partner einstellen";
    verb_manage_members: "manage members", "Mitglieder verwalten";
    verb_manage_persons: "manage persons", "Personendaten verwalten";
    verb_manage_hooks: "manage hooks", "Webhooks verwalten";
    verb_read_audit: "read audit", "Protokoll lesen";
    verb_read_programs: "read programs", "Programme lesen";
    verb_edit_programs: "edit programs", "Programme schreiben";
    verb_read_population: "read population", "alle Partner auswerten";
    verb_manage_partners: "manage partners", "Partner verwalten";
    verb_manage_accounts: "manage accounts", "Konten verwalten";
    verb_audit_all: "audit all", "gesamtes Protokoll lesen";
    verb_manage_server: "manage server", "Server verwalten";
}

/// The problems of accounts in German, by code: what is wrong, and what helps. Their English stands where they arise.
pub const PROBLEMS_DE: &[(&str, &str, &str)] = &[
    (
        "wrong-sign-in",
        "E-Mail und Passwort passen nicht zusammen",
        "Versuchen Sie es noch einmal, oder fordern Sie ein neues Passwort an",
    ),
    (
        "wrong-code",
        "Dieser Code ist nicht der dieser halben Minute, oder er wurde schon benutzt",
        "Warten Sie auf den nächsten Code, oder nehmen Sie einen Wiederherstellungscode",
    ),
    (
        "factor-is-there",
        "Dieses Konto hat einen zweiten Faktor",
        "Entfernen Sie ihn, bevor Sie einen anderen einrichten",
    ),
    (
        "factor-not-begun",
        "Es wird kein zweiter Faktor eingerichtet",
        "Beginnen Sie von vorn",
    ),
    (
        "other-account",
        "Diese Einladung ist für ein anderes Konto als das angemeldete",
        "Melden Sie sich ab, und melden Sie sich mit der Adresse an, an die die Einladung ging",
    ),
    (
        "not-active",
        "Dieses Konto darf sich nicht anmelden",
        "Geben Sie es frei, laden Sie seine Adresse ein, oder wählen Sie jemand anderen",
    ),
    (
        "own-roles",
        "Niemand gibt sich selbst eine Rolle",
        "Fragen Sie jemand anderen, der hier Rollen verwaltet",
    ),
    (
        "person-missing",
        "Wer beiträgt, ist eine Person der Nachweise des Partners",
        "Nennen Sie die Person, deren Sätze die eigenen sind",
    ),
    (
        "person-of-server",
        "Eine Rolle des Servers ist keine Person der Nachweise eines Partners",
        "Lassen Sie die Person weg",
    ),
    (
        "role-elsewhere",
        "Diese Rolle gehört nicht hierher",
        "Wählen Sie eine andere Rolle, oder einen anderen Ort dafür",
    ),
    (
        "last-administrator",
        "Das ist die letzte Administration, die sich anmelden darf",
        "Geben Sie vorher jemand anderem diese Rolle",
    ),
    (
        "same-account",
        "Rollen gehen von einem Konto auf ein anderes über",
        "Wählen Sie jemand anderen",
    ),
    (
        "address-taken",
        "Ein anderes Konto hat diese Adresse",
        "Sperren Sie jenes Konto, oder geben Sie ihm vorher eine andere Adresse",
    ),
    (
        "wrong-name",
        "Ein Name hat zwischen 1 und 200 Zeichen und keine Zeilenumbrüche",
        "Schreiben Sie den Namen, wie ihn alle kennen",
    ),
    (
        "wrong-email",
        "Das ist keine E-Mail-Adresse",
        "Schreiben Sie sie wie name@firma.example",
    ),
    (
        "weak-password",
        "Dieses Passwort ist zu kurz, zu lang oder zu leicht zu erraten",
        "Mehrere Wörter, die nicht zusammengehören, lassen sich leicht merken",
    ),
    (
        "provider-failed",
        "Der Anbieter der Anmeldung hat nicht geantwortet, wie er soll",
        "Versuchen Sie es noch einmal, oder melden Sie sich mit einem Passwort an",
    ),
    (
        "no-account",
        "Niemand wurde mit der Adresse eingeladen, für die der Anbieter bürgt",
        "Lassen Sie sich an diese Adresse einladen",
    ),
    (
        "not-with-a-token",
        "Ein Token kann das Konto nicht ändern, zu dem es gehört",
        "Melden Sie sich mit einem Browser an",
    ),
    (
        "scopes-missing",
        "Ein Token, das nichts darf, nützt nichts",
        "Wählen Sie, wofür es ist",
    ),
    (
        "expired-already",
        "Das Token wäre abgelaufen, bevor es erstellt wird",
        "Wählen Sie einen späteren Tag",
    ),
    (
        "too-many-tokens",
        "Ein Konto hat nur eine begrenzte Zahl von Tokens",
        "Nehmen Sie eines zurück, das niemand benutzt",
    ),
];
