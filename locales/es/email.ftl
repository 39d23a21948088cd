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

# El correo que dice cómo terminaron los secretos. `$receipt` es el comienzo de la clave de una página de seguimiento.
notice-subject = Qué ha sido de sus secretos en { $host }
notice-heading = Novedades de lo que compartió
notice-opening = Pidió que se le avisara cuando terminen los secretos que comparte. Cada uno se indica con los primeros caracteres de la clave de su página de seguimiento:
notice-read = { $receipt }: leído el { $moment }
notice-burned = { $receipt }: destruido sin leer el { $moment }
notice-expired = { $receipt }: caducado sin leer el { $moment }
notice-closing = ¿Se leyó alguno, y no fue la persona a quien envió el enlace? Cambie entonces enseguida lo que compartió.
notice-footer = { $host } envió este correo porque su cuenta lo pide. Se puede desactivar donde figura la lista de lo que compartió.
