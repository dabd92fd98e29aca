# What the portal says in English. One message for each code, with dots as hyphens.
# A message without a sentence here, or in another language, fails the tests.

## Refusals: what is so

portal-disabled = The customer portal is switched off at the moment.
portal-licence-missing = The customer portal is not available.
portal-in-beta = The customer portal is not available here yet.
portal-too-many-messages = Several of these messages were sent to you already, so this one was not sent. You can ask for it again after { $again_at }.
portal-too-many-downloads = Invoices were downloaded many times within an hour, so there is no other copy now. You can download it after { $again_at }.

name-mismatch = The surname you typed is not the one we have on record.
name-none-on-record = We have no surname on record for you, so this cannot be confirmed here.
name-too-many-tries = The surname was typed wrongly too often. You can try again after { $again_at }.

eligibility-portal-option-off = The portal is not switched on for this customer.
eligibility-phone-missing = The main phone number is missing.
eligibility-phone-not-unique = Another customer has the same main phone number.
eligibility-email-missing = The e-mail address is missing.
eligibility-postal-code-missing = The postal code is missing.
eligibility-no-history = There is no contract and no quote yet.
eligibility-cash-only = The portal is for account customers; this customer pays cash.
eligibility-not-synced-yet = The record has not reached the portal yet.

account-not-recognised = We could not sign you in with these details.
account-no-match = These are not the details we have on record. Please contact us for help.
account-malformed = { $field ->
    [email] This is not an e-mail address.
    [phone] This is not a telephone number.
   *[postal_code] This is not a postal code.
}
account-wrong-code = That is not the code of this moment.
account-wrong-password = That is not your current password.
account-too-many-attempts = { $when ->
    [never] There were too many attempts.
   *[then] There were too many attempts. You can try again after { $again_at }.
}
account-link-not-valid = This link can no longer be used.
account-code-needed = Please type the code from your app too.
account-prove-again = Please show once more that it is you.
account-password-too-short = The password needs at least { $shortest } characters.
account-password-too-long = The password may have at most { $longest } characters.
account-password-too-common = This password is too easy to guess.
account-password-about-you = This password is made of your own details, which others know.
account-password-unchanged = This is the password you have already.
account-invitations-disabled = Nobody is invited to this portal.
account-claims-disabled = An account cannot be registered here.
account-creation-disabled = An account cannot be created here.
account-required-info-missing = { $info ->
    [credit_card] A credit card is needed to create an account.
    [bank_account] A bank account is needed to create an account.
    [billing_details] Your billing details are needed to create an account.
   *[shipping_details] Your shipping details are needed to create an account.
}
account-requests-disabled = An account cannot be requested here.
account-email-change-forbidden = Your e-mail address cannot be changed here.
account-second-factor-off = Codes from an app are not used in this portal.
account-second-factor-on = Codes from an app are set up already. Remove them before you set up another app.
account-no-address = There is no e-mail address on record to write to.
account-already-active = This account is in use already.
account-closed = This account is closed.
account-not-pending = This request has been answered before.
account-address-taken = Another account signs in with this address.
account-not-your-role = Your role does not allow this.

profile-field-not-editable = “{ $field }” cannot be edited here.
profile-required = “{ $field }” must be filled in.
profile-too-long = “{ $field }” takes at most { $longest } characters.
profile-bad-characters = There are characters in “{ $field }” that cannot be seen.
profile-not-a-phone = “{ $field }” must be a telephone number, with its area code or with + and the country, and without an extension.
profile-not-an-email = “{ $field }” must be an e-mail address, such as name@example.com.
profile-not-a-postal-code = { $known ->
    [yes] The postal code of “{ $field }” must look like { $example }.
   *[no] The postal code of “{ $field }” must be letters and digits.
}
profile-not-a-country = The country of “{ $field }” must be two letters, such as US.
profile-not-a-date = “{ $field }” must be a day, written like 2027-03-01.
profile-not-a-choice = “{ $field }” must be one of the choices offered.
profile-incomplete-address = { $part ->
    [line] The street is missing from “{ $field }”.
    [town] The town is missing from “{ $field }”.
    [country] The country is missing from “{ $field }”.
   *[other] “{ $field }” is incomplete.
}
profile-not-accepted = “{ $field }” was not accepted: { $why }

order-nothing-to-pay = There is nothing left to pay on this order.
order-card-payments-not-accepted = Card payments are not accepted here.
order-currency-not-accepted = Payments in { $currency } are not accepted here.
order-amount-outside-limits = { $due } cannot be paid online in one payment.
order-exported-to-accounting = This order is in { $system } and can no longer be paid in this portal.
order-export-in-progress = This order is being sent to { $system } right now.
order-payment-in-progress = A payment for this order has been under way since { $since }.
order-payment-under-review = A payment of { $amount } came for this order and is being looked into. Please do not pay again.
order-amount-changed = { $due } is due on this order by now; the page showed { $shown }. Nothing was charged.
order-changed = This order was changed after the page was shown. Nothing was charged.
order-invoice-not-sent = No invoice has been sent for this order yet.
order-not-billing-contact = Only { $may } can do this.

paper-day-to-come = There is a statement for every day up to today.

export-already-there = This order is in { $system } already.
export-under-way = This order is on its way to { $system } already.
export-needs-attention = An export of this order needs attention. Retry it, or forget it.
export-cut-off = This order was cut off from the books. Relink it, or forget the export.
export-nothing-to-invoice = There is nothing to invoice on this order.
export-not-so = The export does not stand as it must for this. Load the page again.
export-no-document = There is no such document in the books that stands.
export-document-of-another = Another order has that document.
export-other-currency = The document is in another currency: it comes to { $total }.
export-books-unreached = The books cannot be asked at the moment. See how the connection is, then try again.
payment-more-than-is-left = Only { $left } of this payment can still be refunded.
payment-all-or-nothing = Through this provider all of { $whole } is refunded, or nothing.
payment-refunds-not-offered = This provider takes no refunds from the portal: pay back in its own pages.
payment-not-by-hand = This provider says itself what came. It is not written down by hand.
payment-nothing-came = Type the amount that came.
payment-not-waiting = Nobody has to decide about this money: it pays for an order, is not there any more, or never waited.
payment-other-currency = { $came } came, and the order is in another currency: pay it back instead.
payment-card-management-disabled = Cards are neither added nor removed in this portal.
payment-bank-account-add-disabled = Bank accounts are not added in this portal.
payment-bank-account-removal-not-allowed = A bank account cannot be removed in this portal.
payment-method-not-removable = This cannot be removed in this portal.
payment-method-not-stored-here = This cannot be added in this portal.
payment-method-not-usable = This cannot be paid with at the moment.

course-not-active = { $status ->
    [completed] This course is over.
    [transferred_away] This registration was moved to another date.
   *[cancelled] This registration was cancelled.
}
course-not-supported-for-elearning = An e-learning course cannot be moved or cancelled here.
course-transfer-not-allowed = This course does not allow you to pick another date.
course-cancel-not-allowed = This course does not allow you to cancel.
course-too-late-to-transfer = You could pick another date until { $deadline }.
course-too-late-to-cancel = You could cancel until { $deadline }.
course-date-changed = This registration has moved to another date since the page was loaded.
course-no-other-dates = There are no other dates you could move to.
course-same-date = This is the date you are registered for.
course-target-started = That date has already begun.
course-target-closed = That date takes no registrations.
course-price-differs = That date has another price: { $there }. Your place now: { $now }.
course-target-full = That date is full.
course-certificate-not-kept = Copies of certificates cannot be downloaded here.
course-certificate-not-sent = No certificate has been sent to you for this course.
course-no-order = This registration is not on an order.
course-not-waiting = You are no longer on this waiting list.
course-not-offered = No place has been offered to you yet.
course-offer-expired = The offer stood until { $at }.
course-place-gone = The place is no longer available.

## Errors: what went wrong

error-not-found = There is no such thing here.
error-sign-in-first = Please sign in first.
error-not-offered = This is not offered here.
error-bad-page = This list has no such page. Please start from the first one.
error-contended = Somebody else was changing the same thing. Nothing was done; please try again.
error-form-reused = This form has been used before. Please load the page again.
error-broken = Something is out of order on our side. Please send the same form again later; it will not be done twice.

## Remedies: what to do

remedy-nothing-needed = There is nothing you need to do.
remedy-ask-organiser = Please contact the organiser.
remedy-ask = Please ask { $who }.
remedy-pay-by-link = Please pay at { $url }
remedy-pay-by-invoice = Please pay as the invoice says, or contact the organiser.
remedy-pick-another-date = Please choose another date.
remedy-wait-until = Please come back after { $at }.
remedy-load-again = Please load the page again.
remedy-look-again-later = Please look again later.
remedy-type-name-again = Please type your surname as it stands in your profile.
remedy-type-again = Please check it and type it again.
remedy-ask-for-link = Please have a new link sent to you.
remedy-prove-again = Please type your password once more.
remedy-choose-another-password = Please choose another one: a few words that only you would put together are good.
remedy-fill-in = Please fill it in.

## Actions: what buttons say

action-transfer = Pick another date
action-cancel = Cancel registration
action-get-certificate = Get certificate
action-get-invoice = Get invoice
action-pay = Pay
action-email-invoice = Email invoice
action-accept = Accept
action-leave = Remove me
action-access = Access course

## Mail: what is owed

mail-invoice-copy = A copy of the invoice
mail-registration-transferred = Your registration was transferred
mail-transfer-notice = A registration on your order was transferred
mail-registration-cancelled = Your registration was cancelled
mail-cancellation-notice = A registration on your order was cancelled
mail-cancellation-staff-notice = A customer cancelled a registration
mail-payment-receipt = We have received your payment
mail-refund-notice = Your payment was refunded
mail-card-expiring = Your card is about to expire
mail-card-expired = Your card has expired
mail-invitation = Invitation to create an account
mail-first-time-instructions = Your course, and how to get into the portal
mail-existing-user-instructions = Your course in the portal
mail-activation = Your account is ready
mail-temporary-password = Your temporary password
mail-claim-link = Register for the portal
mail-sign-up-link = Confirm your e-mail address
mail-already-registered = You have an account already
mail-reset-link = Choose a new password
mail-new-email-link = Confirm your new e-mail address
mail-email-changed = Your e-mail address was changed
mail-password-changed = Your password was changed
mail-second-factor-set-up = Signing in takes a code from your app now
mail-second-factor-removed = Signing in takes no code from an app any more
mail-account-request-notice = Somebody has requested an account
mail-request-approved = Your request was approved
mail-request-declined = Your request was declined
mail-call-off-request = A customer calls items off rent
mail-help-request = A customer wants help
mail-review-notice = A customer's change is pending review

## Fields: what sign-up asks for

field-given-name = Given name
field-surname = Surname
field-organisation = Organisation
field-message = Message
field-card = Card
field-bank-account = Bank account

## Eligibility: what staff see

condition-licence = A licence for the portal
condition-beta = Part in the beta
condition-portal-on = The portal switched on
condition-portal-option = The portal switched on for this customer
condition-phone = A main phone number
condition-phone-unique = A main phone number that nobody else has
condition-email = An e-mail address
condition-postal-code = A ZIP or postal code
condition-history = A contract or a quote
condition-on-account = An account customer
condition-synced = A record that has reached the portal
fix-buy-licence = Get a licence for the portal.
fix-contact-customer-care = Contact Customer Care to have it switched on.
fix-switch-portal-on = Switch the portal on in the settings.
fix-switch-option-on = Switch the portal on in this customer’s record.
fix-enter-phone = Enter the main phone number.
fix-separate-phones = Give each customer a main phone number of their own.
fix-enter-email = Enter the e-mail address.
fix-enter-postal-code = Enter the ZIP or postal code.
fix-write-quote-or-contract = Write a quote or a contract first.
fix-open-credit-account = Make this an account customer.
fix-update-site = Update the site, or wait for the nightly update.

## People, and how words join

role-billing-contact = the billing contact
role-order-contact = the order contact
role-registrant = the registrant
or = { $rest } or { $last }
free = free

## Dates and numbers

moment = { $weekday ->
    [1] Monday
    [2] Tuesday
    [3] Wednesday
    [4] Thursday
    [5] Friday
    [6] Saturday
   *[7] Sunday
} { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year } at { $time } ({ $zone })
decimal-mark = .
group-mark = ,
