# Lo que dice el portal en español. Un mensaje por código, con guiones en lugar de puntos.

## Negativas: lo que pasa

portal-disabled = El portal de clientes está desactivado en este momento.
portal-licence-missing = El portal de clientes no está disponible.
portal-in-beta = El portal de clientes todavía no está disponible aquí.
portal-too-many-messages = Ya se le han enviado varios mensajes como este, así que este no se ha enviado. Puede volver a pedirlo después del { $again_at }.
portal-too-many-downloads = Se han descargado facturas muchas veces en una hora, así que por ahora no hay otra copia. Puede descargarla después del { $again_at }.

name-mismatch = El apellido que ha escrito no coincide con el que tenemos registrado.
name-none-on-record = No tenemos registrado ningún apellido suyo, así que no se puede confirmar aquí.
name-too-many-tries = El apellido se ha escrito mal demasiadas veces. Puede volver a intentarlo después del { $again_at }.

eligibility-portal-option-off = El portal no está activado para este cliente.
eligibility-phone-missing = Falta el número de teléfono principal.
eligibility-phone-not-unique = Otro cliente tiene el mismo número de teléfono principal.
eligibility-email-missing = Falta la dirección de correo electrónico.
eligibility-postal-code-missing = Falta el código postal.
eligibility-no-history = Todavía no hay ningún contrato ni presupuesto.
eligibility-cash-only = El portal es para clientes con cuenta; este cliente paga al contado.
eligibility-not-synced-yet = La ficha aún no ha llegado al portal.

account-not-recognised = No hemos podido iniciar su sesión con estos datos.
account-no-match = Estos no son los datos que tenemos registrados. Póngase en contacto con nosotros para que le ayudemos.
account-malformed = { $field ->
    [email] Esto no es una dirección de correo electrónico.
    [phone] Esto no es un número de teléfono.
   *[postal_code] Esto no es un código postal.
}
account-wrong-code = Ese código no es válido en este momento.
account-wrong-password = Esa no es su contraseña actual.
account-too-many-attempts = { $when ->
    [never] Ha habido demasiados intentos.
   *[then] Ha habido demasiados intentos. Puede volver a intentarlo después del { $again_at }.
}
account-link-not-valid = Este enlace ya no se puede usar.
account-code-needed = Escriba también el código de su aplicación.
account-prove-again = Demuestre de nuevo que es usted.
account-password-too-short = La contraseña necesita al menos { $shortest } caracteres.
account-password-too-long = La contraseña puede tener como máximo { $longest } caracteres.
account-password-too-common = Esta contraseña es demasiado fácil de adivinar.
account-password-about-you = Esta contraseña se compone de datos suyos que otros conocen.
account-password-unchanged = Esta es la contraseña que ya tiene.
account-invitations-disabled = En este portal no se envían invitaciones.
account-claims-disabled = Aquí no se puede registrar una cuenta.
account-creation-disabled = Aquí no se puede crear una cuenta.
account-required-info-missing = { $info ->
    [credit_card] Para crear una cuenta hace falta una tarjeta de crédito.
    [bank_account] Para crear una cuenta hace falta una cuenta bancaria.
    [billing_details] Para crear una cuenta hacen falta sus datos de facturación.
   *[shipping_details] Para crear una cuenta hacen falta sus datos de envío.
}
account-requests-disabled = Aquí no se puede solicitar una cuenta.
account-email-change-forbidden = Su dirección de correo no se puede cambiar aquí.
account-second-factor-off = En este portal no se usan códigos de una aplicación.
account-second-factor-on = Los códigos de una aplicación ya están configurados. Quítelos antes de configurar otra aplicación.
account-no-address = No hay ninguna dirección de correo a la que escribir.
account-already-active = Esta cuenta ya está en uso.
account-closed = Esta cuenta está cerrada.
account-not-pending = Esta solicitud ya se ha respondido.
account-address-taken = Otra cuenta inicia sesión con esta dirección.
account-not-your-role = Su función no lo permite.

profile-field-not-editable = Aquí no se puede modificar «{ $field }».
profile-required = Hay que rellenar «{ $field }».
profile-too-long = «{ $field }» admite como máximo { $longest } caracteres.
profile-bad-characters = Hay caracteres en «{ $field }» que no se ven.
profile-not-a-phone = «{ $field }» debe ser un número de teléfono, con su prefijo o con + y el código del país, y sin extensión.
profile-not-an-email = «{ $field }» debe ser una dirección de correo electrónico, como nombre@example.com.
profile-not-a-postal-code = { $known ->
    [yes] El código postal de «{ $field }» debe ser como { $example }.
   *[no] El código postal de «{ $field }» debe constar de letras y cifras.
}
profile-not-a-country = El país de «{ $field }» debe constar de dos letras, como ES.
profile-not-a-date = «{ $field }» debe ser un día, escrito como 2027-03-01.
profile-not-a-choice = «{ $field }» debe ser una de las opciones que se ofrecen.
profile-incomplete-address = { $part ->
    [line] Falta la calle en «{ $field }».
    [town] Falta la localidad en «{ $field }».
    [country] Falta el país en «{ $field }».
   *[other] «{ $field }» está incompleto.
}
profile-not-accepted = No se ha aceptado «{ $field }»: { $why }

order-nothing-to-pay = No queda nada por pagar en este pedido.
order-card-payments-not-accepted = Aquí no se aceptan pagos con tarjeta.
order-currency-not-accepted = Aquí no se aceptan pagos en { $currency }.
order-amount-outside-limits = No se pueden pagar { $due } por Internet de una sola vez.
order-exported-to-accounting = Este pedido está en { $system } y ya no se puede pagar en este portal.
order-export-in-progress = Este pedido se está enviando a { $system } en este momento.
order-payment-in-progress = Hay un pago de este pedido en curso desde el { $since }.
order-payment-under-review = Ha llegado un pago de { $amount } por este pedido y lo estamos comprobando. No pague otra vez, por favor.
order-amount-changed = Ahora hay que pagar { $due } por este pedido; la página mostraba { $shown }. No se ha cobrado nada.
order-changed = Este pedido cambió después de mostrarse la página. No se ha cobrado nada.
order-invoice-not-sent = Todavía no se ha enviado ninguna factura de este pedido.
order-not-billing-contact = Solo puede hacerlo { $may }.

paper-day-to-come = Hay un extracto para cada día hasta hoy.

export-already-there = Este pedido ya está en { $system }.
export-under-way = Este pedido ya se está enviando a { $system }.
export-needs-attention = Hay que revisar una exportación de este pedido. Reinténtela o descártela.
export-cut-off = Este pedido se desvinculó de la contabilidad. Vuelva a vincularlo o descarte la exportación.
export-nothing-to-invoice = En este pedido no hay nada que facturar.
export-not-so = El estado de la exportación no permite hacer esto. Vuelva a cargar la página.
export-no-document = En la contabilidad no hay ningún documento vigente con esa referencia.
export-document-of-another = Ese documento es de otro pedido.
export-other-currency = El documento está en otra moneda: asciende a { $total }.
export-books-unreached = Ahora no se puede consultar la contabilidad. Compruebe la conexión e inténtelo de nuevo.
payment-more-than-is-left = De este pago solo se pueden devolver { $left }.
payment-all-or-nothing = Este proveedor devuelve los { $whole } completos o nada.
payment-refunds-not-offered = Este proveedor no acepta devoluciones desde el portal: haga la devolución en las páginas del proveedor.
payment-not-by-hand = Este proveedor comunica por sí mismo lo que ha llegado: no se anota a mano.
payment-nothing-came = Escriba el importe que llegó.
payment-not-waiting = No hay nada que decidir sobre este dinero: ya paga un pedido, ya no está aquí o nunca estuvo pendiente.
payment-other-currency = Llegaron { $came } y el pedido está en otra moneda: devuélvalos.
payment-card-management-disabled = En este portal no se añaden ni se quitan tarjetas.
payment-bank-account-add-disabled = En este portal no se añaden cuentas bancarias.
payment-bank-account-removal-not-allowed = Una cuenta bancaria no se puede quitar en este portal.
payment-method-not-removable = Esto no se puede quitar en este portal.
payment-method-not-stored-here = Esto no se puede añadir en este portal.
payment-method-not-usable = Con esto no se puede pagar por ahora.

course-not-active = { $status ->
    [completed] Este curso ha terminado.
    [transferred_away] Esta inscripción se ha cambiado a otra fecha.
   *[cancelled] Esta inscripción está cancelada.
}
course-not-supported-for-elearning = Un curso en línea no se puede cambiar de fecha ni cancelar aquí.
course-transfer-not-allowed = Este curso no permite elegir otra fecha.
course-cancel-not-allowed = Este curso no permite cancelar la inscripción.
course-too-late-to-transfer = Se podía elegir otra fecha hasta el { $deadline }.
course-too-late-to-cancel = Se podía cancelar hasta el { $deadline }.
course-date-changed = Esta inscripción se ha cambiado a otra fecha desde que se cargó la página.
course-no-other-dates = No hay otras fechas a las que pueda cambiarse.
course-same-date = Su inscripción ya es para esta fecha.
course-target-started = Esa fecha ya ha comenzado.
course-target-closed = Esa fecha no admite inscripciones.
course-price-differs = Esa fecha tiene otro precio: { $there }. El de su plaza actual: { $now }.
course-target-full = Esa fecha está completa.
course-certificate-not-kept = Aquí no se pueden descargar copias de los certificados.
course-certificate-not-sent = No se le ha enviado ningún certificado de este curso.
course-no-order = Esta inscripción no está en ningún pedido.
course-not-waiting = Ya no está en esta lista de espera.
course-not-offered = Todavía no se le ha ofrecido ninguna plaza.
course-offer-expired = La oferta era válida hasta el { $at }.
course-place-gone = La plaza ya no está disponible.

## Errores: lo que ha fallado

error-not-found = Aquí no hay nada con esos datos.
error-sign-in-first = Inicie sesión primero.
error-not-offered = Esto no se ofrece aquí.
error-bad-page = Esta lista no tiene esa página. Empiece por la primera.
error-contended = Alguien más estaba cambiando lo mismo. No se ha hecho nada; vuelva a intentarlo.
error-form-reused = Este formulario ya se ha usado. Vuelva a cargar la página.
error-broken = Algo no funciona por nuestra parte. Envíe el mismo formulario más tarde; no se hará dos veces.

## Remedios: qué hacer

remedy-nothing-needed = No tiene que hacer nada.
remedy-ask-organiser = Póngase en contacto con la organización.
remedy-ask = Pídaselo a quien puede hacerlo: { $who }.
remedy-pay-by-link = Pague en { $url }
remedy-pay-by-invoice = Pague como indica la factura o póngase en contacto con la organización.
remedy-pick-another-date = Elija otra fecha.
remedy-wait-until = Vuelva después del { $at }.
remedy-load-again = Vuelva a cargar la página.
remedy-look-again-later = Vuelva a mirarlo más tarde.
remedy-type-name-again = Escriba su apellido tal como figura en su perfil.
remedy-type-again = Compruébelo y escríbalo de nuevo.
remedy-ask-for-link = Pida que se le envíe un enlace nuevo.
remedy-prove-again = Escriba su contraseña una vez más.
remedy-choose-another-password = Elija otra: unas cuantas palabras que solo usted juntaría van bien.
remedy-fill-in = Rellénelo.

## Acciones: lo que dicen los botones

action-transfer = Elegir otra fecha
action-cancel = Cancelar la inscripción
action-get-certificate = Obtener el certificado
action-get-invoice = Obtener la factura
action-pay = Pagar
action-email-invoice = Enviar la factura por correo
action-accept = Aceptar
action-leave = Quitarme de la lista
action-access = Acceder al curso

## Correo: lo que se debe enviar

mail-invoice-copy = Una copia de la factura
mail-registration-transferred = Su inscripción se ha cambiado de fecha
mail-transfer-notice = Una inscripción de su pedido se ha cambiado de fecha
mail-registration-cancelled = Su inscripción se ha cancelado
mail-cancellation-notice = Una inscripción de su pedido se ha cancelado
mail-cancellation-staff-notice = Un cliente ha cancelado una inscripción
mail-payment-receipt = Hemos recibido su pago
mail-refund-notice = Su pago ha sido devuelto
mail-card-expiring = Su tarjeta está a punto de caducar
mail-card-expired = Su tarjeta ha caducado
mail-invitation = Invitación para crear una cuenta
mail-first-time-instructions = Su curso y cómo entrar en el portal
mail-existing-user-instructions = Su curso en el portal
mail-activation = Su cuenta está lista
mail-temporary-password = Su contraseña temporal
mail-claim-link = Regístrese en el portal
mail-sign-up-link = Confirme su dirección de correo
mail-already-registered = Ya tiene una cuenta
mail-reset-link = Elija una contraseña nueva
mail-new-email-link = Confirme su nueva dirección de correo
mail-email-changed = Se cambió su dirección de correo
mail-password-changed = Se cambió su contraseña
mail-second-factor-set-up = Para iniciar sesión ahora hace falta un código de su aplicación
mail-second-factor-removed = Para iniciar sesión ya no hace falta un código de una aplicación
mail-account-request-notice = Alguien solicita una cuenta
mail-request-approved = Su solicitud fue aprobada
mail-request-declined = Su solicitud fue rechazada
mail-call-off-request = Un cliente solicita dar de baja artículos alquilados
mail-help-request = Un cliente solicita ayuda
mail-review-notice = El cambio de un cliente está pendiente de revisión

## Campos: lo que se pide al registrarse

field-given-name = Nombre
field-surname = Apellido
field-organisation = Organización
field-message = Mensaje
field-card = Tarjeta
field-bank-account = Cuenta bancaria

## Requisitos: lo que ve el personal

condition-licence = Una licencia del portal
condition-beta = Participación en la beta
condition-portal-on = El portal activado
condition-portal-option = El portal activado para este cliente
condition-phone = Un teléfono principal
condition-phone-unique = Un teléfono principal que no tenga nadie más
condition-email = Una dirección de correo electrónico
condition-postal-code = Un código postal
condition-history = Un contrato o un presupuesto
condition-on-account = Un cliente con cuenta de crédito
condition-synced = Una ficha que haya llegado al portal
fix-buy-licence = Obtenga una licencia del portal.
fix-contact-customer-care = Pida al servicio de atención al cliente que lo active.
fix-switch-portal-on = Active el portal en los ajustes.
fix-switch-option-on = Active el portal en la ficha de este cliente.
fix-enter-phone = Introduzca el teléfono principal.
fix-separate-phones = Dé a cada cliente un teléfono principal propio.
fix-enter-email = Introduzca la dirección de correo electrónico.
fix-enter-postal-code = Introduzca el código postal.
fix-write-quote-or-contract = Haga antes un presupuesto o un contrato.
fix-open-credit-account = Ábrale una cuenta de crédito a este cliente.
fix-update-site = Actualice el sitio o espere a la actualización nocturna.

## Personas, y cómo se unen las palabras

role-billing-contact = el contacto de facturación
role-order-contact = el contacto del pedido
role-registrant = la persona inscrita
or = { $rest } o { $last }
free = gratis

## Fechas y números

moment = { $weekday ->
    [1] lunes
    [2] martes
    [3] miércoles
    [4] jueves
    [5] viernes
    [6] sábado
   *[7] domingo
} { $day } de { $month ->
    [1] enero
    [2] febrero
    [3] marzo
    [4] abril
    [5] mayo
    [6] junio
    [7] julio
    [8] agosto
    [9] septiembre
    [10] octubre
    [11] noviembre
   *[12] diciembre
} de { $year } a las { $time } ({ $zone })
decimal-mark = ,
group-mark = .
