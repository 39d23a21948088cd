# Las páginas.

# Alrededor de cada página.
skip = Ir al contenido
languages = Idioma
region = Región: { $region }
about-link = Acerca de este servidor
contact-link = Contacto
contact-help = Así se contacta con quienes administran este servidor:
home-link = Compartir un secreto
copied = Copiado
not-copied = No se pudo copiar. Seleccione el texto y cópielo usted.
passphrase = Frase de contraseña
optional = (opcional)
show = Mostrar
hide = Ocultar

# Compartir un secreto.
share-title = Compartir un secreto
share-intro = Escriba una contraseña o una nota y obtenga un enlace. Quien abra el enlace podrá leer el secreto una sola vez; después desaparece.
share-secret = Secreto
share-passphrase-hint = También hará falta para leerlo. Comuníquela por otro medio que el enlace.
share-lifetime = Duración
share-lifetime-hint = Si nadie lee el secreto en este tiempo, se elimina.
share-button = Crear un enlace
generate-button = Generar mejor una contraseña
generate-hint = Para generar una contraseña, deje vacío el campo «Secreto».
generate-beside = Este texto se perdería. Vacíe el campo para generar una contraseña, o cree un enlace para compartir el texto.
generate-options = Longitud y caracteres de la contraseña
generate-length = Número de caracteres
generate-kinds = Qué caracteres
generate-uppercase = Mayúsculas
generate-lowercase = Minúsculas
generate-numbers = Cifras
generate-symbols = Signos de puntuación
generate-distinct = Sin los caracteres que se parecen: i l o 1 I O 0
generate-wrong = Elija de 4 a 128 caracteres y al menos una clase de ellos.
share-empty = Escriba algo que compartir.
share-too-big = { $max ->
    [one] El secreto es demasiado largo: se permite { $max } byte.
   *[other] El secreto es demasiado largo: se permiten { $max } bytes.
}
share-passphrase-long = La frase de contraseña es demasiado larga: se permiten 128 caracteres.
share-passphrase-again = Escriba de nuevo la frase de contraseña: nunca se devuelve a esta página.
share-passphrase-missing = Falta la frase de contraseña. Si envía el formulario así una vez más, quien tenga el enlace podrá leer el secreto.
share-passphrase-required = Aquí se exige una frase de contraseña. Escriba una.
share-passphrase-short = { $min ->
    [one] Debe tener al menos { $min } carácter.
   *[other] Debe tener al menos { $min } caracteres.
}
share-kept = Lo que escribió sigue en el formulario de abajo.
share-recipient = Correo electrónico del destinatario
share-recipient-hint = Un mensaje le lleva el enlace y dice que usted lo compartió.
share-recipient-wrong = Revise esta dirección: no se le puede enviar ningún correo.
share-perhaps-mailed = El servidor perdió su almacén en mal momento. Puede que el secreto se haya compartido y que el correo con el enlace se haya enviado. Pregunte al destinatario antes de compartirlo de nuevo.
closed-title = Aquí hace falta una cuenta para compartir
closed-text = En este servidor solo pueden hacerlo las personas con una cuenta, y únicamente mediante la API o un programa que la use. Las cuentas las dan quienes administran este servidor.
closed-sign-in = En este servidor solo pueden hacerlo las personas con una cuenta. Las cuentas las dan quienes lo administran.
closed-links = Los enlaces que le hayan enviado se abren sin cuenta.

# El enlace nuevo.
shared-title = El enlace está listo
shared-intro = Envíe ahora el enlace a quien deba leer el secreto.
shared-mailed = Un correo con el enlace va camino de { $recipient }.
link-title = Enlace al secreto
copy-link = Copiar el enlace
shared-warning = No abra usted este enlace.
shared-warning-why = Funciona una sola vez, y después el secreto desaparece.
shared-again = Si esta página se vuelve a cargar, el secreto se comparte una vez más, con otro enlace.
shared-password = La contraseña generada
copy-password = Copiar la contraseña
shared-password-hint = Aquí se muestra solo ahora.
shared-receipt = Para usted: la página de seguimiento
shared-receipt-hint = Dice si el secreto se ha leído y permite destruirlo. No dé su dirección a nadie.
shared-receipt-link = Abrir la página de seguimiento
qr-title = Mostrar como código QR
qr-label = Código QR del enlace
share-another = Compartir otro secreto

# La página de un enlace.
secret-title = Se ha compartido un secreto con usted
secret-intro = Solo puede mostrarse una vez. Continúe cuando pueda leerlo y guardarlo en un lugar seguro.
secret-button = Mostrar el secreto
secret-once = Una vez mostrado, el secreto se elimina de este servidor.
secret-lost = No llegó ninguna respuesta. Pulse de nuevo el botón enseguida: si entonces ya no hay ningún secreto, este intento lo ha consumido sin que nadie lo viera.
secret-passphrase-hint = Este secreto está protegido. Quien le envió el enlace conoce la frase de contraseña.
secret-passphrase-wrong = Esta frase de contraseña no es la correcta. El secreto sigue ahí.
secret-tries = { $tries ->
    [0] Por ahora no quedan más intentos.
    [one] Queda { $tries } intento.
   *[other] Quedan { $tries } intentos.
}
type-label = Escriba estas cuatro letras:
type-hint = Así, los programas que siguen los enlaces de los mensajes no pueden leer el secreto.
type-wrong = No eran esas letras, o ha pasado demasiado tiempo. Aquí tiene otras.
revealed-title = Este es el secreto
revealed-intro = Se ha eliminado de este servidor y no puede mostrarse de nuevo. Cópielo antes de cerrar esta página.
revealed-inexpressible = Contiene caracteres que no se pueden mostrar y que aquí aparecen como ␀. El botón lo copia tal cual.
copy-secret = Copiar el secreto
save-secret = Guardar en un archivo
share-answer = Comparta usted un secreto
gone-title = Aquí no hay ningún secreto
gone-text = Se ha leído, lo destruyó quien lo compartió, se acabó su tiempo o nunca existió. Desde aquí nadie puede saber cuál de estas cosas ocurrió.
gone-hint = Si esperaba un secreto y no lo ha leído usted, avise a quien le envió el enlace: puede que lo haya leído otra persona.

# La página de seguimiento de un secreto.
receipt-title = Seguimiento de un secreto
receipt-new = Aún sin leer
receipt-new-text = El secreto espera a que alguien lo lea. Mirar esta página no cambia nada.
receipt-mail-dead = El correo con el enlace no se entregó. Envíe usted el enlace; o, si la dirección no era correcta, destruya el secreto y compártalo de nuevo.
receipt-mail-waiting = El correo con el enlace aún no se ha entregado. Se volverá a intentar.
receipt-read = Leído
receipt-read-text = Alguien abrió el enlace y leyó el secreto. Ya no está en este servidor.
receipt-read-next = ¿No fue la persona a quien envió el enlace? Cambie entonces enseguida lo que compartió.
receipt-burned = Destruido
receipt-burned-text = El secreto se destruyó sin que nadie lo leyera. Ya no puede leerlo nadie.
receipt-expired = Caducado
receipt-expired-text = Nadie leyó el secreto a tiempo. Se ha eliminado.
receipt-orphaned = Perdido
receipt-orphaned-text = El secreto ya no está, aunque no se leyó ni se destruyó ni se acabó su tiempo. Quienes administran este servidor pueden buscar la causa.
receipt-created = Compartido
receipt-read-at = Leído
receipt-burned-at = Destruido
receipt-who = Quién puede leerlo
receipt-who-link = Quien tenga el enlace, una sola vez
receipt-who-passphrase = Quien tenga el enlace y conozca la frase de contraseña, una sola vez
receipt-tries = Frases de contraseña probadas
receipt-tries-count = { $tries ->
    [0] Ninguna
    [one] Una, que no abrió el secreto
   *[other] { $tries }, ninguna de las cuales abrió el secreto
}
receipt-tries-refused = Algunos intentos se rechazan hasta
receipt-tries-next = Si no es su destinatario quien lo intenta, destruya el secreto y compártalo de nuevo por otro medio.
receipt-until = Se puede leer hasta
receipt-forgotten = Esta página existe hasta
receipt-burn = Destruir el secreto…
receipt-none = Aquí no hay ningún seguimiento
receipt-none-text = La dirección no es correcta, o el secreto se compartió hace tanto que también su seguimiento se ha eliminado.
receipt-closed = Aquí hace falta una cuenta para el seguimiento
receipt-closed-text = En este servidor solo las personas con una cuenta pueden ver el seguimiento de un secreto o destruirlo, y únicamente mediante la API o un programa que la use.
receipt-closed-sign-in = En este servidor solo las personas con una cuenta pueden ver el seguimiento de un secreto o destruirlo.
burn-title = ¿Destruir este secreto?
burn-text = Nadie podrá leerlo ya. Esto no se puede deshacer.
burn-button = Destruir el secreto
burn-back = Conservarlo
burn-late = Ya no queda nada que destruir
burn-late-text = El secreto se ha leído, ya se destruyó o se acabó su tiempo. Su página de seguimiento dice cuál de las tres cosas.

# Iniciar y cerrar sesión.
sign-in-link = Iniciar sesión
sign-in-title = Iniciar sesión
sign-in-intro = Es para quienes comparten secretos con una cuenta. Para leer un secreto, basta con abrir el enlace recibido.
sign-in-already = Ha iniciado sesión como { $address }.
sign-in-go-on = Continuar
sign-in-vouched = Según el inicio de sesión que hay delante de este servidor, usted es
sign-in-as = Continuar con esta cuenta
sign-in-other = O con un token de la API
sign-in-address = Correo electrónico
sign-in-token = Token de la API
sign-in-token-hint = Se mostró una sola vez, cuando se creó. Quienes administran este servidor pueden darle uno nuevo.
sign-in-button = Iniciar sesión
sign-in-cookie = Al iniciar sesión se guarda una cookie, por la que este servidor le reconoce. Termina cuando cierra la sesión y, por sí sola, al cabo de unas horas.
sign-in-wrong = No se inició ninguna sesión: { $address } y este token de la API no van juntos. Revise ambos.
sign-in-unknown = No se inició ninguna sesión: aquí no hay ninguna cuenta para { $address }.
sign-in-disabled = No se inició ninguna sesión: la cuenta { $address } está desactivada.
sign-in-unnamed = No se inició ninguna sesión: el inicio de sesión que hay delante de este servidor no dice con claridad quién es usted.
sign-out-title = ¿Cerrar sesión?
sign-out-text = Con esto terminan todas sus sesiones aquí, también las de otros navegadores.
sign-out-button = Cerrar sesión
sign-out-back = Seguir con la sesión
signed-out-title = Ha cerrado la sesión
signed-out-text = Aquí y en todos los demás navegadores. Sus enlaces y sus tokens de la API siguen funcionando.
signed-out-elsewhere = Puede que el servicio que respondió por usted aún le conozca, y que el próximo inicio de sesión pase sin preguntas. En un ordenador que usan otras personas, cierre la sesión también allí.
needs-sign-in = Inicie sesión
needs-sign-in-text = Esta página es para personas con una cuenta.
signed-out-meanwhile = Su sesión ha terminado
signed-out-meanwhile-text = No se ha compartido nada. Inicie sesión en otra ventana, vuelva aquí y pulse el botón una vez más.
sign-in-window = Iniciar sesión en otra ventana
other-session = Ha iniciado sesión de nuevo
other-session-text = Esta página es de antes, así que no se ha hecho nada. Inténtelo una vez más.

# Lo que alguien compartió.
shares-title = Mis secretos compartidos
shares-intro = Qué ha sido de lo que compartió con esta cuenta en los últimos 60 días, en estas páginas o con un programa. Los enlaces no están aquí: solo los tienen las personas a quienes los envió.
shares-none = Aquí no hay nada todavía, o ya no hay nada.
shares-older = Anteriores
shares-newest = Volver a los más recientes
shares-burned = El secreto está destruido. Ya no puede leerlo nadie.
notify-title = Avisarme por correo
notify-intro = Para lo que comparta a partir de ahora. El correo indica la hora y los primeros caracteres de la clave de la página de seguimiento, nada más.
notify-read = cuando se lea
notify-burned = cuando se destruya
notify-expired = cuando caduque sin leerse
notify-button = Guardar
notify-saved = Guardado. Vale para lo que comparta a partir de ahora.

# Tokens de la API.
tokens-title = Tokens de la API
tokens-intro = Un programa que comparte en su nombre se identifica con su correo electrónico y un token. Dé a cada programa el suyo, y revóquelo cuando el programa ya no lo necesite.
tokens-none = No tiene ningún token.
tokens-first = Primer token
tokens-created = Creado
tokens-used = Último uso
tokens-never = Nunca usado
tokens-expires = Válido hasta
tokens-expired = Ya no es válido desde
tokens-revoke = Revocar…
tokens-back = Todos los tokens
token-add-title = Un token nuevo
token-name = Para qué es
token-name-hint = Por ejemplo, el nombre del programa. Hasta 60 caracteres.
token-name-wrong = Escriba para qué es: un texto sencillo de hasta 60 caracteres.
token-too-many = Tiene tantos tokens como se pueden tener. Revoque uno primero.
token-lifetime = Validez
token-forever = Hasta que se revoque
token-button = Crear un token
token-stale = Para crear un token, demuestre una vez más quién es. Así no puede hacerlo un navegador que quedó abierto.
token-stale-link = Iniciar sesión una vez más
token-made-title = El token está listo
token-made-text = Aquí se muestra solo ahora. Guárdelo donde lo encuentre su programa y nadie más.
token-made-user = El nombre de usuario que le corresponde es { $address }.
token-made-again = Si esta página se vuelve a cargar, se crea un token más.
token-copy = Copiar el token
token-revoked = El token está revocado.
revoke-title = ¿Revocar este token?
revoke-text = Los programas que lo usan ya no podrán identificarse. Esto no se puede deshacer. Lo que compartieron queda hasta que se lea, se destruya o caduque.
revoke-stolen = Si otra persona pudo haberlo tenido, cierre después también la sesión: con ello terminan todas sus sesiones. Y revoque aquí los tokens que usted no creó.
revoke-first = Con esto terminan también todas sus sesiones, incluida esta.
revoke-button = Revocar el token
revoke-back = Conservarlo

# Iniciar sesión con un proveedor.
sign-in-provider = Iniciar sesión en { $host }
provider-title = No se inició ninguna sesión
provider-again = Iniciar sesión de nuevo
provider-others = Otras formas de iniciar sesión
provider-away = No se puede contactar con { $host } en este momento. Inténtelo de nuevo dentro de un rato.
provider-setup = { $host } y este servidor no se entienden. Solo pueden arreglarlo quienes administran este servidor: su registro dice qué falla.
provider-untrusted = La respuesta de { $host } no es de fiar, o no es para este inicio de sesión. Inténtelo una vez más. Si sigue así, avise a quienes administran este servidor.
provider-stale = Este inicio de sesión ha terminado: tardó demasiado, ya se había completado o comenzó otro en otra ventana. Comience de nuevo.
provider-denied = { $host } no inició su sesión, o usted decidió no hacerlo.
provider-not-allowed = { $host } le conoce, pero no todo el mundo de allí puede iniciar sesión aquí. Pregunte a quienes administran este servidor.
provider-no-address = { $host } no indicó ningún correo electrónico, así que no se pudo encontrar ninguna cuenta. Pueden arreglarlo quienes administran este servidor (oidc.scopes).
provider-unverified = { $host } no dice que haya comprobado su correo electrónico, así que aquí no cuenta. Quienes administran este servidor pueden decidir fiarse de él (oidc.trust_email).
provider-other = La cuenta con su correo electrónico es de otra persona en { $host }, o suya de antes. Pregunte a quienes administran este servidor.
provider-disabled = Su cuenta está desactivada. Pregunte a quienes administran este servidor.
signed-out-provider = Cerrar sesión también en { $host }

# Regiones.
regions-title = Regiones
regions-here = Los secretos compartidos aquí se guardan en la región { $region }.
regions-others = También pueden compartirse en otra región:

# Acerca del servidor.
about-title = Acerca de este servidor
about-intro = Aquí se comparten contraseñas y otros secretos con enlaces que funcionan una sola vez.
about-promises = Lo que promete este servidor
about-once = Un secreto se muestra una vez como máximo. Después se elimina para siempre.
about-sealed = Se guarda cifrado. Para descifrarlo hace falta el enlace, que aquí no se guarda.
about-passphrase = Con una frase de contraseña, el enlace solo no basta. La frase de contraseña tampoco se guarda.
about-preview = Las vistas previas y los programas que comprueban enlaces no consumen nada: un secreto se muestra solo tras pulsar un botón.
about-logs = Ningún secreto, ninguna frase de contraseña y ningún enlace se escribe jamás en un registro.
about-cookies = Leer un secreto no guarda ninguna cookie, compartir sin cuenta tampoco; solo lo hace iniciar sesión. No se carga nada de otros sitios, y no se rastrea a nadie.
about-program = El programa que ejecuta este servidor se llama readonce.
about-limits = Lo que nadie puede prometer
about-limits-text = Quien recibe primero el enlace, y la frase de contraseña si la hay, lee el secreto. Use una frase de contraseña cuando no se fíe del camino que toma el enlace, y pida al destinatario que le avise si el secreto ya no está.

# Lo que puede salir mal.
error-not-found = Esta página no existe
error-not-found-text = ¿Está completo el enlace? Algunos programas cortan los enlaces largos.
error-cross-site = Esto venía de otro sitio
error-cross-site-text = Por seguridad, solo se aceptan formularios de las páginas de este servidor. No se ha hecho nada.
error-malformed = Esto no se pudo leer
error-malformed-text = El formulario no llegó tal como se envió. No se ha hecho nada; vuelva atrás e inténtelo de nuevo.
error-head = Su navegador envía demasiado
error-head-text = La dirección, o lo que su navegador añade a cada petición, es más largo de lo que acepta este servidor. Casi siempre son cookies de otras páginas del mismo dominio: una ventana privada no tiene ninguna. No se ha hecho nada.
error-large = Esto es demasiado grande
error-large-text = El formulario es mayor de lo que acepta este servidor. No se ha hecho nada.
error-slow = Esto ha tardado demasiado
error-slow-text = El formulario no llegó a tiempo. No se ha hecho nada; inténtelo de nuevo.
error-limited = Demasiados intentos
error-limited-text = Hubo demasiadas peticiones en poco tiempo. No se ha hecho nada.
error-tries-text = Se escribieron demasiadas frases de contraseña equivocadas. El secreto sigue ahí, y nadie lo ha leído. Si no conoce la frase de contraseña, pregunte a quien le envió el enlace.
error-wait = Espere. Podrá intentarlo de nuevo dentro de: { $wait }.
error-again = Intentarlo de nuevo
error-busy = Muy ocupado
error-busy-text = Este servidor tiene demasiado que hacer en este momento. No se ha hecho nada; inténtelo de nuevo dentro de poco.
error-disk = No queda sitio por ahora
error-disk-text = Al servidor le falta espacio en disco. No se ha compartido nada; inténtelo más tarde. Lo que ya se compartió se puede leer.
error-store = Fuera de servicio por el momento
error-store-text = El servidor no puede acceder a su almacén. No se ha hecho nada; inténtelo de nuevo dentro de poco.
error-outcome = No se sabe el resultado
error-outcome-text = El servidor perdió su almacén en mal momento. Inténtelo de nuevo: si entonces ya no hay ningún secreto, este intento lo ha consumido sin que nadie lo viera.
error-key = El secreto no se puede abrir en este momento
error-key-text = Sigue ahí, y no se ha perdido nada. Pueden ayudar quienes administran este servidor.
error-damaged = El secreto está dañado
error-damaged-text = Se encontró, pero no se puede abrir. Pida que se lo envíen de nuevo.
error-failed = Algo ha fallado
error-failed-text = El error es del servidor, no suyo. Inténtelo de nuevo.
