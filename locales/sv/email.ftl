# Brevet som för en länk till sin mottagare, och det som provar om posten fungerar. `$sharer` är adressen till den som delar,
# `$host` serverns namn, `$moment` och `$duration` är som i time.ftl.

email-subject = En länk till dig som bara kan öppnas en gång
email-heading = Någon delar en hemlighet med dig
email-greeting = Hej!
email-opening = { $sharer } vill ge dig något som inte bör stå i ett mejl, till exempel ett lösenord. Det väntar på dig bakom den här länken:
email-button = Till hemligheten
email-once = Länken kan bara öppnas en gång. Därefter är hemligheten borta från servern, så öppna den när du kan spara det du läser.
email-until = Den fungerar till { $moment }, i ungefär { $duration } från nu.
email-passphrase = Du kommer att få frågan om en lösenfras. Den får du på annat sätt, inte via mejl.
email-forward = Vidarebefordra inte det här mejlet: den som har länken kan öppna den i ditt ställe.
email-unexpected = Väntade du dig inte det här? Öppna då inte länken än, utan fråga först den som delar, på ett sätt som du redan känner till.
email-footer = { $host } skickade det här mejlet eftersom någon delar en hemlighet med dig.
email-test-subject = Testmejl från { $host }
email-test-heading = Posten fungerar
email-test-opening = Det här mejlet skickades för att ta reda på om serverns post kommer fram. Det gjorde den.
email-test-spam = Hamnade det i skräpposten? Kontrollera då SPF och DKIM för avsändarens domän: brev med länkar skulle hamna där också.
email-test-button = Gå till servern
email-test-closing = Det är gjort som mejlen med länken till en hemlighet. Dess egen länk leder till serverns startsida, och du behöver inte göra något.
email-test-footer = Skickat på driftansvarigs begäran med `readonce doctor --mail-to`.

# Mejlet som berättar hur hemligheter slutade. `$receipt` är början på nyckeln till en statussida.
notice-subject = Vad det blev av dina hemligheter på { $host }
notice-heading = Nytt om det du har delat
notice-opening = Du bad om besked när hemligheter som du delar har tagit slut. Var och en anges med de första tecknen i statussidans nyckel:
notice-read = { $receipt }: läst { $moment }
notice-burned = { $receipt }: förstörd oläst { $moment }
notice-expired = { $receipt }: gick ut oläst { $moment }
notice-closing = Har någon lästs, och inte av den du skickade länken till? Byt då genast ut det som delades.
notice-footer = { $host } skickade det här mejlet eftersom ditt konto vill ha det. Det går att stänga av där dina hemligheter listas.
