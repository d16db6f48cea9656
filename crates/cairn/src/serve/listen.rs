//! Connections: how many, how long a head may be and may take to come, and how they end when the server stops.
//!
//! Knows no route. It is ours rather than the framework's because that one waits for ever for a head that never ends.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::Sleep;

use super::settings::LimitSettings;

/// How long a connection may be silent, between requests or within a head. A proxy keeps its own for a minute.
const SILENCE: Duration = Duration::from_secs(75);

/// Answers every connection until `stop` says so; then no new one, and those that are there finish what they work on
/// within `within`. Gives how many were cut off.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: LimitSettings,
    mut stop: watch::Receiver<bool>,
    within: Duration,
) -> usize {
    let free = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(SILENCE)
        .max_header_size(limits.head)
        // What is read ahead of a body is bounded as well.
        .max_buf_size(limits.head.max(64 << 10));
    loop {
        let next = async {
            let permit = free.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            next = next => next,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                wait_out(&error).await;
                continue;
            }
        };
        // Small answers leave at once.
        let _ = stream.set_nodelay(true);
        let connection = graceful.watch(http.serve_connection(
            TokioIo::new(Patient::new(stream, SILENCE)),
            service_fn(answer(router.clone(), peer)),
        ));
        tokio::spawn(async move {
            // A connection that breaks is the other side's matter.
            let _ = connection.await;
            drop(permit);
        });
    }
    drop(listener);
    let open = limits.connections - free.available_permits();
    match tokio::time::timeout(within, graceful.shutdown()).await {
        Ok(()) => 0,
        Err(_) => open.min(limits.connections - free.available_permits()),
    }
}

/// A connection whose other side has to read what it asked for: where it takes nothing for so long, the connection is
/// broken. It would hold its place among the requests for ever.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    until: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, patience: Duration) -> Patient {
        Patient {
            stream,
            patience,
            until: None,
        }
    }

    /// What came of an attempt to write: while nothing does, time runs.
    fn waited<T>(
        &mut self,
        context: &mut Context<'_>,
        tried: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if tried.is_ready() {
            self.until = None;
            return tried;
        }
        let until = self
            .until
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(self.patience)));
        match until.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.waited(context, tried)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let tried = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.waited(context, tried)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Passes a request on, together with who is at the other end.
fn answer(router: Router, peer: SocketAddr) -> impl Fn(hyper::Request<Incoming>) -> Answer {
    let router = TowerToHyperService::new(router);
    move |mut request| {
        request.extensions_mut().insert(ConnectInfo(peer));
        Box::pin(router.call(request))
    }
}

type Answer = Pin<Box<dyn Future<Output = Result<axum::response::Response, Infallible>> + Send>>;

/// Waits where there is nothing else to do: no free file handle. A connection that broke before it was taken is no reason to.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind;
    let of_connection = matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset
    );
    if !of_connection {
        tracing::warn!(%error, "no connection can be taken at the moment");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::sync::Notify;

    use super::*;

    /// A server on a free port whose one answer waits; the connection that asked for it; and what lets it go on.
    struct Asked {
        connection: TcpStream,
        go_on: Arc<Notify>,
        stop: watch::Sender<bool>,
        serving: tokio::task::JoinHandle<usize>,
        address: SocketAddr,
    }

    async fn asked(within: Duration) -> Asked {
        asked_of(LimitSettings::default(), within).await
    }

    async fn asked_of(limits: LimitSettings, within: Duration) -> Asked {
        let (began, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (began, go_on) = (began.clone(), go_on.clone());
            move || async move {
                began.notify_one();
                go_on.notified().await;
                "done"
            }
        };
        let router = Router::new()
            .route("/", get(handler))
            .route("/now", get(|| async { "now" }));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(serve(listener, router, limits, stopped, within));
        let mut connection = TcpStream::connect(address).await.expect("it listens");
        let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        connection.write_all(request).await.expect("it reads");
        began.notified().await;
        Asked {
            connection,
            go_on,
            stop,
            serving,
            address,
        }
    }

    #[tokio::test]
    async fn a_request_that_runs_is_finished_when_the_server_stops() {
        let mut asked = asked(Duration::from_secs(60)).await;
        asked.stop.send_replace(true);
        while TcpStream::connect(asked.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        asked.go_on.notify_one();
        let mut answer = String::new();
        asked
            .connection
            .read_to_string(&mut answer)
            .await
            .expect("an answer");
        assert!(
            answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("done"),
            "{answer}"
        );
        assert_eq!(asked.serving.await.expect("it ends"), 0);
    }

    #[tokio::test]
    async fn a_request_that_does_not_end_is_cut_off() {
        let asked = asked(Duration::from_millis(20)).await;
        asked.stop.send_replace(true);
        assert_eq!(asked.serving.await.expect("it ends"), 1);
    }

    #[tokio::test]
    async fn a_head_that_is_too_long_is_refused() {
        let asked = asked(Duration::from_millis(20)).await;
        let mut connection = TcpStream::connect(asked.address).await.expect("it listens");
        let long = format!("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", "a".repeat(40_000));
        connection
            .write_all(long.as_bytes())
            .await
            .expect("it reads");
        let mut answer = [0; 12];
        connection.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 431");
    }

    #[tokio::test]
    async fn a_connection_that_waits_for_its_next_request_delays_nothing() {
        let asked = asked(Duration::from_secs(600)).await;
        asked.go_on.notify_one();
        let mut idle = TcpStream::connect(asked.address).await.expect("it listens");
        let request = b"GET /now HTTP/1.1\r\nHost: a\r\n\r\n";
        idle.write_all(request).await.expect("it reads");
        let mut answer = [0; 15];
        idle.read_exact(&mut answer).await.expect("an answer");
        asked.stop.send_replace(true);
        assert_eq!(asked.serving.await.expect("it ends"), 0);
    }

    #[tokio::test]
    async fn a_connection_too_many_waits_for_another_to_end() {
        let limits = LimitSettings {
            connections: 1,
            ..LimitSettings::default()
        };
        let asked = asked_of(limits, Duration::from_millis(20)).await;
        let mut second = TcpStream::connect(asked.address)
            .await
            .expect("the system takes it");
        let request = b"GET /now HTTP/1.1\r\nHost: a\r\n\r\n";
        second
            .write_all(request)
            .await
            .expect("the system takes it");
        let mut answer = [0; 15];
        let early = tokio::time::timeout(Duration::from_millis(50), second.read_exact(&mut answer));
        assert!(early.await.is_err(), "it has to wait");
        drop(asked.connection);
        second.read_exact(&mut answer).await.expect("an answer");
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
    }

    #[tokio::test]
    async fn a_reader_who_takes_nothing_is_broken_off() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let reader = TcpStream::connect(address).await.expect("it listens");
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = Patient::new(stream, Duration::from_millis(20));
        let much = vec![0; 64 << 20];
        let broken = stream.write_all(&much).await.expect_err("nobody reads");
        assert_eq!(broken.kind(), io::ErrorKind::TimedOut);
        drop(reader);
    }
}
