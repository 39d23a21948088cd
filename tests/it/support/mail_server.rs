//! Exim and Postfix as Debian sets them up (`debian.rs` beside this file), each on a free port of this machine.

use std::net::TcpStream;

use super::debian::Debian;
use super::ports::free_port;
use super::smtp::SmtpServer;
use super::{SOON, wait_for};

/// A mail server that others use. Dropped, it ends with all its processes.
pub(crate) struct MailServer {
    debian: Debian,
    port: u16,
}

/// With the configuration that `update-exim4.conf` makes of the answers to an "internet site": it delivers to who has an
/// account here, and that is anna. She may log in, once the macros turn on what Debian's file has as an example. `$1` is the port, `$2`
/// what `01_exim4-config_listmacrosdefs` begins with, and `$3` whether she may.
const EXIM: &str = r#"
useradd --create-home anna
printf '127.0.0.1 secrets.example.org %s localhost\n' "$(hostname)" >/etc/hosts
mkdir /mnt/mail /mnt/log
chown root:mail /mnt/mail && chmod 2775 /mnt/mail && mount --bind /mnt/mail /var/mail
chown Debian-exim:adm /mnt/log && mount --bind /mnt/log /var/log/exim4
sed -i 's/^dc_local_interfaces=.*/dc_local_interfaces=127.0.0.1/' /etc/exim4/update-exim4.conf.conf
printf '%s\n' "$2" >/etc/exim4/exim4.conf.localmacros
if [ "$3" = logins ]; then
  sed -i '/^# plain_server:/,/^# LOGIN /{/^# LOGIN /!s/^# //}' /etc/exim4/exim4.conf.template
  printf 'anna:%s\n' "$(openssl passwd -6 hunter2)" >/etc/exim4/passwd
  chgrp Debian-exim /etc/exim4/passwd
fi
update-exim4.conf
exec exim4 -bdf -q30m -oX "$1"
"#;

/// With the main.cf of a "satellite system", which passes everything on. `$1` is the port, `$2` that of the server it
/// passes on to (it asks no DNS who comes, which may take longer than a client waits), `$3` what else main.cf says, and `$4` a key with its certificate, if it has one. Where log-ins are turned on, nobody's
/// password is right.
///
/// Nothing may stand in main.cf twice: each program of Postfix warns of it when it starts, and the one that writes the log, started last,
/// waits for ever to tell itself, once ten warnings of others wait for it.
const POSTFIX: &str = r#"
mkdir /mnt/log
printf '%s\n' "relayhost = [127.0.0.1]:$2" 'myhostname = mail.example.org' 'maillog_file_prefixes = /mnt' \
  'maillog_file = /mnt/log/mail' 'smtpd_peername_lookup = no' 'smtpd_tls_cert_file =' 'smtpd_tls_key_file =' "$3" |
  while read -r setting; do [ -z "$setting" ] || postconf -e "$setting"; done
printf '%s' "$4" >/etc/postfix/mail.pem
mkdir -p /etc/postfix/sasl
printf 'pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n' >/etc/postfix/sasl/smtpd.conf
sed -i "s/^smtp  *inet/127.0.0.1:$1 inet/" /etc/postfix/master.cf
exec postfix start-fg
"#;

impl MailServer {
    /// Exim, which delivers to `anna@mail.example.org`, with these macros beside those of Debian.
    pub(crate) fn exim(macros: &str) -> Option<Self> {
        Self::start("exim", EXIM, &[macros, ""])
    }

    /// The same, where anna can log in with `hunter2`, by PLAIN and over TLS only.
    pub(crate) fn exim_with_logins(macros: &str) -> Option<Self> {
        Self::start("exim", EXIM, &[macros, "logins"])
    }

    /// Postfix, which passes everything on to `next`, with these settings beside those of Debian.
    pub(crate) fn postfix(next: &SmtpServer, settings: &str) -> Option<Self> {
        Self::secure_postfix(next, settings, "")
    }

    /// The same with a key and its certificate, in this order, in `/etc/postfix/mail.pem`.
    pub(crate) fn secure_postfix(next: &SmtpServer, settings: &str, pem: &str) -> Option<Self> {
        let started = Self::start("postfix", POSTFIX, &[&next.port().to_string(), settings, pem])?;
        // The port is there before the program that greets, which reads its key first.
        wait_for("Postfix's first connection", SOON, || {
            started.postfix_log().contains(": connect from ").then_some(())
        });
        Some(started)
    }

    fn start(name: &str, script: &str, arguments: &[&str]) -> Option<Self> {
        let port = free_port();
        let debian = Debian::run(name, script, &[&[&*port.to_string()], arguments].concat())?;
        wait_for("a mail server that listens", SOON, || TcpStream::connect(("127.0.0.1", port)).ok());
        Some(Self { debian, port })
    }

    /// As `smtp.url` takes it, in the clear.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Where it listens, as in `HOST:PORT`, by a host name that is this machine's.
    pub(crate) fn at(&self, host: &str) -> String {
        format!("{host}:{}", self.port)
    }

    /// What Exim logged.
    pub(crate) fn exim_log(&self) -> String {
        self.debian.file("log/mainlog")
    }

    /// What Postfix logged.
    pub(crate) fn postfix_log(&self) -> String {
        self.debian.file("log/mail")
    }

    /// What Exim delivered to anna: the file of her mailbox.
    pub(crate) fn mailbox(&self) -> String {
        self.debian.file("mail/anna")
    }
}
