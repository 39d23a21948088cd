# L’e-mail qui apporte un lien à son destinataire, et celui qui met l’envoi à l’essai. `$sharer` est l’adresse de la personne
# qui partage, `$host` le nom de ce serveur, `$moment` et `$duration` sont comme dans time.ftl.

email-subject = Un lien pour vous, qui ne s’ouvre qu’une fois
email-heading = Un secret a été partagé avec vous
email-greeting = Bonjour,
email-opening = { $sharer } souhaite vous donner quelque chose qui ne devrait pas figurer dans un e-mail, par exemple un mot de passe. Il vous attend derrière ce lien :
email-button = Aller au secret
email-once = Le lien s’ouvre une seule fois. Ensuite, le secret disparaît du serveur : ouvrez-le quand vous pourrez conserver ce que vous lirez.
email-until = Il est valable jusqu’au { $moment }, soit encore { $duration } environ.
email-passphrase = Une phrase de passe vous sera demandée ; elle vous parvient par un autre moyen, pas par e-mail.
email-forward = Ne transférez pas cet e-mail : quiconque a le lien peut l’ouvrir à votre place.
email-unexpected = Vous ne vous y attendiez pas ? Alors n’ouvrez pas encore le lien ; interrogez d’abord la personne qui l’a partagé, par un moyen que vous connaissez déjà.
email-footer = { $host } a envoyé cet e-mail parce que quelqu’un a partagé un secret avec vous.
email-test-subject = E-mail d’essai de { $host }
email-test-heading = L’envoi fonctionne
email-test-opening = Cet e-mail a été envoyé pour savoir si le courrier du serveur arrive. Il est arrivé.
email-test-spam = Se trouvait-il parmi les indésirables ? Vérifiez alors SPF et DKIM du domaine de l’expéditeur : les e-mails avec des liens y finiraient aussi.
email-test-button = Aller au serveur
email-test-closing = Il est fait comme les e-mails qui apportent le lien d’un secret. Son propre lien mène à la première page du serveur, et vous n’avez rien à faire.
email-test-footer = Envoyé à la demande de l’exploitant du serveur avec `readonce doctor --mail-to`.

# L’e-mail qui dit comment des secrets ont pris fin. `$receipt` est le début de la clé d’une page de suivi.
notice-subject = Ce que sont devenus vos secrets sur { $host }
notice-heading = Des nouvelles de vos partages
notice-opening = Vous avez demandé à savoir quand prennent fin les secrets que vous partagez. Chacun est désigné par les premiers caractères de la clé de sa page de suivi :
notice-read = { $receipt } : lu le { $moment }
notice-burned = { $receipt } : détruit sans avoir été lu le { $moment }
notice-expired = { $receipt } : expiré sans avoir été lu le { $moment }
notice-closing = L’un d’eux a été lu, et pas par la personne à qui vous avez envoyé le lien ? Changez alors tout de suite ce que vous avez partagé.
notice-footer = { $host } a envoyé cet e-mail parce que votre compte le demande. Cela se désactive là où figure la liste de vos partages.
