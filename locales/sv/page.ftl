# The pages.

# Around every page.
skip = Hoppa till innehållet
languages = Språk
region = Region: { $region }
about-link = Om den här servern
contact-link = Kontakt
contact-help = Den som driver servern nås här:
home-link = Dela en hemlighet
copied = Kopierat
not-copied = Det gick inte att kopiera. Markera texten och kopiera den själv.
passphrase = Lösenfras
optional = (valfritt)
show = Visa
hide = Dölj

# Sharing a secret.
share-title = Dela en hemlighet
share-intro = Skriv in ett lösenord eller en anteckning och få en länk till det. Den som öppnar länken kan läsa hemligheten en enda gång, sedan är den borta.
share-secret = Hemlighet
share-passphrase-hint = Den behövs också för att läsa. Skicka den på något annat sätt än länken.
share-lifetime = Livslängd
share-lifetime-hint = Om ingen läser hemligheten under den här tiden raderas den.
share-button = Skapa länk
generate-button = Skapa ett lösenord i stället
generate-hint = För ett skapat lösenord ska fältet ”Hemlighet” lämnas tomt.
generate-beside = Den här texten skulle inte komma med. Töm fältet för att få ett skapat lösenord, eller skapa en länk för att dela texten.
generate-options = Lösenordets längd och tecken
generate-length = Antal tecken
generate-kinds = Vilka tecken
generate-uppercase = Stora bokstäver
generate-lowercase = Små bokstäver
generate-numbers = Siffror
generate-symbols = Skiljetecken
generate-distinct = Utan tecken som liknar varandra: i l o 1 I O 0
generate-wrong = Välj 4 till 128 tecken och minst ett slags tecken.
share-empty = Skriv något att dela.
share-too-big = { $max ->
    [one] Hemligheten är för lång: högst { $max } byte är tillåten.
   *[other] Hemligheten är för lång: högst { $max } byte är tillåtna.
}
share-passphrase-long = Lösenfrasen är för lång: högst 128 tecken är tillåtna.
share-passphrase-again = Skriv lösenfrasen igen: den skickas aldrig tillbaka till den här sidan.
share-passphrase-missing = Lösenfrasen saknas. Om formuläret skickas så här en gång till kan alla som har länken läsa hemligheten.
share-passphrase-required = Här krävs en lösenfras. Skriv en.
share-passphrase-short = { $min ->
    [one] Den behöver minst { $min } tecken.
   *[other] Den behöver minst { $min } tecken.
}
share-kept = Det du skrev finns kvar i formuläret nedan.
share-recipient = Mottagarens e-postadress
share-recipient-hint = Mottagaren får länken med e-post, där det står att den kommer från dig.
share-recipient-wrong = Kontrollera adressen: det går inte att skicka e-post dit.
share-perhaps-mailed = Servern tappade sitt lager i fel ögonblick. Hemligheten kan ha delats och mejlet med länken kan ha skickats. Fråga mottagaren innan du delar den igen.
closed-title = Här krävs ett konto för att dela
closed-text = På den här servern kan bara personer med konto dela, och bara genom API:et eller ett program som använder det. Konton delas ut av den som driver servern.
closed-sign-in = På den här servern kan bara personer med konto göra det. Konton delas ut av den som driver servern.
closed-links = Länkar som någon har skickat kan öppnas utan konto.

# The new link.
shared-title = Länken är klar
shared-intro = Skicka nu länken till den som ska läsa hemligheten.
shared-mailed = Ett mejl med länken är på väg till { $recipient }.
link-title = Länk till hemligheten
copy-link = Kopiera länken
shared-warning = Öppna inte länken själv.
shared-warning-why = Den fungerar bara en gång, sedan är hemligheten borta.
shared-again = Om sidan laddas om delas hemligheten en gång till, med en annan länk.
shared-password = Det skapade lösenordet
copy-password = Kopiera lösenordet
shared-password-hint = Det visas här bara nu.
shared-receipt = För dig själv: statussidan
shared-receipt-hint = Där syns om hemligheten har lästs, och där kan den förstöras. Behåll adressen för dig själv.
shared-receipt-link = Öppna statussidan
qr-title = Visa som QR-kod
qr-label = Länkens QR-kod
share-another = Dela en hemlighet till

# The page of a link.
secret-title = Någon har delat en hemlighet med dig
secret-intro = Den kan visas bara en gång. Fortsätt när du är redo att läsa den och spara den på ett säkert ställe.
secret-button = Visa hemligheten
secret-once = När hemligheten har visats raderas den från servern.
secret-lost = Inget svar kom fram. Tryck på knappen igen med en gång: finns det ingen hemlighet då har det här försöket förbrukat den osedd.
secret-passphrase-hint = Hemligheten är skyddad. Den som skickade länken känner till lösenfrasen.
secret-passphrase-wrong = Lösenfrasen är fel. Hemligheten finns kvar.
secret-tries = { $tries ->
    [0] Just nu finns inga fler försök.
    [one] Det finns { $tries } försök kvar.
   *[other] Det finns { $tries } försök kvar.
}
type-label = Skriv de här fyra bokstäverna:
type-hint = Det hindrar program som följer länkar i meddelanden från att läsa hemligheten.
type-wrong = Det var inte rätt bokstäver, eller så har det gått för lång tid. Här är nya.
revealed-title = Här är hemligheten
revealed-intro = Den är nu raderad från servern och kan inte visas igen. Kopiera den innan du stänger sidan.
revealed-inexpressible = Den innehåller tecken som inte kan visas och som här ser ut som ␀. Knappen kopierar den exakt.
copy-secret = Kopiera hemligheten
save-secret = Spara som fil
share-answer = Dela en egen hemlighet
gone-title = Här finns ingen hemlighet
gone-text = Den har lästs, den förstördes av den som delade den, dess tid har gått ut, eller så har den aldrig funnits. Vilket det är går inte att se härifrån.
gone-hint = Om du väntade dig en hemlighet och inte själv har läst den, säg till den som skickade länken: någon annan kan ha gjort det.

# The status page of a secret.
receipt-title = En hemlighets status
receipt-new = Inte läst än
receipt-new-text = Hemligheten väntar på att bli läst. Att titta på den här sidan ändrar ingenting.
receipt-mail-dead = E-postmeddelandet med länken kunde inte levereras. Skicka länken själv, eller förstör hemligheten och dela den igen om adressen var fel.
receipt-mail-waiting = E-postmeddelandet med länken är inte levererat än. Nya försök görs.
receipt-read = Läst
receipt-read-text = Någon har öppnat länken och läst hemligheten. Den är borta från servern.
receipt-read-next = Var det inte den du skickade länken till? Ändra då genast det som delades.
receipt-burned = Förstörd
receipt-burned-text = Hemligheten förstördes oläst. Ingen kan läsa den längre.
receipt-expired = Utgången
receipt-expired-text = Ingen läste hemligheten i tid. Den har raderats.
receipt-orphaned = Förlorad
receipt-orphaned-text = Hemligheten är borta fast den varken har lästs, förstörts eller gått ut. Den som driver servern kan leta efter orsaken.
receipt-created = Delad
receipt-read-at = Läst
receipt-burned-at = Förstörd
receipt-who = Vem som kan läsa den
receipt-who-link = Den som har länken, en gång
receipt-who-passphrase = Den som har länken och kan lösenfrasen, en gång
receipt-tries = Provade lösenfraser
receipt-tries-count = { $tries ->
    [0] Inga
    [one] En, som inte öppnade hemligheten
   *[other] { $tries }, ingen av dem öppnade hemligheten
}
receipt-tries-refused = Vissa försök avvisas till
receipt-tries-next = Om det inte är mottagaren som försöker: förstör hemligheten och dela den igen på ett annat sätt.
receipt-until = Kan läsas till
receipt-forgotten = Den här sidan finns till
receipt-burn = Förstör hemligheten …
receipt-none = Här finns ingen status
receipt-none-text = Adressen är fel, eller så delades hemligheten för så länge sedan att även dess status har raderats.
receipt-closed = Här krävs ett konto för att se statusen
receipt-closed-text = På den här servern kan bara den som har ett konto se en hemlighets status eller förstöra den, och bara via API:et eller ett program som använder det.
receipt-closed-sign-in = På den här servern kan bara den som har ett konto se en hemlighets status eller förstöra den.
burn-title = Förstöra hemligheten?
burn-text = Ingen kommer att kunna läsa den längre. Det går inte att ångra.
burn-button = Förstör hemligheten
burn-back = Behåll den
burn-late = Det finns inget kvar att förstöra
burn-late-text = Hemligheten har lästs, redan förstörts, eller så har dess tid gått ut. Statussidan visar vilket.

# Signing in and out.
sign-in-link = Logga in
sign-in-title = Logga in
sign-in-intro = För den som delar hemligheter med ett konto. För att läsa en hemlighet räcker det att öppna länken som du har fått.
sign-in-already = Du är inloggad som { $address }.
sign-in-go-on = Fortsätt
sign-in-vouched = Enligt inloggningen framför den här servern är du
sign-in-as = Fortsätt med det här kontot
sign-in-other = Eller med en API-nyckel
sign-in-address = E-postadress
sign-in-token = API-nyckel
sign-in-token-hint = Den visades en enda gång, när den skapades. Den som driver servern kan ge dig en ny.
sign-in-button = Logga in
sign-in-cookie = Inloggningen sätter en kaka som servern känner igen dig på. Den upphör när du loggar ut, och av sig själv efter några timmar.
sign-in-wrong = Ingen loggades in: { $address } och API-nyckeln hör inte ihop. Kontrollera båda.
sign-in-unknown = Ingen loggades in: det finns inget konto för { $address } här.
sign-in-disabled = Ingen loggades in: kontot { $address } är avstängt.
sign-in-unnamed = Ingen loggades in: inloggningen framför den här servern säger inte tydligt vem du är.
sign-out-title = Logga ut?
sign-out-text = Det avslutar alla dina sessioner här, även de i andra webbläsare.
sign-out-button = Logga ut
sign-out-back = Förbli inloggad
signed-out-title = Du är utloggad
signed-out-text = Här och i alla andra webbläsare. Dina länkar och API-nycklar fungerar som förut.
signed-out-elsewhere = Den som gick i god för dig kan fortfarande känna igen dig, så nästa inloggning kan gå igenom utan en fråga. Logga ut även där om andra använder datorn.
needs-sign-in = Logga in först
needs-sign-in-text = Den här sidan är för personer med konto.
signed-out-meanwhile = Du är inte längre inloggad
signed-out-meanwhile-text = Inget delades. Logga in igen i ett annat fönster, kom tillbaka hit och tryck på knappen en gång till.
sign-in-window = Logga in i ett annat fönster
other-session = Du har loggat in på nytt
other-session-text = Den här sidan är från före det, så inget har hänt. Försök en gång till.

# Vad någon har delat.
shares-title = Mina hemligheter
shares-intro = Vad det blev av det du har delat med det här kontot de senaste 60 dagarna, på de här sidorna eller med ett program. Länkarna finns inte här: de finns bara hos dem du skickade dem till.
shares-none = Här finns ingenting än, eller ingenting längre.
shares-older = Äldre
shares-newest = Tillbaka till de senaste
shares-burned = Hemligheten är förstörd. Ingen kan läsa den längre.
notify-title = Meddela mig per mejl
notify-intro = För det du delar från och med nu. Mejlet anger tiden och de första tecknen i statussidans nyckel, inget annat.
notify-read = när det läses
notify-burned = när det förstörs
notify-expired = när det går ut oläst
notify-button = Spara
notify-saved = Sparat. Det gäller det du delar från och med nu.

# API-nycklar.
tokens-title = API-nycklar
tokens-intro = Ett program som delar i ditt namn loggar in med din e-postadress och en nyckel. Ge varje program en egen, och återkalla den när programmet inte behöver den längre.
tokens-none = Du har ingen nyckel.
tokens-first = Första nyckeln
tokens-created = Skapad
tokens-used = Senast använd
tokens-never = Aldrig använd
tokens-expires = Gäller till
tokens-expired = Gäller inte längre sedan
tokens-revoke = Återkalla …
tokens-back = Alla nycklar
token-add-title = En ny nyckel
token-name = Vad den är till för
token-name-hint = Till exempel programmets namn. Högst 60 tecken.
token-name-wrong = Skriv vad den är till för: vanlig text på högst 60 tecken.
token-too-many = Du har så många nycklar som man får ha. Återkalla en av dem först.
token-lifetime = Gäller i
token-forever = Tills den återkallas
token-button = Skapa en nyckel
token-stale = För att skapa en nyckel behöver du visa en gång till vem du är. Då kan ingen göra det i en webbläsare som lämnats öppen.
token-stale-link = Logga in en gång till
token-made-title = Nyckeln är klar
token-made-text = Den visas bara nu. Förvara den där programmet hittar den och ingen annan gör det.
token-made-user = Användarnamnet som hör till är { $address }.
token-made-again = Om den här sidan laddas om skapas en nyckel till.
token-copy = Kopiera nyckeln
token-revoked = Nyckeln är återkallad.
revoke-title = Återkalla den här nyckeln?
revoke-text = Program som använder den kan inte logga in längre. Det går inte att ångra. Det de har delat finns kvar tills det läses, förstörs eller går ut.
revoke-stolen = Om någon annan kan ha haft den, logga då också ut efteråt: det avslutar alla dina sessioner. Och återkalla nycklar här som du inte själv har skapat.
revoke-first = Det avslutar också alla dina sessioner, även den här.
revoke-button = Återkalla nyckeln
revoke-back = Behåll den

# Inloggning hos en leverantör.
sign-in-provider = Logga in hos { $host }
provider-title = Ingen loggades in
provider-again = Logga in igen
provider-others = Andra sätt att logga in
provider-away = { $host } går inte att nå just nu. Försök igen om en liten stund.
provider-setup = { $host } och den här servern förstår inte varandra. Bara den som driver servern kan åtgärda det: vad som är fel står i dess logg.
provider-untrusted = Svaret från { $host } går inte att lita på, eller hör inte till den här inloggningen. Försök en gång till. Om det fortsätter, säg till den som driver servern.
provider-stale = Den här inloggningen är över: den tog för lång tid, var redan klar, eller så började en ny i ett annat fönster. Börja om från början.
provider-denied = { $host } loggade inte in dig, eller så avböjde du.
provider-not-allowed = { $host } känner dig, men alla därifrån får inte logga in här. Fråga den som driver servern.
provider-no-address = { $host } angav ingen e-postadress, så inget konto kunde hittas. Den som driver servern kan åtgärda det (oidc.scopes).
provider-unverified = { $host } säger inte att din e-postadress är kontrollerad, så den räknas inte här. Den som driver servern kan välja att lita på den (oidc.trust_email).
provider-other = Kontot med din e-postadress tillhör någon annan hos { $host }, eller dig sedan tidigare. Fråga den som driver servern.
provider-disabled = Ditt konto är spärrat. Fråga den som driver servern.
signed-out-provider = Logga ut även hos { $host }

# Regions.
regions-title = Regioner
regions-here = Hemligheter som delas här förvaras i regionen { $region }.
regions-others = De kan i stället delas i en annan region:

# About the server.
about-title = Om den här servern
about-intro = Här delas lösenord och andra hemligheter med länkar som bara fungerar en gång.
about-promises = Vad den här servern lovar
about-once = En hemlighet visas högst en gång. Sedan är den raderad för gott.
about-sealed = Den förvaras krypterad. För att dekryptera den behövs länken, och den sparas inte här.
about-passphrase = Med en lösenfras räcker inte länken. Inte heller lösenfrasen sparas.
about-preview = Förhandsvisningar och länkgranskare som öppnar en länk förbrukar ingenting: en hemlighet visas först efter ett klick på en knapp.
about-logs = Ingen hemlighet, ingen lösenfras och ingen länk skrivs någonsin till en logg.
about-cookies = Att läsa en hemlighet sätter ingen kaka, inte heller att dela utan konto; det gör bara inloggningen. Inget hämtas från andra platser och ingen spåras.
about-program = Programmet på den här servern heter readonce.
about-limits = Vad ingen kan lova
about-limits-text = Den som först får länken, och lösenfrasen om det finns en, läser hemligheten. Använd en lösenfras när du inte litar på vägen som länken tar, och be läsaren säga till om hemligheten redan är borta.

# What can go wrong.
error-not-found = Sidan finns inte
error-not-found-text = Är länken fullständig? Vissa program klipper av långa länkar.
error-cross-site = Det här kom från en annan webbplats
error-cross-site-text = Av säkerhetsskäl tas formulär bara emot från serverns egna sidor. Ingenting har hänt.
error-malformed = Det gick inte att läsa
error-malformed-text = Formuläret kom inte fram som det skickades. Ingenting har hänt; gå tillbaka och försök igen.
error-head = Webbläsaren skickar för mycket
error-head-text = Adressen, eller det som webbläsaren skickar med varje förfrågan, är längre än vad servern tar emot. Oftast är det kakor från andra sidor under samma domän: ett privat fönster har inga av dem. Ingenting har hänt.
error-large = Det är för stort
error-large-text = Formuläret är större än vad servern tar emot. Ingenting har hänt.
error-slow = Det tog för lång tid
error-slow-text = Formuläret kom inte fram i tid. Ingenting har hänt; försök igen.
error-limited = För många försök
error-limited-text = Det kom för många förfrågningar på kort tid. Ingenting har hänt.
error-tries-text = För många felaktiga lösenfraser har skrivits in. Hemligheten finns kvar och ingen har läst den. Den som skickade länken känner till lösenfrasen.
error-wait = Vänta och försök igen om: { $wait }.
error-again = Försök igen
error-busy = Mycket att göra
error-busy-text = Servern har för mycket att göra just nu. Ingenting har hänt; försök igen om en liten stund.
error-disk = Inget mer utrymme för tillfället
error-disk-text = Servern har ont om diskutrymme. Ingenting har delats; försök igen senare. Det som redan har delats går att läsa.
error-store = Ur funktion för tillfället
error-store-text = Servern når inte sitt lager. Ingenting har hänt; försök igen om en liten stund.
error-outcome = Utfallet är okänt
error-outcome-text = Servern tappade kontakten med sitt lager i fel ögonblick. Försök igen: finns det ingen hemlighet då har det här försöket förbrukat den osedd.
error-key = Hemligheten kan inte öppnas just nu
error-key-text = Den finns kvar och inget har gått förlorat. Den som driver servern behöver hjälpa till.
error-damaged = Hemligheten är skadad
error-damaged-text = Den hittades men kan inte öppnas. Be om att få den skickad igen.
error-failed = Något gick fel
error-failed-text = Felet är serverns, inte ditt. Försök igen.
