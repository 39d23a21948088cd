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
/// account here, and that is anna. `$1` is the port, `$2` what `01_exim4-config_listmacrosdefs` begins with.
const EXIM: &str = r#"
useradd --create-home anna
printf '127.0.0.1 secrets.example.org %s localhost\n' "$(hostname)" >/etc/hosts
mkdir /mnt/mail /mnt/log
chown root:mail /mnt/mail && chmod 2775 /mnt/mail && mount --bind /mnt/mail /var/mail
chown Debian-exim:adm /mnt/log && mount --bind /mnt/log /var/log/exim4
sed -i 's/^dc_local_interfaces=.*/dc_local_interfaces=127.0.0.1/' /etc/exim4/update-exim4.conf.conf
printf '%s\n' "$2" >/etc/exim4/exim4.conf.localmacros
update-exim4.conf
exec exim4 -bdf -q30m -oX "$1"
"#;

/// With the main.cf of a "satellite system", which passes everything on. `$1` is the port, `$2` that of the server it
/// passes on to, and `$3` what else main.cf says.
const POSTFIX: &str = r#"
mkdir /mnt/log
printf 'relayhost = [127.0.0.1]:%s\nmyhostname = mail.example.org\nmaillog_file_prefixes = /mnt\nmaillog_file = /mnt/log/mail\n%s\n' "$2" "$3" >>/etc/postfix/main.cf
sed -i "s/^smtp  *inet/127.0.0.1:$1 inet/" /etc/postfix/master.cf
exec postfix start-fg
"#;

impl MailServer {
    /// Exim, which delivers to `anna@mail.example.org`, with these macros beside those of Debian.
    pub(crate) fn exim(macros: &str) -> Option<Self> {
        Self::start("exim", EXIM, &[macros])
    }

    /// Postfix, which passes everything on to `next`, with these settings beside those of Debian.
    pub(crate) fn postfix(next: &SmtpServer, settings: &str) -> Option<Self> {
        Self::start("postfix", POSTFIX, &[&next.port().to_string(), settings])
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
