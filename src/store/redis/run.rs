//! Runs a script at most once: gets the connection, sends, and decides whether an error allows a retry.
//!
//! The rule of this file: **a request is sent again only after the server itself answered that it was not executed**,
//! and only until the deadline. Whatever else goes wrong after sending is an unknown outcome.
//!
//! What hardly ever happens is boxed: a future is as large as the largest thing it may wait for, and is copied whole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::ConnectionLike as _;
use redis::cluster_routing::{Route, SingleNodeRoutingInfo, SlotAddr};
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::args::Args;
use super::confirm::{Confirm, Lease, Pool, WAIT_TIMEOUT};
use super::connect::{OPERATION, SharedConnector, Wire};
use super::connection::SharedConnection;
use super::errors::{DeadlineError, Deployment, Verdict, judge, unanswered, unavailable};
use super::scripts::Script;
use super::to_its_end::ToItsEnd;
use crate::domain::address::HostPort;
use crate::metrics::{Metrics, SecretEvent};
use crate::store::{Cause, Error, Result};

/// How long a request that was not executed is sent again. The rest of [`OPERATION`] is for the last answer, so that it
/// is not cut off.
const REPEAT: Duration = Duration::from_millis(1200);
/// The pauses before sending again, from the first to the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(100));
/// Connections kept to nodes a cluster redirected to while it moved slots.
const MAX_REDIRECTS: usize = 32;

/// What to run a script on.
#[derive(Debug)]
pub(super) struct Call {
    /// Its one key, which says where.
    pub(super) key: Vec<u8>,
    /// `ARGV[2…]`; the first is ours.
    pub(super) args: Args,
    /// Whether replicas have to confirm it, if they have to confirm anything.
    pub(super) confirm: bool,
    /// What a reply says became of a secret, to be counted whether or not the caller still waits.
    pub(super) counts: Option<fn(&Value) -> Option<SecretEvent>>,
}

/// A call that no replica has to confirm.
pub(super) fn call(key: Vec<u8>, args: impl Into<Args>) -> Call {
    Call { key, args: args.into(), confirm: false, counts: None }
}

/// A number as scripts are given it.
pub(super) fn decimal(number: u64) -> Vec<u8> {
    number.to_string().into_bytes()
}

/// A script's reply.
#[derive(Debug)]
pub(super) struct ScriptReply {
    pub(super) value: Value,
    /// As many replicas as required have acknowledged it.
    pub(super) confirmed: bool,
}

/// Runs scripts on one store.
#[derive(Debug)]
pub(super) struct Runner {
    shared: Arc<SharedConnection>,
    confirm: Confirm,
    pool: Pool,
    redirects: Mutex<HashMap<String, Arc<SharedConnection>>>,
    metrics: Metrics,
}

/// Dispatch options: the full text of the script, and an ASK redirection.
#[derive(Default)]
struct Dispatch {
    /// The server lacks the script.
    full_text: bool,
    /// A node that has to be asked instead, this once.
    ask: Option<String>,
}

enum SendError {
    NotSent(Cause),
    Unanswered,
    Answered(RedisError),
}

impl Runner {
    /// Counts in `metrics` what becomes of secrets.
    pub(super) fn new(connector: SharedConnector, confirm: Confirm, metrics: Metrics) -> Self {
        let pool = Pool::new(Arc::clone(&connector));
        let shared = SharedConnection::new(connector);
        Self { shared, confirm, pool, redirects: Mutex::default(), metrics }
    }

    /// The connection everything but confirmed writes goes over.
    pub(super) fn shared(&self) -> &Arc<SharedConnection> {
        &self.shared
    }

    /// Replicas that have to confirm a write.
    pub(super) fn replicas(&self) -> u32 {
        self.confirm.replicas()
    }

    pub(super) fn close(&self) {
        self.shared.close();
        self.pool.close();
        self.redirects.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Runs a script, within the deadline of an operation.
    pub(super) async fn run(&self, script: &Script, call: &Call) -> Result<ScriptReply> {
        let begun = Instant::now();
        let deadline = begun + OPERATION;
        let deployment = self.shared.connector().deployment();
        let mut dispatch = Dispatch::default();
        let mut pause = PAUSES.0;
        loop {
            let error = match self.attempt(script, call, &dispatch, deadline).await {
                Ok(answer) => return Ok(answer),
                Err(SendError::NotSent(cause)) => return Err(unavailable(cause)),
                Err(SendError::Unanswered) => return Err(unanswered(script.writes, DeadlineError::Answer)),
                Err(SendError::Answered(error)) => error,
            };
            match judge(&error, deployment) {
                Verdict::NeedsText if !dispatch.full_text => {
                    dispatch.full_text = true;
                    continue;
                }
                Verdict::Ask(node) if dispatch.ask.is_none() => {
                    dispatch.ask = Some(node);
                    continue;
                }
                Verdict::Again | Verdict::Ask(_) => {}
                Verdict::Refused | Verdict::NeedsText => return Err(unavailable(error)),
                Verdict::Damaged => return Err(Error::Corrupt("a key of another type")),
                Verdict::Unknown => return Err(unanswered(script.writes, error)),
            }
            dispatch.ask = None;
            if begun.elapsed() + pause >= REPEAT {
                return Err(unavailable(error));
            }
            tokio::time::sleep(pause).await;
            pause = (2 * pause).min(PAUSES.1);
        }
    }

    async fn attempt(
        &self,
        script: &Script,
        call: &Call,
        dispatch: &Dispatch,
        deadline: Instant,
    ) -> std::result::Result<ScriptReply, SendError> {
        let wanted = if call.confirm { self.confirm.replicas() } else { 0 };
        let mut lease = None;
        let connection = match &dispatch.ask {
            Some(node) => self.redirect_target(node, wanted > 0)?,
            None if wanted == 0 => Arc::clone(&self.shared),
            None => Arc::clone(lease.insert(Box::pin(self.lease(deadline)).await?).connection()),
        };
        let (wire, generation) = match connection.ready() {
            Some(wire) => wire,
            None => match Box::pin(timeout_at(deadline, connection.wire())).await {
                Ok(Ok(wire)) => wire,
                Ok(Err(error)) => return Err(SendError::NotSent(error.into())),
                Err(_) => return Err(SendError::NotSent(DeadlineError::Connection.into())),
            },
        };
        let sent = timeout_at(deadline, send(wire, Request::new(script, call, dispatch, wanted), deadline));
        let sent = match call.counts.filter(|_| self.metrics.is_enabled()) {
            None => sent.await,
            Some(event) => ToItsEnd::new(counted(sent, event, self.metrics.clone(), lease)).await,
        };
        match sent {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                if error.is_timeout() {
                    connection.unanswered(generation);
                } else if spoils(&error) && connection.connector().deployment() != Deployment::Cluster {
                    connection.lost(generation);
                }
                Err(SendError::Answered(error))
            }
            Err(_) => {
                connection.unanswered(generation);
                Err(SendError::Unanswered)
            }
        }
    }

    async fn lease(&self, deadline: Instant) -> std::result::Result<Lease, SendError> {
        match timeout_at(deadline, self.pool.lease()).await {
            Ok(Some(lease)) => Ok(lease),
            Ok(None) | Err(_) => Err(SendError::NotSent(DeadlineError::Queue.into())),
        }
    }

    /// A connection to a node that a cluster redirected to. It may be one the slot table does not know yet.
    fn redirect_target(
        &self,
        node: &str,
        alone: bool,
    ) -> std::result::Result<Arc<SharedConnection>, SendError> {
        let mut redirects = self.redirects.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connection) = redirects.get(node)
            && !alone
        {
            return Ok(Arc::clone(connection));
        }
        let not_sent = |error: RedisError| SendError::NotSent(error.into());
        let (host, port) = node.rsplit_once(':').unwrap_or((node, ""));
        let port = port.parse().map_err(|_| {
            not_sent((ErrorKind::UnexpectedReturnType, "a redirection without a port").into())
        })?;
        let address = HostPort { host: host.trim_matches(['[', ']']).to_owned(), port };
        let connector = self.shared.connector().node(&address).map_err(not_sent)?;
        let connection = SharedConnection::new(Arc::new(connector));
        if !alone {
            if redirects.len() >= MAX_REDIRECTS {
                redirects.clear();
            }
            redirects.insert(node.to_owned(), Arc::clone(&connection));
        }
        Ok(connection)
    }
}

/// Whether a connection that brought this error is of no further use: broken, or to a master that is one no more.
fn spoils(error: &RedisError) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Io
            | ErrorKind::Parse
            | ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
    )
}

fn command(script: &Script, call: &Call, dispatch: &Dispatch) -> Cmd {
    let asking = dispatch.ask.is_some();
    let (name, which) =
        if dispatch.full_text || asking { ("EVAL", script.text) } else { ("EVALSHA", script.hash.as_str()) };
    let (count, bytes) = call.args.size();
    let mut command =
        Cmd::with_capacity(count + 5, name.len() + which.len() + "1".len() + call.key.len() + 1 + bytes);
    command.arg(name).arg(which).arg("1").arg(&call.key).arg(if asking { "1" } else { "0" });
    for arg in call.args.iter() {
        command.arg(arg);
    }
    command
}

/// What is sent.
struct Request {
    command: Cmd,
    /// The call's key, where the command does not go alone.
    key: Vec<u8>,
    /// Behind `ASKING`.
    asking: bool,
    /// Replicas to wait for.
    wanted: u32,
}

impl Request {
    fn new(script: &Script, call: &Call, dispatch: &Dispatch, wanted: u32) -> Self {
        let (command, asking) = (command(script, call, dispatch), dispatch.ask.is_some());
        let key = if asking || wanted > 0 { call.key.clone() } else { Vec::new() };
        Self { command, key, asking, wanted }
    }
}

type Sent = std::result::Result<RedisResult<ScriptReply>, Elapsed>;

/// Counts what a reply says, and keeps a leased connection until it is there.
async fn counted(
    sent: impl Future<Output = Sent>,
    event: fn(&Value) -> Option<SecretEvent>,
    metrics: Metrics,
    lease: Option<Lease>,
) -> Sent {
    let sent = sent.await;
    if let Ok(Ok(answer)) = &sent
        && let Some(event) = event(&answer.value)
    {
        metrics.secret(event);
    }
    drop(lease);
    sent
}

async fn send(mut wire: Wire, request: Request, deadline: Instant) -> RedisResult<ScriptReply> {
    if !request.asking && request.wanted == 0 {
        let command = &request.command;
        let value = match &mut wire {
            Wire::Node(connection) => connection.req_packed_command(command).await?,
            Wire::Cluster(connection) => connection.req_packed_command(command).await?,
        };
        return Ok(ScriptReply { value: value.extract_error()?, confirmed: true });
    }
    Box::pin(send_together(wire, request, deadline)).await
}

/// Sends a command with `ASKING` before it or `WAIT` behind it, or both.
async fn send_together(mut wire: Wire, request: Request, deadline: Instant) -> RedisResult<ScriptReply> {
    let Request { command, key, asking, wanted } = request;
    let mut pipeline = Pipeline::new();
    let first = usize::from(asking);
    if asking {
        pipeline.cmd("ASKING");
    }
    pipeline.add_command(command);
    if wanted > 0 {
        let timeout = WAIT_TIMEOUT.min(deadline.saturating_duration_since(Instant::now()) / 2);
        // At least one: 0 would wait for ever.
        pipeline.cmd("WAIT").arg(wanted).arg(timeout.as_millis().max(1).to_string());
    }
    let count = pipeline.len();
    let values = match &mut wire {
        Wire::Node(connection) => connection.req_packed_commands(&pipeline, 0, count).await?,
        Wire::Cluster(connection) => {
            let route = SingleNodeRoutingInfo::SpecificNode(Route::with_key(&key, SlotAddr::Master));
            connection.route_pipeline(pipeline, 0, count, route).await?
        }
    };
    let mut values = values.into_iter().skip(first);
    let value = values.next().unwrap_or(Value::Nil).extract_error()?;
    // An error of WAIT itself (the master was deposed meanwhile) confirms nothing.
    let confirmed =
        wanted == 0 || matches!(values.next(), Some(Value::Int(acks)) if acks >= i64::from(wanted));
    Ok(ScriptReply { value, confirmed })
}
