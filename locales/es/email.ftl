# El correo que lleva un enlace a su destinatario, y el que prueba el envío. `$sharer` es la dirección de quien comparte,
# `$host` el nombre de este servidor, `$moment` y `$duration` son como en time.ftl.

email-subject = Un enlace para usted que se abre una sola vez
email-heading = Se ha compartido un secreto con usted
email-greeting = Hola:
email-opening = { $sharer } quiere darle algo que no debería figurar en un correo, por ejemplo una contraseña. Le espera tras este enlace:
email-button = Ir al secreto
email-once = El enlace se abre una sola vez. Después el secreto desaparece del servidor: ábralo cuando pueda guardar lo que lea.
email-until = Es válido hasta el { $moment }, es decir, durante { $duration } más o menos.
email-passphrase = Se le pedirá una frase de contraseña, que le llega por otro medio, no por correo.
email-forward = No reenvíe este correo: quien tenga el enlace puede abrirlo en su lugar.
email-unexpected = ¿No lo esperaba? Entonces no abra todavía el enlace; pregunte antes a quien lo compartió, por un medio que ya conozca.
email-footer = { $host } envió este correo porque alguien ha compartido un secreto con usted.
email-test-subject = Correo de prueba de { $host }
email-test-heading = El correo funciona
email-test-opening = Este correo se envió para saber si llega el correo del servidor. Ha llegado.
email-test-spam = ¿Estaba entre el correo no deseado? Revise entonces SPF y DKIM del dominio del remitente: los correos con enlaces acabarían también allí.
email-test-button = Ir al servidor
email-test-closing = Está hecho como los correos que llevan el enlace de un secreto. Su propio enlace conduce a la primera página del servidor, y usted no tiene que hacer nada.
email-test-footer = Enviado a petición de quien administra el servidor con `readonce doctor --mail-to`.
