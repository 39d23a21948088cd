# The pages.

# Around every page.
skip = Zum Inhalt springen
languages = Sprache
region = Region: { $region }
about-link = Über diesen Server
contact-link = Kontakt
contact-help = So erreichen Sie, wer diesen Server betreibt:
home-link = Ein Geheimnis teilen
copied = Kopiert
not-copied = Kopieren war nicht möglich. Bitte den Text markieren und von Hand kopieren.
passphrase = Passphrase
optional = (freiwillig)
show = Anzeigen
hide = Verbergen

# Sharing a secret.
share-title = Ein Geheimnis teilen
share-intro = Ein Passwort oder eine Notiz eingeben und einen Link dafür erhalten. Wer den Link öffnet, kann das Geheimnis ein einziges Mal lesen; danach ist es gelöscht.
share-secret = Geheimnis
share-passphrase-hint = Sie wird auch beim Lesen verlangt. Bitte auf einem anderen Weg weitergeben als den Link.
share-lifetime = Lebensdauer
share-lifetime-hint = Liest in dieser Zeit niemand das Geheimnis, wird es gelöscht.
share-button = Link erstellen
generate-button = Stattdessen ein Passwort erzeugen
generate-hint = Für ein erzeugtes Passwort das Feld „Geheimnis“ leer lassen.
generate-beside = Dieser Text bliebe auf der Strecke. Bitte das Feld für ein erzeugtes Passwort leeren, oder einen Link erstellen, um den Text zu teilen.
generate-options = Länge und Zeichen des Passworts
generate-length = Anzahl der Zeichen
generate-kinds = Welche Zeichen
generate-uppercase = Großbuchstaben
generate-lowercase = Kleinbuchstaben
generate-numbers = Ziffern
generate-symbols = Satzzeichen
generate-distinct = Ohne leicht zu verwechselnde Zeichen: i l o 1 I O 0
generate-wrong = Bitte 4 bis 128 Zeichen und mindestens eine Art davon wählen.
share-empty = Bitte etwas eingeben, das geteilt werden soll.
share-too-big = { $max ->
    [one] Das Geheimnis ist zu lang: Erlaubt ist { $max } Byte.
   *[other] Das Geheimnis ist zu lang: Erlaubt sind { $max } Bytes.
}
share-passphrase-long = Die Passphrase ist zu lang: Erlaubt sind 128 Zeichen.
share-passphrase-again = Bitte die Passphrase noch einmal eingeben: Sie wird nie an diese Seite zurückgesendet.
share-passphrase-missing = Die Passphrase fehlt. Wird das Formular noch einmal so gesendet, kann jeder mit dem Link das Geheimnis lesen.
share-passphrase-required = Hier wird eine Passphrase verlangt. Bitte eine eingeben.
share-passphrase-short = { $min ->
    [one] Sie braucht mindestens { $min } Zeichen.
   *[other] Sie braucht mindestens { $min } Zeichen.
}
share-kept = Der eingegebene Text steht noch im Formular.
share-recipient = E-Mail-Adresse der empfangenden Person
share-recipient-hint = Sie erhält den Link per E-Mail; darin steht, dass er von Ihnen kommt.
share-recipient-wrong = Bitte die Adresse prüfen: Dorthin lässt sich keine E-Mail senden.
share-perhaps-mailed = Der Server hat seinen Speicher im falschen Augenblick verloren. Vielleicht wurde das Geheimnis geteilt und die E-Mail mit dem Link gesendet. Bitte zuerst nachfragen, ob sie angekommen ist, und erst dann noch einmal teilen.
closed-title = Zum Teilen ist hier ein Konto nötig
closed-text = Auf diesem Server können das nur Personen mit einem Konto, und nur über die API oder ein Programm, das sie nutzt. Konten vergibt, wer diesen Server betreibt.
closed-sign-in = Auf diesem Server können das nur Personen mit einem Konto. Konten vergibt, wer diesen Server betreibt.
closed-links = Zugesandte Links lassen sich ohne Konto öffnen.

# The new link.
shared-title = Der Link ist fertig
shared-intro = Nun kann der Link an die Person gehen, die das Geheimnis lesen soll.
shared-mailed = Eine E-Mail mit dem Link ist unterwegs an { $recipient }.
link-title = Link zum Geheimnis
copy-link = Link kopieren
shared-warning = Diesen Link bitte nicht selbst öffnen.
shared-warning-why = Er funktioniert nur einmal, danach ist das Geheimnis gelöscht.
shared-again = Wird diese Seite neu geladen, wird das Geheimnis noch einmal geteilt, mit einem weiteren Link.
shared-password = Das erzeugte Passwort
copy-password = Passwort kopieren
shared-password-hint = Es wird hier nur jetzt angezeigt.
shared-receipt = Für Sie selbst: die Statusseite
shared-receipt-hint = Sie zeigt, ob das Geheimnis gelesen wurde, und kann es vernichten. Die Adresse der Statusseite bitte nicht weitergeben.
shared-receipt-link = Statusseite öffnen
qr-title = Als QR-Code anzeigen
qr-label = QR-Code des Links
share-another = Ein weiteres Geheimnis teilen

# The page of a link.
secret-title = Ein Geheimnis wurde mit Ihnen geteilt
secret-intro = Es kann nur ein einziges Mal angezeigt werden. Bitte erst fortfahren, wenn es in Ruhe gelesen und sicher aufbewahrt werden kann.
secret-button = Geheimnis anzeigen
secret-once = Sobald es angezeigt wurde, ist das Geheimnis auf diesem Server gelöscht.
secret-lost = Es kam keine Antwort an. Bitte gleich noch einmal auf die Schaltfläche drücken: Ist dann kein Geheimnis mehr da, hat dieser Versuch es ungesehen verbraucht.
secret-passphrase-hint = Dieses Geheimnis ist geschützt. Die Passphrase kennt, wer den Link geschickt hat.
secret-passphrase-wrong = Diese Passphrase ist falsch. Das Geheimnis ist noch da.
secret-tries = { $tries ->
    [0] Im Moment ist kein weiterer Versuch möglich.
    [one] Es bleibt noch { $tries } Versuch.
   *[other] Es bleiben noch { $tries } Versuche.
}
type-label = Bitte diese vier Buchstaben eingeben:
type-hint = So können Programme, die Links in Nachrichten verfolgen, das Geheimnis nicht lesen.
type-wrong = Das waren nicht die gezeigten Buchstaben, oder es ist zu viel Zeit vergangen. Hier sind neue.
revealed-title = Hier ist das Geheimnis
revealed-intro = Es ist auf diesem Server nun gelöscht und kann nicht noch einmal angezeigt werden. Bitte kopieren, bevor diese Seite geschlossen wird.
revealed-inexpressible = Es enthält Zeichen, die sich nicht darstellen lassen und hier als ␀ erscheinen. Die Schaltfläche kopiert es unverändert.
copy-secret = Geheimnis kopieren
save-secret = Als Datei speichern
share-answer = Selbst ein Geheimnis teilen
gone-title = Hier ist kein Geheimnis
gone-text = Es wurde schon gelesen, es wurde vom Absender vernichtet, seine Zeit ist abgelaufen, oder es hat nie existiert. Was davon zutrifft, lässt sich von hier aus nicht sagen.
gone-hint = Falls Sie ein Geheimnis erwartet und es nicht selbst gelesen haben: Bitte dem Absender Bescheid geben, denn jemand anderes könnte es gelesen haben.

# The status page of a secret.
receipt-title = Status eines Geheimnisses
receipt-new = Noch nicht gelesen
receipt-new-text = Das Geheimnis wartet darauf, gelesen zu werden. Der Aufruf dieser Seite ändert nichts.
receipt-mail-dead = Die E-Mail mit dem Link wurde nicht zugestellt. Bitte den Link selbst senden; oder, falls die Adresse falsch war, das Geheimnis vernichten und noch einmal teilen.
receipt-mail-waiting = Die E-Mail mit dem Link ist noch nicht zugestellt. Es wird weiter versucht.
receipt-read = Gelesen
receipt-read-text = Jemand hat den Link geöffnet und das Geheimnis gelesen. Auf diesem Server ist es gelöscht.
receipt-read-next = War es nicht die Person, an die der Link ging? Dann bitte sofort ändern, was geteilt wurde.
receipt-burned = Vernichtet
receipt-burned-text = Das Geheimnis wurde ungelesen vernichtet. Niemand kann es mehr lesen.
receipt-expired = Abgelaufen
receipt-expired-text = Niemand hat das Geheimnis rechtzeitig gelesen. Es wurde gelöscht.
receipt-orphaned = Verloren
receipt-orphaned-text = Das Geheimnis ist nicht mehr da, obwohl es weder gelesen noch vernichtet wurde und seine Zeit nicht abgelaufen ist. Wer diesen Server betreibt, kann nach der Ursache suchen.
receipt-created = Geteilt
receipt-read-at = Gelesen
receipt-burned-at = Vernichtet
receipt-who = Wer es lesen kann
receipt-who-link = Wer den Link hat, ein einziges Mal
receipt-who-passphrase = Wer den Link hat und die Passphrase kennt, ein einziges Mal
receipt-tries = Versuchte Passphrasen
receipt-tries-count = { $tries ->
    [0] Keine
    [one] Eine; sie hat das Geheimnis nicht geöffnet
   *[other] { $tries }; keine hat das Geheimnis geöffnet
}
receipt-tries-refused = Manche Versuche werden abgewiesen bis
receipt-tries-next = Wenn nicht Ihr Empfänger das versucht, vernichten Sie das Geheimnis und teilen Sie es auf einem anderen Weg noch einmal.
receipt-until = Lesbar bis
receipt-forgotten = Diese Seite besteht bis
receipt-burn = Geheimnis vernichten …
receipt-none = Hier gibt es keinen Status
receipt-none-text = Die Adresse stimmt nicht, oder das Geheimnis wurde vor so langer Zeit geteilt, dass auch sein Status gelöscht ist.
receipt-closed = Für den Status ist hier ein Konto nötig
receipt-closed-text = Auf diesem Server können nur Personen mit einem Konto den Status eines Geheimnisses sehen oder es vernichten, und nur über die API oder ein Programm, das sie nutzt.
receipt-closed-sign-in = Auf diesem Server können nur Personen mit einem Konto den Status eines Geheimnisses sehen oder es vernichten.
burn-title = Dieses Geheimnis vernichten?
burn-text = Niemand wird es mehr lesen können. Das lässt sich nicht rückgängig machen.
burn-button = Geheimnis vernichten
burn-back = Behalten
burn-late = Es gibt nichts mehr zu vernichten
burn-late-text = Das Geheimnis wurde gelesen, bereits vernichtet, oder seine Zeit ist abgelaufen. Was davon zutrifft, zeigt die Statusseite.

# Signing in and out.
sign-in-link = Anmelden
sign-in-title = Anmelden
sign-in-intro = Für alle, die Geheimnisse mit einem Konto teilen. Zum Lesen genügt es, den zugesandten Link zu öffnen.
sign-in-already = Sie sind angemeldet als { $address }.
sign-in-go-on = Weiter
sign-in-vouched = Nach der Anmeldung vor diesem Server sind Sie
sign-in-as = Mit diesem Konto fortfahren
sign-in-other = Oder mit einem API-Token
sign-in-address = E-Mail-Adresse
sign-in-token = API-Token
sign-in-token-hint = Es wurde ein einziges Mal angezeigt, als es entstand. Ein neues vergibt, wer diesen Server betreibt.
sign-in-button = Anmelden
sign-in-cookie = Die Anmeldung setzt ein Cookie, an dem dieser Server Sie wiedererkennt. Es endet mit dem Abmelden und nach einigen Stunden von selbst.
sign-in-wrong = Es wurde niemand angemeldet: { $address } und dieses API-Token gehören nicht zusammen. Bitte beides prüfen.
sign-in-unknown = Es wurde niemand angemeldet: Für { $address } gibt es hier kein Konto.
sign-in-disabled = Es wurde niemand angemeldet: Das Konto { $address } ist gesperrt.
sign-in-unnamed = Es wurde niemand angemeldet: Die Anmeldung vor diesem Server sagt nicht eindeutig, wer Sie sind.
sign-out-title = Abmelden?
sign-out-text = Damit enden alle Ihre Sitzungen hier, auch die in anderen Browsern.
sign-out-button = Abmelden
sign-out-back = Angemeldet bleiben
signed-out-title = Sie sind abgemeldet
signed-out-text = Hier und in allen anderen Browsern. Ihre Links und Ihre API-Tokens funktionieren weiter.
signed-out-elsewhere = Wer sich für Sie verbürgt hat, kennt Sie vielleicht noch; die nächste Anmeldung könnte ohne Rückfrage gelingen. Auf einem Computer, den auch andere nutzen, bitte dort ebenfalls abmelden.
needs-sign-in = Bitte anmelden
needs-sign-in-text = Diese Seite ist für Personen mit einem Konto.
signed-out-meanwhile = Sie sind nicht mehr angemeldet
signed-out-meanwhile-text = Es wurde nichts geteilt. Bitte in einem anderen Fenster neu anmelden, hierher zurückkehren und noch einmal auf die Schaltfläche drücken.
sign-in-window = In einem anderen Fenster anmelden
other-session = Sie haben sich neu angemeldet
other-session-text = Diese Seite stammt von davor, deshalb ist nichts geschehen. Bitte noch einmal versuchen.

# Was jemand geteilt hat.
shares-title = Meine Geheimnisse
shares-intro = Was aus dem geworden ist, was Sie in den letzten 60 Tagen mit diesem Konto geteilt haben, auf diesen Seiten oder mit einem Programm. Die Links stehen hier nicht: Die haben nur die, denen Sie sie geschickt haben.
shares-none = Hier ist noch nichts, oder nichts mehr.
shares-older = Ältere
shares-newest = Zurück zu den neuesten
shares-burned = Das Geheimnis ist vernichtet. Niemand kann es mehr lesen.
notify-title = Per E-Mail Bescheid geben
notify-intro = Für alles, was Sie von jetzt an teilen. Die E-Mail nennt die Zeit und die ersten Zeichen des Schlüssels der Statusseite, sonst nichts.
notify-read = wenn es gelesen wird
notify-burned = wenn es vernichtet wird
notify-expired = wenn es ungelesen abläuft
notify-button = Speichern
notify-saved = Gespeichert. Es gilt für alles, was Sie von jetzt an teilen.

# API-Token.
tokens-title = API-Token
tokens-intro = Ein Programm, das in Ihrem Namen teilt, meldet sich mit Ihrer E-Mail-Adresse und einem Token an. Geben Sie jedem Programm ein eigenes, und widerrufen Sie es, wenn das Programm es nicht mehr braucht.
tokens-none = Sie haben kein Token.
tokens-first = Erstes Token
tokens-created = Erstellt
tokens-used = Zuletzt benutzt
tokens-never = Nie benutzt
tokens-expires = Gültig bis
tokens-expired = Ungültig seit
tokens-revoke = Widerrufen …
tokens-back = Alle Token
token-add-title = Ein neues Token
token-name = Wofür es ist
token-name-hint = Zum Beispiel der Name des Programms. Bis zu 60 Zeichen.
token-name-wrong = Bitte schreiben Sie, wofür es ist: einfacher Text von bis zu 60 Zeichen.
token-too-many = Sie haben so viele Token, wie erlaubt sind. Bitte widerrufen Sie zuerst eines.
token-lifetime = Gültig für
token-forever = Bis es widerrufen wird
token-button = Token erstellen
token-stale = Um ein Token zu erstellen, zeigen Sie bitte noch einmal, wer Sie sind. So kann es niemand an einem Browser, der offen geblieben ist.
token-stale-link = Noch einmal anmelden
token-made-title = Das Token ist fertig
token-made-text = Es wird nur jetzt angezeigt. Bewahren Sie es dort auf, wo Ihr Programm es findet und sonst niemand.
token-made-user = Der Benutzername dazu ist { $address }.
token-made-again = Wird diese Seite neu geladen, entsteht noch ein Token.
token-copy = Token kopieren
token-revoked = Das Token ist widerrufen.
revoke-title = Dieses Token widerrufen?
revoke-text = Programme, die es benutzen, können sich nicht mehr anmelden. Das lässt sich nicht rückgängig machen. Was sie geteilt haben, bleibt, bis es gelesen oder vernichtet wird oder abläuft.
revoke-stolen = Falls jemand anderes es gehabt haben kann, melden Sie sich danach bitte auch ab: Damit enden alle Ihre Sitzungen. Und widerrufen Sie hier Tokens, die nicht von Ihnen sind.
revoke-first = Damit enden auch alle Ihre Sitzungen, auch diese hier.
revoke-button = Token widerrufen
revoke-back = Behalten

# Anmeldung bei einem Anbieter.
sign-in-provider = Bei { $host } anmelden
provider-title = Es wurde niemand angemeldet
provider-again = Noch einmal anmelden
provider-others = Andere Wege, sich anzumelden
provider-away = { $host } ist gerade nicht erreichbar. Bitte in einer kleinen Weile noch einmal versuchen.
provider-setup = { $host } und dieser Server verstehen einander nicht. Beheben kann das nur, wer diesen Server betreibt: Was nicht stimmt, steht in seinem Protokoll.
provider-untrusted = Der Antwort von { $host } ist nicht zu trauen, oder sie gehört nicht zu dieser Anmeldung. Bitte noch einmal versuchen. Bleibt es dabei, sagen Sie es bitte denen, die diesen Server betreiben.
provider-stale = Diese Anmeldung ist vorbei: Sie hat zu lange gedauert, war schon abgeschlossen, oder in einem anderen Fenster begann eine neue. Bitte noch einmal beginnen.
provider-denied = { $host } hat Sie nicht angemeldet, oder Sie haben es abgelehnt.
provider-not-allowed = { $host } kennt Sie, aber nicht alle von dort dürfen sich hier anmelden. Bitte fragen Sie die, die diesen Server betreiben.
provider-no-address = { $host } hat keine E-Mail-Adresse genannt, also war kein Konto zu finden. Beheben kann das, wer diesen Server betreibt (oidc.scopes).
provider-unverified = { $host } sagt nicht, dass Ihre E-Mail-Adresse geprüft ist; darum zählt sie hier nicht. Wer diesen Server betreibt, kann ihr dennoch vertrauen (oidc.trust_email).
provider-other = Das Konto mit Ihrer E-Mail-Adresse gehört bei { $host } jemand anderem, oder Ihnen von früher. Bitte fragen Sie die, die diesen Server betreiben.
provider-disabled = Ihr Konto ist gesperrt. Bitte fragen Sie die, die diesen Server betreiben.
signed-out-provider = Auch bei { $host } abmelden

# Regions.
regions-title = Regionen
regions-here = Hier geteilte Geheimnisse liegen in der Region { $region }.
regions-others = Stattdessen können sie in einer anderen Region geteilt werden:

# About the server.
about-title = Über diesen Server
about-intro = Hier werden Passwörter und andere Geheimnisse über Links geteilt, die nur ein einziges Mal funktionieren.
about-promises = Was dieser Server verspricht
about-once = Ein Geheimnis wird höchstens einmal angezeigt. Danach ist es endgültig gelöscht.
about-sealed = Es wird verschlüsselt aufbewahrt. Zum Entschlüsseln ist der Link nötig, und der wird hier nicht aufbewahrt.
about-passphrase = Mit einer Passphrase genügt der Link allein nicht. Auch die Passphrase wird nicht aufbewahrt.
about-preview = Vorschauen und Link-Prüfer, die einen Link öffnen, verbrauchen nichts: Ein Geheimnis erscheint erst nach einem Klick auf eine Schaltfläche.
about-logs = Kein Geheimnis, keine Passphrase und kein Link wird je in ein Protokoll geschrieben.
about-cookies = Beim Lesen eines Geheimnisses wird kein Cookie gesetzt, auch nicht beim Teilen ohne Konto, sondern nur bei der Anmeldung. Nichts wird von anderswo geladen, und niemand wird verfolgt.
about-program = Das Programm auf diesem Server heißt readonce.
about-limits = Was niemand versprechen kann
about-limits-text = Wer den Link zuerst bekommt, und gegebenenfalls die Passphrase, liest das Geheimnis. Eine Passphrase hilft, wenn der Weg des Links nicht vertrauenswürdig ist. Und wer ein Geheimnis nicht mehr vorfindet, sollte Bescheid geben.

# What can go wrong.
error-not-found = Diese Seite gibt es nicht
error-not-found-text = Ist der Link vollständig? Manche Programme schneiden lange Links ab.
error-cross-site = Das kam von einer anderen Website
error-cross-site-text = Zur Sicherheit werden Formulare nur von den Seiten dieses Servers angenommen. Es ist nichts geschehen.
error-malformed = Das war nicht lesbar
error-malformed-text = Das Formular kam nicht so an, wie es gesendet wurde. Es ist nichts geschehen; bitte zurückgehen und noch einmal versuchen.
error-head = Ihr Browser sendet zu viel
error-head-text = Die Adresse, oder was Ihr Browser mit jeder Anfrage sendet, ist länger, als dieser Server annimmt. Meist sind es Cookies anderer Seiten unter derselben Domain: Ein privates Fenster hat keine davon. Es ist nichts geschehen.
error-large = Das ist zu groß
error-large-text = Das Formular ist größer, als dieser Server annimmt. Es ist nichts geschehen.
error-slow = Das hat zu lange gedauert
error-slow-text = Das Formular kam nicht rechtzeitig an. Es ist nichts geschehen; bitte noch einmal versuchen.
error-limited = Zu viele Versuche
error-limited-text = In kurzer Zeit kamen zu viele Anfragen. Es ist nichts geschehen.
error-tries-text = Es wurden zu viele falsche Passphrasen eingegeben. Das Geheimnis ist noch da, und niemand hat es gelesen. Die Passphrase kennt, wer den Link geschickt hat.
error-wait = Bitte warten. Ein neuer Versuch ist möglich in: { $wait }.
error-again = Noch einmal versuchen
error-busy = Sehr beschäftigt
error-busy-text = Dieser Server hat im Moment zu viel zu tun. Es ist nichts geschehen; bitte gleich noch einmal versuchen.
error-disk = Im Moment kein Platz mehr
error-disk-text = Der Server hat zu wenig Speicherplatz. Es wurde nichts geteilt; bitte später noch einmal versuchen. Was schon geteilt ist, lässt sich lesen.
error-store = Im Moment außer Betrieb
error-store-text = Der Server erreicht seinen Speicher nicht. Es ist nichts geschehen; bitte gleich noch einmal versuchen.
error-outcome = Der Ausgang ist ungewiss
error-outcome-text = Der Server hat seinen Speicher im falschen Augenblick verloren. Bitte noch einmal versuchen: Ist dann kein Geheimnis mehr da, hat dieser Versuch es ungesehen verbraucht.
error-key = Das Geheimnis lässt sich im Moment nicht öffnen
error-key-text = Es ist noch da, und nichts ging verloren. Helfen kann, wer diesen Server betreibt.
error-damaged = Das Geheimnis ist beschädigt
error-damaged-text = Es wurde gefunden, lässt sich aber nicht öffnen. Bitte noch einmal senden lassen.
error-failed = Etwas ist schiefgegangen
error-failed-text = Der Fehler liegt beim Server. Bitte noch einmal versuchen.
