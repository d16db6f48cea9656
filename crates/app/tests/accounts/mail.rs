//! Mail: written with what caused it, sent later, tried again, with a link that is made when it is sent.

use std::sync::{Arc, Mutex};

use cairn_app::access::Role;
use cairn_app::accounts::{Posted, Settings};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;

use crate::on_both;
use crate::{House, OTHER_PASSWORD, boss, code, common, visitor};

/// A server that takes mail: what it got, and how many more it puts off.
#[derive(Clone, Default)]
struct Post {
    got: Arc<Mutex<Vec<String>>>,
    put_off: Arc<Mutex<usize>>,
}

impl Post {
    async fn open() -> (Post, String) {
        let post = Post::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let takes = post.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                takes.talk(stream).await;
            }
        });
        (post, format!("smtp://{address}"))
    }

    async fn talk(&self, stream: tokio::net::TcpStream) {
        let mut lines = BufReader::new(stream);
        let mut say = "220 mail.test\r\n".to_owned();
        loop {
            lines.write_all(say.as_bytes()).await.expect("said");
            let mut line = String::new();
            if lines.read_line(&mut line).await.expect("heard") == 0 {
                return;
            }
            say = match line.split_whitespace().next().unwrap_or_default() {
                "DATA" => {
                    lines.write_all(b"354 go on\r\n").await.expect("said");
                    let mut text = String::new();
                    while !text.ends_with("\r\n.\r\n") {
                        lines.read_line(&mut text).await.expect("heard");
                    }
                    self.got.lock().expect("no panic").push(text);
                    "250 taken\r\n".to_owned()
                }
                "MAIL" if self.puts_off() => "451 come again\r\n".to_owned(),
                "QUIT" => return,
                _ => "250 mail.test\r\n".to_owned(),
            };
        }
    }

    fn puts_off(&self) -> bool {
        let mut left = self.put_off.lock().expect("no panic");
        let puts_off = *left > 0;
        *left = left.saturating_sub(1);
        puts_off
    }

    /// What it got, as it is read: long lines are broken on the way, and `=` is written with its number.
    fn take(&self) -> Vec<String> {
        let got = std::mem::take(&mut *self.got.lock().expect("no panic"));
        got.into_iter()
            .map(|text| text.replace("=\r\n", "").replace("=3D", "="))
            .collect()
    }
}

fn posted(sent: usize, failed: usize, dropped: usize) -> Posted {
    Posted {
        sent,
        failed,
        dropped,
    }
}

/// The key of the link in a mail.
fn key(mail: &str) -> String {
    let (_, rest) = mail.split_once("?key=").expect("a link");
    rest.split_whitespace().next().expect("a key").to_owned()
}

on_both! {
    async fn a_mail_is_sent_once_and_its_link_works(fresh: Fresh) {
        let (post, smtp) = Post::open().await;
        let settings = Settings { smtp: Some(smtp), ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let accounts = house.accounts();
        accounts.invite(&boss(), "zoe@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        assert_eq!(accounts.send_due().await.expect("sent"), posted(1, 0, 0));
        assert_eq!(accounts.send_due().await.expect("sent"), posted(0, 0, 0));
        let got = post.take();
        assert_eq!(got.len(), 1);
        for line in ["To: zoe@north.example", "From: Cairn <cairn@localhost>", "Subject: You are invited to Cairn", "Content-Type: text/plain", "Date: Tue, 14 Nov 2023 22:13:20 +0000"] {
            assert!(got[0].contains(line), "{line} is not in\n{}", got[0]);
        }
        let begun = accounts.accept_invitation(&key(&got[0]), "Zoë", crate::PASSWORD, &visitor(1)).await.expect("accepted");
        assert!(house.signed(&begun).await.actor.sees("north"));
    }

    async fn a_new_password_is_mailed_to_whoever_has_an_account_and_to_nobody_else(fresh: Fresh) {
        let (post, smtp) = Post::open().await;
        let settings = Settings { smtp: Some(smtp), ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let accounts = house.accounts();
        accounts.invite(&boss(), "zoe@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        accounts.send_due().await.expect("sent");
        accounts.accept_invitation(&key(&post.take()[0]), "Zoë", crate::PASSWORD, &visitor(1)).await.expect("accepted");
        for email in ["zoe@north.example", "nobody@north.example"] {
            accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await.expect("asked");
        }
        assert_eq!(accounts.send_due().await.expect("sent"), posted(1, 0, 1));
        let got = post.take();
        assert!(got[0].contains("To: zoe@north.example"));
        assert!(got[0].contains("http://127.0.0.1:8080/reset?key="));
        accounts.finish_reset(&key(&got[0]), OTHER_PASSWORD, &visitor(1)).await.expect("chosen");
        // And a notice, so that whoever did not do it hears of it.
        assert_eq!(accounts.send_due().await.expect("sent"), posted(1, 0, 0));
        assert!(post.take()[0].contains("Subject: Your password was changed"));
    }

    async fn what_is_put_off_is_tried_again_after_a_minute_and_then_after_two(fresh: Fresh) {
        let (post, smtp) = Post::open().await;
        let settings = Settings { smtp: Some(smtp), ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let accounts = house.accounts();
        *post.put_off.lock().expect("no panic") = 2;
        accounts.invite(&boss(), "zoe@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        assert_eq!(accounts.send_due().await.expect("tried"), posted(0, 1, 0));
        let waits = accounts.outbox(&boss()).await.expect("the outbox");
        assert_eq!(waits[0].tries, 1);
        assert!(waits[0].problem.as_deref().is_some_and(|p| p.contains("451")), "{:?}", waits[0].problem);
        for (seconds, expected) in [(59, posted(0, 0, 0)), (60, posted(0, 1, 0)), (179, posted(0, 0, 0)), (180, posted(1, 0, 0))] {
            house.at(seconds);
            assert_eq!(accounts.send_due().await.expect("tried"), expected, "{seconds}");
        }
        assert_eq!(post.take().len(), 1);
        assert!(accounts.outbox(&boss()).await.expect("the outbox").is_empty());
    }

    async fn a_mail_about_a_link_that_is_gone_is_not_sent(fresh: Fresh) {
        let (post, smtp) = Post::open().await;
        let settings = Settings { smtp: Some(smtp), ..Settings::default() };
        let house = House::with(fresh, settings).await;
        let accounts = house.accounts();
        let invited = accounts.invite(&boss(), "zoe@north.example", Role::Reader, Some("north"), None).await.expect("invited");
        accounts.withdraw_invitation(&boss(), &invited.invitation).await.expect("withdrawn");
        assert_eq!(accounts.send_due().await.expect("tried"), posted(0, 0, 1));
        assert_eq!(post.take().len(), 0);
    }

    async fn without_a_server_for_mail_an_administrator_hands_it_on(fresh: Fresh) {
        let house = House::new(fresh).await;
        let accounts = house.accounts();
        house.somebody("zoe@north.example", Role::Reader, Some("north")).await;
        for email in ["zoe@north.example", "nobody@north.example"] {
            accounts.ask_reset(email, &visitor(1), cairn_app::locale::Lang::En).await.expect("asked");
        }
        // The mail of the invitation that was accepted meanwhile goes too.
        assert_eq!(accounts.send_due().await.expect("tried"), posted(0, 0, 2));
        let waits = accounts.outbox(&boss()).await.expect("the outbox");
        assert_eq!(waits.iter().map(|w| w.email.as_str()).collect::<Vec<_>>(), ["zoe@north.example"]);
        let old = accounts.open_mail(&boss(), &waits[0].mail).await.expect("opened");
        let text = accounts.open_mail(&boss(), &waits[0].mail).await.expect("opened");
        assert_eq!(code(accounts.reset(&key(old.reveal()), &visitor(1)).await), "not-found");
        accounts.finish_reset(&key(text.reveal()), OTHER_PASSWORD, &visitor(1)).await.expect("chosen");
    }
}
