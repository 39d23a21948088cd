# The email that brings a link to its recipient, and the one that tries mail out. `$sharer` is the sharer's e-mail address,
# `$host` this server's name, `$moment` and `$duration` are as in time.ftl.

email-subject = A link for you that opens only once
email-heading = A secret has been shared with you
email-greeting = Hello,
email-opening = { $sharer } would like to give you something that should not stand in an e-mail, such as a password. It is waiting for you behind this link:
email-button = Go to the secret
email-once = The link opens once. After that the secret is gone from the server, so open it when you can keep what you read.
email-until = It works until { $moment }, for about { $duration } from now.
email-passphrase = You will be asked for a passphrase, which reaches you in another way, not by e-mail.
email-forward = Please do not forward this e-mail: whoever has the link can open it in your place.
email-unexpected = You did not expect this? Then do not open the link yet; ask whoever shared it first, in a way you already know.
email-footer = { $host } sent this e-mail because somebody shared a secret with you.
email-test-subject = Test e-mail from { $host }
email-test-heading = Mail works
email-test-opening = This e-mail was sent to find out whether the server’s mail arrives. It did.
email-test-spam = Did it land among the spam? Then look at SPF and DKIM of the sender’s domain: emails with links would land there too.
email-test-button = Go to the server
email-test-closing = It is made like the emails that bring the link to a secret. Its own link leads to the server’s first page, and there is nothing for you to do.
email-test-footer = Sent at the request of the server’s operator with `readonce doctor --mail-to`.

# The email that tells a sharer how secrets ended. `$receipt` is how the key of a status page begins.
notice-subject = What became of secrets that you shared on { $host }
notice-heading = News of what you shared
notice-opening = You asked to be told when secrets that you share have ended. Each is named by the first characters of the key of its status page:
notice-read = { $receipt }: read on { $moment }
notice-burned = { $receipt }: destroyed unread on { $moment }
notice-expired = { $receipt }: expired unread on { $moment }
notice-closing = Was one read, and not by the person you sent the link to? Then change at once what was shared.
notice-footer = { $host } sent this e-mail because your account asks for it. It can be turned off where your shares are listed.
