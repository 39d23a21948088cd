# Der Brief, der einen Link zum Empfänger bringt, und der, mit dem man die Post ausprobiert. `$sharer` ist die Adresse dessen,
# der teilt, `$host` der Name dieses Servers, `$moment` und `$duration` sind wie in time.ftl.

email-subject = Ein Link für Sie, der sich nur einmal öffnen lässt
email-heading = Jemand teilt ein Geheimnis mit Ihnen
email-greeting = Guten Tag,
email-opening = { $sharer } möchte Ihnen etwas geben, das nicht in einer E-Mail stehen sollte, zum Beispiel ein Passwort. Es wartet hinter diesem Link auf Sie:
email-button = Zum Geheimnis
email-once = Der Link lässt sich nur einmal öffnen. Danach ist das Geheimnis vom Server gelöscht: Öffnen Sie ihn, wenn Sie das Gelesene aufbewahren können.
email-until = Er gilt bis { $moment }, von jetzt an noch etwa { $duration }.
email-passphrase = Sie werden nach einer Passphrase gefragt. Sie erhalten sie auf anderem Weg, nicht per E-Mail.
email-forward = Bitte leiten Sie diese E-Mail nicht weiter: Wer den Link hat, kann ihn an Ihrer Stelle öffnen.
email-unexpected = Sie haben das nicht erwartet? Dann öffnen Sie den Link noch nicht, sondern fragen Sie zuerst bei dieser Person nach, auf einem Weg, den Sie schon kennen.
email-footer = { $host } hat diese E-Mail verschickt, weil jemand ein Geheimnis mit Ihnen teilt.
email-test-subject = Test-E-Mail von { $host }
email-test-heading = Die Post funktioniert
email-test-opening = Diese E-Mail wurde gesendet, um herauszufinden, ob die Post des Servers ankommt. Sie ist angekommen.
email-test-spam = Lag sie im Spam-Ordner? Dann prüfen Sie SPF und DKIM der Absenderdomain: Briefe mit Links lägen dort ebenso.
email-test-button = Zum Server
email-test-closing = Sie ist gebaut wie die E-Mails, die den Link zu einem Geheimnis bringen. Ihr eigener Link führt zur Startseite des Servers, und Sie müssen nichts tun.
email-test-footer = Gesendet auf Wunsch des Betreibers mit `readonce doctor --mail-to`.

# Die E-Mail, die sagt, wie Geheimnisse geendet haben. `$receipt` ist der Anfang des Schlüssels einer Statusseite.
notice-subject = Was aus Ihren Geheimnissen auf { $host } wurde
notice-heading = Neues von dem, was Sie geteilt haben
notice-opening = Sie wollten erfahren, wenn Geheimnisse geendet haben, die Sie geteilt haben. Jedes ist mit den ersten Zeichen des Schlüssels seiner Statusseite bezeichnet:
notice-read = { $receipt }: gelesen am { $moment }
notice-burned = { $receipt }: ungelesen vernichtet am { $moment }
notice-expired = { $receipt }: ungelesen abgelaufen am { $moment }
notice-closing = Wurde eines gelesen, und nicht von der Person, an die der Link ging? Dann bitte sofort ändern, was geteilt wurde.
notice-footer = { $host } hat diese E-Mail verschickt, weil Ihr Konto das so will. Abstellen lässt es sich dort, wo Ihre Geheimnisse aufgelistet sind.
