# The letter that brings a link to its recipient, and the one that tries mail out. `$sharer` is the sharer's e-mail address,
# `$host` this server's name, `$moment` and `$duration` are as in time.ftl.

letter-subject = A link for you that opens only once
letter-heading = A secret has been shared with you
letter-greeting = Hello,
letter-opening = { $sharer } would like to give you something that should not stand in an e-mail, such as a password. It is waiting for you behind this link:
letter-button = Go to the secret
letter-copy = If the button does not work, copy this link into your browser:
letter-once = The link opens once. After that the secret is gone from the server, so open it when you can keep what you read.
letter-until = It works until { $moment }, for about { $duration } from now.
letter-passphrase = You will be asked for a passphrase. { $sharer } gives it to you in another way, not by e-mail.
letter-forward = Please do not forward this e-mail: whoever has the link can open it in your place.
letter-unexpected = You did not expect this? Then do not open the link yet; ask { $sharer } first, in a way you already know.
letter-footer = { $host } sent this e-mail on behalf of { $sharer }.
letter-test-subject = Test e-mail from { $host }
letter-test-heading = Mail works
letter-test-opening = { $host } sent this e-mail to find out whether its mail arrives. It did.
letter-test-spam = Did it land among the spam? Then look at SPF and DKIM of the sender’s domain: letters with links would land there too.
letter-test-closing = There is no link in it, and nothing for you to do.
letter-test-footer = Sent by { $host }, asked by its operator with `readonce doctor --mail-to`.
