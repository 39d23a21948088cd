# The pages.

# Around every page.
skip = Skip to the content
languages = Language
region = Region: { $region }
about-link = About this server
contact-link = Contact
contact-help = Whoever runs this server can be reached here:
home-link = Share a secret
copied = Copied
not-copied = Could not be copied. Please select the text and copy it.
passphrase = Passphrase
optional = (optional)
show = Show
hide = Hide

# Sharing a secret.
share-title = Share a secret
share-intro = Write down a password or a note and get a link to it. Whoever opens the link can read it once; after that it is gone.
share-secret = Secret
share-passphrase-hint = Whoever reads it will need it, too. Pass it on by another way than the link.
share-lifetime = Lifetime
share-lifetime-hint = If nobody reads the secret in this time, it is deleted.
share-button = Create a link
generate-button = Generate a password instead
generate-hint = For a generated password, leave the field “Secret” empty.
generate-beside = This text would be left out. Please empty the field for a generated password, or create a link to share the text.
generate-options = Length and characters of the password
generate-length = Number of characters
generate-kinds = Which characters
generate-uppercase = Capital letters
generate-lowercase = Small letters
generate-numbers = Digits
generate-symbols = Punctuation
generate-distinct = Leave out what looks alike: i l o 1 I O 0
generate-wrong = Please choose from 4 to 128 characters, and at least one kind of them.
share-empty = Please write something to share.
share-too-big = { $max ->
    [one] The secret is too long: { $max } byte is allowed.
   *[other] The secret is too long: { $max } bytes are allowed.
}
share-passphrase-long = The passphrase is too long: 128 characters are allowed.
share-passphrase-again = Please type the passphrase again: it is never sent back to this page.
share-passphrase-missing = The passphrase is missing. If you send the form like this once more, whoever has the link can read the secret.
share-passphrase-required = A passphrase is needed here. Please type one.
share-passphrase-short = { $min ->
    [one] It needs { $min } character at least.
   *[other] It needs { $min } characters at least.
}
share-kept = What you typed is still in the form below.
share-recipient = E-mail address of the recipient
share-recipient-hint = An email brings them the link, and names you as whoever shared it.
share-recipient-wrong = Please check this address: no email can be sent to it.
share-perhaps-mailed = The server lost its store at the wrong moment. The secret may have been shared, and the email with the link sent. Please ask your recipient before you share it again.
closed-title = Sharing takes an account here
closed-text = On this server, only people with an account can do that, and only by the API or a program that uses it. Accounts are given out by whoever runs this server.
closed-sign-in = On this server, only people with an account can do that. Accounts are given out by whoever runs it.
closed-links = Links that somebody sent you can be opened without an account.

# The new link.
shared-title = The link is ready
shared-intro = Now send the link to whoever shall read the secret.
shared-mailed = An email with the link is on its way to { $recipient }.
link-title = Link to the secret
copy-link = Copy link
shared-warning = Please do not open this link yourself.
shared-warning-why = It works only once, and then the secret is gone.
shared-again = If this page is loaded again, the secret is shared once more, by another link.
shared-password = The generated password
copy-password = Copy password
shared-password-hint = It is shown here only now.
shared-receipt = For yourself: the status page
shared-receipt-hint = It tells whether the secret was read, and can destroy it. Keep its address to yourself.
shared-receipt-link = Open the status page
qr-title = Show as a QR code
qr-label = QR code of the link
share-another = Share another secret

# The page of a link.
secret-title = A secret was shared with you
secret-intro = It can be shown only once. Please go on when you are ready to read it and to keep it safe.
secret-button = Show the secret
secret-once = Once shown, the secret is deleted from this server.
secret-lost = No answer arrived. Please press the button again at once: if there is no secret then, this try has used it up unseen.
secret-passphrase-hint = This secret is protected. Whoever sent it knows the passphrase.
secret-passphrase-wrong = This passphrase is wrong. The secret is still there.
secret-tries = { $tries ->
    [0] There are no more tries for now.
    [one] There is { $tries } more try.
   *[other] There are { $tries } more tries.
}
type-label = Please type these four letters:
type-hint = This keeps programs that follow links in messages from reading the secret.
type-wrong = These were not the letters, or too much time has passed. Here are new ones.
revealed-title = Here is the secret
revealed-intro = It has been deleted from this server and cannot be shown again. Copy it before you close this page.
revealed-inexpressible = It holds characters that cannot be displayed, shown here as ␀. The button copies it exactly.
copy-secret = Copy secret
save-secret = Save as a file
share-answer = Share a secret yourself
gone-title = There is no secret here
gone-text = It has been read, it was destroyed by whoever shared it, its time has run out, or it never existed. Which of these, nobody can tell from here.
gone-hint = If you expected a secret and have not read it yourself, tell whoever sent you the link: somebody else may have.

# The status page of a secret.
receipt-title = Status of a secret
receipt-new = Not read yet
receipt-new-text = The secret is waiting to be read. Looking at this page changes nothing.
receipt-mail-dead = The email with the link was not delivered. Please send the link yourself; or, if the address was wrong, destroy the secret and share it again.
receipt-mail-waiting = The email with the link is not delivered yet. It will be tried again.
receipt-read = Read
receipt-read-text = Somebody opened the link and read the secret. It is gone from this server.
receipt-read-next = Was it not the person you sent the link to? Then change at once what was shared.
receipt-burned = Destroyed
receipt-burned-text = The secret was destroyed unread. Nobody can read it any more.
receipt-expired = Expired
receipt-expired-text = Nobody read the secret in its time. It was deleted.
receipt-orphaned = Lost
receipt-orphaned-text = The secret is gone, though it was neither read nor destroyed nor out of time. Whoever runs this server can look for the cause.
receipt-created = Shared
receipt-read-at = Read
receipt-burned-at = Destroyed
receipt-who = Who can read it
receipt-who-link = Whoever has the link, once
receipt-who-passphrase = Whoever has the link and knows the passphrase, once
receipt-tries = Passphrases tried
receipt-tries-count = { $tries ->
    [0] None
    [one] One, which did not open the secret
   *[other] { $tries }, none of which opened the secret
}
receipt-tries-refused = Some tries are refused until
receipt-tries-next = If it is not your recipient who tries, destroy the secret and share it again by another way.
receipt-until = Can be read until
receipt-forgotten = This page exists until
receipt-burn = Destroy the secret…
receipt-none = There is no status here
receipt-none-text = The address is wrong, or the secret was shared so long ago that its status has been deleted, too.
receipt-closed = The status takes an account here
receipt-closed-text = On this server, only people with an account can see the status of a secret or destroy it, and only by the API or a program that uses it.
receipt-closed-sign-in = On this server, only people with an account can see the status of a secret or destroy it.
burn-title = Destroy this secret?
burn-text = Nobody will be able to read it any more. This cannot be undone.
burn-button = Destroy the secret
burn-back = Keep it
burn-late = There is nothing left to destroy
burn-late-text = The secret has been read, was destroyed already, or its time has run out. Its status page tells which.

# Signing in and out.
sign-in-link = Sign in
sign-in-title = Sign in
sign-in-intro = This is for people who share secrets with an account. To read a secret, just open the link that you were sent.
sign-in-already = You are signed in as { $address }.
sign-in-go-on = Go on
sign-in-vouched = According to the sign-in in front of this server, you are
sign-in-as = Go on with this account
sign-in-other = Or with an API token
sign-in-address = E-mail address
sign-in-token = API token
sign-in-token-hint = It was shown once, when it was made. Whoever runs this server can give you a new one.
sign-in-button = Sign in
sign-in-cookie = Signing in sets one cookie, by which this server knows you again. It ends when you sign out, and by itself after some hours.
sign-in-wrong = Nobody was signed in: { $address } and this API token do not go together. Please check both.
sign-in-unknown = Nobody was signed in: there is no account for { $address } here.
sign-in-disabled = Nobody was signed in: the account { $address } is disabled.
sign-in-unnamed = Nobody was signed in: the sign-in in front of this server does not say clearly who you are.
sign-out-title = Sign out?
sign-out-text = This ends all your sessions here, those in other browsers too.
sign-out-button = Sign out
sign-out-back = Stay signed in
signed-out-title = You are signed out
signed-out-text = Here, and in every other browser. Your links and your API tokens go on working.
signed-out-elsewhere = Whoever vouched for you may still know you, so that the next sign-in may go through without a question. On a computer that others use, please sign out there as well.
needs-sign-in = Please sign in
needs-sign-in-text = This page is for people with an account.
signed-out-meanwhile = You are not signed in any more
signed-out-meanwhile-text = Nothing was shared. Please sign in again in another window, come back here, and press the button once more.
sign-in-window = Sign in, in another window
other-session = You have signed in anew
other-session-text = This page is from before that, so nothing was done. Please try once more.

# What somebody shared.
shares-title = My shares
shares-intro = What became of what you shared with this account in the last 60 days, on these pages or by a program. The links are not here: only those you sent them to have them.
shares-none = There is nothing here yet, or nothing any more.
shares-older = Older ones
shares-newest = Back to the newest
shares-burned = The secret is destroyed. Nobody can read it any more.
notify-title = Tell me by e-mail
notify-intro = For what you share from now on. The e-mail names the time and the first characters of the key of the status page, nothing else.
notify-read = when it is read
notify-burned = when it is destroyed
notify-expired = when it expires unread
notify-button = Save
notify-saved = Saved. It holds for what you share from now on.

# API tokens.
tokens-title = API tokens
tokens-intro = A program that shares in your name signs in with your e-mail address and a token. Give each program its own, and revoke it when the program no longer needs it.
tokens-none = You have no token.
tokens-first = First token
tokens-created = Made
tokens-used = Last used
tokens-never = Never used
tokens-expires = Valid until
tokens-expired = No longer valid since
tokens-revoke = Revoke…
tokens-back = All tokens
token-add-title = A new token
token-name = What it is for
token-name-hint = Such as the name of the program. Up to 60 characters.
token-name-wrong = Please write what it is for: plain text of up to 60 characters.
token-too-many = You have as many tokens as one may have. Please revoke one first.
token-lifetime = Valid for
token-forever = Until it is revoked
token-button = Make a token
token-stale = To make a token, please show once more who you are. So a browser that was left open cannot do it.
token-stale-link = Sign in once more
token-made-title = The token is ready
token-made-text = It is shown here only now. Keep it where your program finds it and nobody else does.
token-made-user = The user name that goes with it is { $address }.
token-made-again = If this page is loaded again, one more token is made.
token-copy = Copy token
token-revoked = The token is revoked.
revoke-title = Revoke this token?
revoke-text = Programs that use it can no longer sign in. This cannot be undone. What they shared stays until it is read, destroyed or out of time.
revoke-stolen = If somebody else may have had it, please sign out afterwards as well: that ends all your sessions. And revoke tokens here that you did not make.
revoke-first = This also ends all your sessions, this one too.
revoke-button = Revoke the token
revoke-back = Keep it

# Signing in by a provider.
sign-in-provider = Sign in at { $host }
provider-title = Nobody was signed in
provider-again = Sign in again
provider-others = Other ways to sign in
provider-away = { $host } cannot be reached at the moment. Please try again in a little while.
provider-setup = { $host } and this server do not understand each other. Only whoever runs this server can mend that: its log says what is wrong.
provider-untrusted = The answer from { $host } cannot be trusted, or is not for this sign-in. Please try once more. If it stays like this, please tell whoever runs this server.
provider-stale = This sign-in is over: it took too long, it was finished already, or another one began in another window. Please begin again.
provider-denied = { $host } did not sign you in, or you decided against it.
provider-not-allowed = { $host } knows you, but not everybody from there may sign in here. Please ask whoever runs this server.
provider-no-address = { $host } named no e-mail address, so no account could be found. Whoever runs this server can mend that (oidc.scopes).
provider-unverified = { $host } does not say that it has checked your e-mail address, so it does not count here. Whoever runs this server can decide to trust it (oidc.trust_email).
provider-other = The account with your e-mail address is somebody else’s at { $host }, or yours from before. Please ask whoever runs this server.
provider-disabled = Your account is disabled. Please ask whoever runs this server.
signed-out-provider = Sign out at { $host } as well

# Regions.
regions-title = Regions
regions-here = Secrets shared here are kept in the region { $region }.
regions-others = They can be shared in another region instead:

# About the server.
about-title = About this server
about-intro = Here, people share passwords and other secrets by links that work only once.
about-promises = What this server promises
about-once = A secret is shown at most once. After that, it is deleted for good.
about-sealed = It is kept encrypted. To decrypt it takes the link, which is not kept here.
about-passphrase = With a passphrase, the link alone is not enough. The passphrase is not kept either.
about-preview = Previews and link scanners that open a link consume nothing: a secret is shown only after a click on a button.
about-logs = No secret, no passphrase and no link is ever written to a log.
about-cookies = Reading a secret sets no cookie, nor does sharing without an account; only signing in does. Nothing is loaded from elsewhere, and nobody is tracked.
about-program = The program that this server runs is called readonce.
about-limits = What nobody can promise
about-limits-text = Whoever gets the link first, and the passphrase if there is one, reads the secret. Use a passphrase when you do not trust the way the link takes, and have the reader tell you when the secret is gone already.

# What can go wrong.
error-not-found = This page does not exist
error-not-found-text = Is the link complete? Some programs cut long links off.
error-cross-site = This came from another site
error-cross-site-text = For safety, forms are taken only from this server’s own pages. Nothing was done.
error-malformed = This could not be read
error-malformed-text = The form did not arrive as it was sent. Nothing was done; please go back and try again.
error-head = Your browser sends too much
error-head-text = The address, or what your browser sends along with every request, is longer than this server takes. Most often it is cookies of other pages under the same domain: a private window has none of them. Nothing was done.
error-large = This is too large
error-large-text = The form is larger than this server takes. Nothing was done.
error-slow = This took too long
error-slow-text = The form did not arrive in time. Nothing was done; please try again.
error-limited = Too many tries
error-limited-text = There were too many requests in a short time. Nothing was done.
error-tries-text = Too many wrong passphrases were typed. The secret is still there, and nobody has read it. If you do not know the passphrase, ask whoever sent you the link.
error-wait = Please wait and try again in: { $wait }.
error-again = Try again
error-busy = Very busy
error-busy-text = This server has too much to do at the moment. Nothing was done; please try again shortly.
error-disk = No room for more at the moment
error-disk-text = The server is short of disk space. Nothing was shared; please try again later. What was shared before can be read.
error-store = Out of order for the moment
error-store-text = The server cannot reach its store. Nothing was done; please try again shortly.
error-outcome = The outcome is not known
error-outcome-text = The server lost its store at the wrong moment. Please try again: if there is no secret then, this try has used it up unseen.
error-key = The secret cannot be opened at the moment
error-key-text = It is still there, and nothing was lost. Whoever runs this server has to help.
error-damaged = The secret is damaged
error-damaged-text = It was found, but it cannot be opened. Please ask for it to be sent again.
error-failed = Something went wrong
error-failed-text = This is a mistake of the server, not yours. Please try again.
