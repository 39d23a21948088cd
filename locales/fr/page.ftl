# Les pages.

# Autour de chaque page.
skip = Aller au contenu
languages = Langue
region = Région : { $region }
about-link = À propos de ce serveur
contact-link = Contact
contact-help = Pour joindre les responsables de ce serveur :
home-link = Partager un secret
copied = Copié
not-copied = La copie n’a pas fonctionné. Veuillez sélectionner le texte et le copier vous-même.
passphrase = Phrase de passe
optional = (facultatif)
show = Afficher
hide = Masquer

# Partager un secret.
share-title = Partager un secret
share-intro = Saisissez un mot de passe ou une note et recevez un lien. Quiconque ouvre le lien peut lire le secret une seule fois ; ensuite, il disparaît.
share-secret = Secret
share-passphrase-hint = Elle sera aussi demandée pour lire le secret. Transmettez-la par un autre moyen que le lien.
share-lifetime = Durée de vie
share-lifetime-hint = Si personne ne lit le secret dans ce délai, il est supprimé.
share-button = Créer un lien
generate-button = Générer plutôt un mot de passe
generate-hint = Pour un mot de passe généré, laissez le champ « Secret » vide.
generate-beside = Ce texte serait laissé de côté. Videz le champ pour générer un mot de passe, ou créez un lien pour partager le texte.
generate-options = Longueur et caractères du mot de passe
generate-length = Nombre de caractères
generate-kinds = Quels caractères
generate-uppercase = Majuscules
generate-lowercase = Minuscules
generate-numbers = Chiffres
generate-symbols = Ponctuation
generate-distinct = Sans les caractères qui se ressemblent : i l o 1 I O 0
generate-wrong = Choisissez de 4 à 128 caractères, d’au moins une sorte.
share-empty = Veuillez saisir quelque chose à partager.
share-too-big = { $max ->
    [one] Le secret est trop long : { $max } octet est autorisé.
   *[other] Le secret est trop long : { $max } octets sont autorisés.
}
share-passphrase-long = La phrase de passe est trop longue : 128 caractères sont autorisés.
share-passphrase-again = Veuillez saisir de nouveau la phrase de passe : elle n’est jamais renvoyée à cette page.
share-passphrase-missing = La phrase de passe manque. Si vous envoyez encore une fois le formulaire ainsi, quiconque a le lien pourra lire le secret.
share-passphrase-required = Une phrase de passe est exigée ici. Veuillez en saisir une.
share-passphrase-short = { $min ->
    [one] Elle doit avoir au moins { $min } caractère.
   *[other] Elle doit avoir au moins { $min } caractères.
}
share-kept = Ce que vous avez saisi se trouve encore dans le formulaire ci-dessous.
share-recipient = Adresse e-mail du destinataire
share-recipient-hint = Un e-mail lui apporte le lien et dit que vous avez partagé le secret.
share-recipient-wrong = Veuillez vérifier cette adresse : aucun e-mail ne peut y être envoyé.
share-perhaps-mailed = Le serveur a perdu son stockage au mauvais moment. Il se peut que le secret ait été partagé et l’e-mail envoyé. Renseignez-vous auprès du destinataire avant de le partager de nouveau.
closed-title = Ici, partager demande un compte
closed-text = Sur ce serveur, seules les personnes qui ont un compte peuvent le faire, et uniquement par l’API ou par un programme qui l’utilise. Les comptes sont attribués par les responsables de ce serveur.
closed-sign-in = Sur ce serveur, seules les personnes qui ont un compte peuvent le faire. Les comptes sont attribués par ses responsables.
closed-links = Les liens que l’on vous a envoyés s’ouvrent sans compte.

# Le nouveau lien.
shared-title = Le lien est prêt
shared-intro = Envoyez maintenant le lien à la personne qui doit lire le secret.
shared-mailed = Un e-mail avec le lien est en route vers { $recipient }.
link-title = Lien vers le secret
copy-link = Copier le lien
shared-warning = N’ouvrez pas ce lien vous-même.
shared-warning-why = Il ne fonctionne qu’une fois, puis le secret disparaît.
shared-again = Si cette page est rechargée, le secret est partagé une fois de plus, par un autre lien.
shared-password = Le mot de passe généré
copy-password = Copier le mot de passe
shared-password-hint = Il n’est affiché ici que maintenant.
shared-receipt = Pour vous-même : la page de suivi
shared-receipt-hint = Elle dit si le secret a été lu et permet de le détruire. Gardez son adresse pour vous.
shared-receipt-link = Ouvrir la page de suivi
qr-title = Afficher un code QR
qr-label = Code QR du lien
share-another = Partager un autre secret

# La page d’un lien.
secret-title = Un secret a été partagé avec vous
secret-intro = Il ne peut être affiché qu’une seule fois. Continuez quand vous serez prêt à le lire et à le conserver en lieu sûr.
secret-button = Afficher le secret
secret-once = Une fois affiché, le secret est supprimé de ce serveur.
secret-lost = Aucune réponse n’est arrivée. Appuyez tout de suite de nouveau sur le bouton : s’il n’y a alors plus de secret, cet essai l’a consommé sans que personne l’ait vu.
secret-passphrase-hint = Ce secret est protégé. La personne qui vous a envoyé le lien connaît la phrase de passe.
secret-passphrase-wrong = Cette phrase de passe est fausse. Le secret est toujours là.
secret-tries = { $tries ->
    [0] Plus aucun essai n’est possible pour l’instant.
    [one] Il reste { $tries } essai.
   *[other] Il reste { $tries } essais.
}
type-label = Veuillez saisir ces quatre lettres :
type-hint = Cela empêche les programmes qui suivent les liens des messages de lire le secret.
type-wrong = Ce n’étaient pas les bonnes lettres, ou trop de temps a passé. En voici de nouvelles.
revealed-title = Voici le secret
revealed-intro = Il a été supprimé de ce serveur et ne peut plus être affiché. Copiez-le avant de fermer cette page.
revealed-inexpressible = Il contient des caractères que l’on ne peut pas afficher, représentés ici par ␀. Le bouton le copie exactement.
copy-secret = Copier le secret
save-secret = Enregistrer dans un fichier
share-answer = Partager un secret à votre tour
gone-title = Il n’y a pas de secret ici
gone-text = Il a été lu, la personne qui l’a partagé l’a détruit, son délai est écoulé, ou il n’a jamais existé. D’ici, personne ne peut dire lequel de ces cas est le vrai.
gone-hint = Si vous attendiez un secret et ne l’avez pas lu vous-même, prévenez la personne qui vous a envoyé le lien : quelqu’un d’autre l’a peut-être lu.

# La page de suivi d’un secret.
receipt-title = Suivi d’un secret
receipt-new = Pas encore lu
receipt-new-text = Le secret attend d’être lu. Consulter cette page n’y change rien.
receipt-mail-dead = L’e-mail avec le lien n’a pas été remis. Envoyez le lien vous-même ; ou, si l’adresse était fausse, détruisez le secret et partagez-le de nouveau.
receipt-mail-waiting = L’e-mail avec le lien n’est pas encore remis. D’autres essais suivront.
receipt-read = Lu
receipt-read-text = Quelqu’un a ouvert le lien et lu le secret. Il a disparu de ce serveur.
receipt-read-next = Ce n’était pas la personne à qui vous avez envoyé le lien ? Changez alors tout de suite ce que vous avez partagé.
receipt-burned = Détruit
receipt-burned-text = Le secret a été détruit sans avoir été lu. Plus personne ne peut le lire.
receipt-expired = Expiré
receipt-expired-text = Personne n’a lu le secret à temps. Il a été supprimé.
receipt-orphaned = Perdu
receipt-orphaned-text = Le secret n’est plus là, bien qu’il n’ait été ni lu ni détruit et que son délai ne soit pas écoulé. Les responsables de ce serveur peuvent en chercher la cause.
receipt-created = Partagé
receipt-read-at = Lu
receipt-burned-at = Détruit
receipt-who = Qui peut le lire
receipt-who-link = Quiconque a le lien, une seule fois
receipt-who-passphrase = Quiconque a le lien et connaît la phrase de passe, une seule fois
receipt-tries = Phrases de passe essayées
receipt-tries-count = { $tries ->
    [0] Aucune
    [one] Une, qui n’a pas ouvert le secret
   *[other] { $tries }, dont aucune n’a ouvert le secret
}
receipt-tries-refused = Certains essais sont refusés jusqu’au
receipt-tries-next = Si ce n’est pas votre destinataire qui essaie, détruisez le secret et partagez-le de nouveau par un autre moyen.
receipt-until = Lisible jusqu’au
receipt-forgotten = Cette page existe jusqu’au
receipt-burn = Détruire le secret…
receipt-none = Il n’y a pas de suivi ici
receipt-none-text = L’adresse est fausse, ou le secret a été partagé il y a si longtemps que son suivi a lui aussi été supprimé.
receipt-closed = Ici, le suivi demande un compte
receipt-closed-text = Sur ce serveur, seules les personnes qui ont un compte peuvent voir le suivi d’un secret ou le détruire, et uniquement par l’API ou par un programme qui l’utilise.
receipt-closed-sign-in = Sur ce serveur, seules les personnes qui ont un compte peuvent voir le suivi d’un secret ou le détruire.
burn-title = Détruire ce secret ?
burn-text = Plus personne ne pourra le lire. C’est définitif.
burn-button = Détruire le secret
burn-back = Le garder
burn-late = Il n’y a plus rien à détruire
burn-late-text = Le secret a été lu, est déjà détruit, ou son délai est écoulé. Sa page de suivi dit lequel.

# Se connecter et se déconnecter.
sign-in-link = Se connecter
sign-in-title = Se connecter
sign-in-intro = C’est pour les personnes qui partagent des secrets avec un compte. Pour lire un secret, ouvrez simplement le lien reçu.
sign-in-already = Vous êtes connecté en tant que { $address }.
sign-in-go-on = Continuer
sign-in-vouched = Selon la connexion placée devant ce serveur, vous êtes
sign-in-as = Continuer avec ce compte
sign-in-other = Ou avec un jeton d’API
sign-in-address = Adresse e-mail
sign-in-token = Jeton d’API
sign-in-token-hint = Il a été affiché une seule fois, à sa création. Les responsables de ce serveur peuvent vous en donner un nouveau.
sign-in-button = Se connecter
sign-in-cookie = La connexion dépose un seul cookie, auquel ce serveur vous reconnaît. Il prend fin quand vous vous déconnectez, et de lui-même après quelques heures.
sign-in-wrong = Personne n’a été connecté : { $address } et ce jeton d’API ne vont pas ensemble. Veuillez vérifier les deux.
sign-in-unknown = Personne n’a été connecté : il n’y a pas ici de compte pour { $address }.
sign-in-disabled = Personne n’a été connecté : le compte { $address } est désactivé.
sign-in-unnamed = Personne n’a été connecté : la connexion placée devant ce serveur ne dit pas clairement qui vous êtes.
sign-out-title = Se déconnecter ?
sign-out-text = Cela met fin à toutes vos sessions ici, y compris dans d’autres navigateurs.
sign-out-button = Se déconnecter
sign-out-back = Rester connecté
signed-out-title = Vous êtes déconnecté
signed-out-text = Ici et dans tous les autres navigateurs. Vos liens et vos jetons d’API continuent de fonctionner.
signed-out-elsewhere = Le service qui s’est porté garant de vous vous connaît peut-être encore, et la prochaine connexion pourrait se faire sans question. Sur un ordinateur que d’autres utilisent, déconnectez-vous aussi là-bas.
needs-sign-in = Veuillez vous connecter
needs-sign-in-text = Cette page est réservée aux personnes qui ont un compte.
signed-out-meanwhile = Vous n’êtes plus connecté
signed-out-meanwhile-text = Rien n’a été partagé. Connectez-vous dans une autre fenêtre, revenez ici et appuyez encore une fois sur le bouton.
sign-in-window = Se connecter dans une autre fenêtre
other-session = Vous vous êtes connecté de nouveau
other-session-text = Cette page date d’avant, donc rien n’a été fait. Veuillez réessayer.

# Ce que quelqu’un a partagé.
shares-title = Mes partages
shares-intro = Ce qu’est devenu ce que vous avez partagé avec ce compte ces 60 derniers jours, sur ces pages ou par un programme. Les liens ne sont pas ici : seules les personnes à qui vous les avez envoyés les ont.
shares-none = Il n’y a encore rien ici, ou plus rien.
shares-older = Plus anciens
shares-newest = Revenir aux plus récents
shares-burned = Le secret est détruit. Plus personne ne peut le lire.
notify-title = M’avertir par e-mail
notify-intro = Pour ce que vous partagerez à partir de maintenant. L’e-mail indique l’heure et les premiers caractères de la clé de la page de suivi, rien d’autre.
notify-read = quand il est lu
notify-burned = quand il est détruit
notify-expired = quand il expire sans avoir été lu
notify-button = Enregistrer
notify-saved = Enregistré. Cela vaut pour ce que vous partagerez à partir de maintenant.

# Jetons d’API.
tokens-title = Jetons d’API
tokens-intro = Un programme qui partage en votre nom se connecte avec votre adresse e-mail et un jeton. Donnez à chaque programme le sien, et révoquez-le quand le programme n’en a plus besoin.
tokens-none = Vous n’avez aucun jeton.
tokens-first = Premier jeton
tokens-created = Créé
tokens-used = Dernière utilisation
tokens-never = Jamais utilisé
tokens-expires = Valable jusqu’au
tokens-expired = N’est plus valable depuis
tokens-revoke = Révoquer…
tokens-back = Tous les jetons
token-add-title = Un nouveau jeton
token-name = À quoi il sert
token-name-hint = Par exemple le nom du programme. Jusqu’à 60 caractères.
token-name-wrong = Dites à quoi il sert : un texte simple de 60 caractères au plus.
token-too-many = Vous avez autant de jetons que l’on peut en avoir. Veuillez d’abord en révoquer un.
token-lifetime = Valable
token-forever = Jusqu’à sa révocation
token-button = Créer un jeton
token-stale = Pour créer un jeton, montrez encore une fois qui vous êtes. Ainsi, un navigateur resté ouvert ne peut pas le faire.
token-stale-link = Se connecter encore une fois
token-made-title = Le jeton est prêt
token-made-text = Il n’est affiché ici que maintenant. Gardez-le là où votre programme le trouve, et personne d’autre.
token-made-user = Le nom d’utilisateur qui va avec est { $address }.
token-made-again = Si cette page est rechargée, un jeton de plus est créé.
token-copy = Copier le jeton
token-revoked = Le jeton est révoqué.
revoke-title = Révoquer ce jeton ?
revoke-text = Les programmes qui l’utilisent ne peuvent plus se connecter. C’est définitif. Ce qu’ils ont partagé reste jusqu’à ce que ce soit lu, détruit ou expiré.
revoke-stolen = Si quelqu’un d’autre a pu l’avoir, déconnectez-vous ensuite aussi : cela met fin à toutes vos sessions. Et révoquez ici les jetons que vous n’avez pas créés.
revoke-first = Cela met aussi fin à toutes vos sessions, celle-ci comprise.
revoke-button = Révoquer le jeton
revoke-back = Le garder

# Se connecter par un fournisseur.
sign-in-provider = Se connecter chez { $host }
provider-title = Personne n’a été connecté
provider-again = Se connecter de nouveau
provider-others = Autres moyens de se connecter
provider-away = { $host } est injoignable pour le moment. Veuillez réessayer dans un petit moment.
provider-setup = { $host } et ce serveur ne se comprennent pas. Seuls les responsables de ce serveur peuvent y remédier : son journal dit ce qui ne va pas.
provider-untrusted = La réponse de { $host } n’est pas digne de confiance, ou n’est pas pour cette connexion. Veuillez réessayer. Si cela continue, dites-le aux responsables de ce serveur.
provider-stale = Cette connexion est terminée : elle a duré trop longtemps, était déjà achevée, ou une autre a commencé dans une autre fenêtre. Veuillez recommencer.
provider-denied = { $host } ne vous a pas connecté, ou vous avez renoncé.
provider-not-allowed = { $host } vous connaît, mais tout le monde là-bas ne peut pas se connecter ici. Adressez-vous aux responsables de ce serveur.
provider-no-address = { $host } n’a indiqué aucune adresse e-mail, donc aucun compte n’a pu être trouvé. Les responsables de ce serveur peuvent y remédier (oidc.scopes).
provider-unverified = { $host } ne dit pas que votre adresse e-mail a été vérifiée ; elle ne compte donc pas ici. Les responsables de ce serveur peuvent décider de s’y fier (oidc.trust_email).
provider-other = Le compte qui porte votre adresse e-mail est celui de quelqu’un d’autre chez { $host }, ou le vôtre d’autrefois. Adressez-vous aux responsables de ce serveur.
provider-disabled = Votre compte est désactivé. Adressez-vous aux responsables de ce serveur.
signed-out-provider = Se déconnecter aussi chez { $host }

# Régions.
regions-title = Régions
regions-here = Les secrets partagés ici sont conservés dans la région { $region }.
regions-others = Ils peuvent aussi être partagés dans une autre région :

# À propos du serveur.
about-title = À propos de ce serveur
about-intro = Ici, on partage des mots de passe et d’autres secrets par des liens qui ne fonctionnent qu’une fois.
about-promises = Ce que ce serveur promet
about-once = Un secret est affiché une fois au plus. Ensuite, il est supprimé pour de bon.
about-sealed = Il est conservé chiffré. Pour le déchiffrer, il faut le lien, qui n’est pas conservé ici.
about-passphrase = Avec une phrase de passe, le lien seul ne suffit pas. La phrase de passe n’est pas conservée non plus.
about-preview = Les aperçus et les programmes qui vérifient les liens ne consomment rien : un secret n’apparaît qu’après un clic sur un bouton.
about-logs = Aucun secret, aucune phrase de passe et aucun lien n’est jamais écrit dans un journal.
about-cookies = Lire un secret ne dépose aucun cookie, partager sans compte non plus ; seule la connexion en dépose un. Rien n’est chargé depuis ailleurs, et personne n’est suivi.
about-program = Le programme que ce serveur exécute s’appelle readonce.
about-limits = Ce que personne ne peut promettre
about-limits-text = Celui qui reçoit le lien en premier, et la phrase de passe s’il y en a une, lit le secret. Utilisez une phrase de passe quand vous ne faites pas confiance au chemin du lien, et demandez à votre destinataire de vous prévenir si le secret a déjà disparu.

# Ce qui peut mal tourner.
error-not-found = Cette page n’existe pas
error-not-found-text = Le lien est-il complet ? Certains programmes coupent les liens longs.
error-cross-site = Cela venait d’un autre site
error-cross-site-text = Par sécurité, seuls les formulaires des pages de ce serveur sont acceptés. Rien n’a été fait.
error-malformed = Ceci n’a pas pu être lu
error-malformed-text = Le formulaire n’est pas arrivé tel qu’il a été envoyé. Rien n’a été fait ; revenez en arrière et réessayez.
error-head = Votre navigateur en envoie trop
error-head-text = L’adresse, ou ce que votre navigateur joint à chaque demande, est plus long que ce que ce serveur accepte. Le plus souvent, ce sont les cookies d’autres pages du même domaine : une fenêtre privée n’en a aucun. Rien n’a été fait.
error-large = C’est trop grand
error-large-text = Le formulaire est plus grand que ce que ce serveur accepte. Rien n’a été fait.
error-slow = Cela a duré trop longtemps
error-slow-text = Le formulaire n’est pas arrivé à temps. Rien n’a été fait ; veuillez réessayer.
error-limited = Trop d’essais
error-limited-text = Il y a eu trop de demandes en peu de temps. Rien n’a été fait.
error-tries-text = Trop de phrases de passe fausses ont été saisies. Le secret est toujours là, et personne ne l’a lu. Si vous ne connaissez pas la phrase de passe, demandez-la à la personne qui vous a envoyé le lien.
error-wait = Veuillez patienter. Un nouvel essai sera possible dans : { $wait }.
error-again = Réessayer
error-busy = Très occupé
error-busy-text = Ce serveur a trop à faire pour le moment. Rien n’a été fait ; veuillez réessayer sous peu.
error-disk = Plus de place pour le moment
error-disk-text = Le serveur manque d’espace disque. Rien n’a été partagé ; veuillez réessayer plus tard. Ce qui a déjà été partagé peut être lu.
error-store = Hors service pour le moment
error-store-text = Le serveur ne peut pas joindre son stockage. Rien n’a été fait ; veuillez réessayer sous peu.
error-outcome = Le résultat n’est pas connu
error-outcome-text = Le serveur a perdu son stockage au mauvais moment. Veuillez réessayer : s’il n’y a alors plus de secret, cet essai l’a consommé sans que personne l’ait vu.
error-key = Le secret ne peut pas être ouvert pour le moment
error-key-text = Il est toujours là, et rien n’est perdu. Seuls les responsables de ce serveur peuvent aider.
error-damaged = Le secret est endommagé
error-damaged-text = Il a été trouvé, mais ne peut pas être ouvert. Demandez qu’on vous l’envoie de nouveau.
error-failed = Quelque chose s’est mal passé
error-failed-text = L’erreur vient du serveur, pas de vous. Veuillez réessayer.
