"""Stripe's own SDK, asked by the tests: one JSON object in, one out."""

import json
import sys

import stripe


def sign(asked):
    """As Stripe signs what it posts."""
    signed = "%d.%s" % (asked["at"], asked["body"])
    code = stripe.WebhookSignature._compute_signature(signed, asked["secret"])
    return {"header": "t=%d,v1=%s" % (asked["at"], code)}


def verify(asked):
    """As a merchant's own code would, with the tolerance the SDK has by itself."""
    try:
        event = stripe.Webhook.construct_event(
            asked["body"], asked["header"], asked["secret"]
        )
    except stripe.SignatureVerificationError:
        return {"refused": "signature"}
    return {"id": event.id, "type": event.type, "about": event.data.object.id}


def open_pages(asked):
    """A customer, a page to pay on, and one that is closed again."""
    ours = client(asked)
    customer = ours.v1.customers.create(
        {"name": "Ana Núñez", "email": "ana@example.com", "metadata": {"contact": "ana"}}
    )
    page = {
        "mode": "payment",
        "customer": customer.id,
        "success_url": "https://portal.example/paid?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://portal.example/orders/7",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 12000,
                    "product_data": {"name": "INV-7 & more"},
                },
            }
        ],
        "payment_intent_data": {"metadata": {"attempt": asked["attempt"]}},
    }
    session = ours.v1.checkout.sessions.create(page)
    other = ours.v1.checkout.sessions.create(page)
    expired = ours.v1.checkout.sessions.expire(other.id)
    again = None
    try:
        ours.v1.checkout.sessions.expire(other.id)
    except stripe.InvalidRequestError as error:
        again = error.http_status
    missing = None
    try:
        ours.v1.customers.retrieve("cus_nobody")
    except stripe.InvalidRequestError as error:
        missing = error.code
    found = ours.v1.checkout.sessions.retrieve(session.id)
    return {
        "version": stripe.api_version,
        "customer": customer.id,
        "session": session.id,
        "url": session.url,
        "status": found.status,
        "amount": found.amount_total,
        "expired": expired.status,
        "expired_again": again,
        "missing": missing,
    }


def settle(asked):
    """The page was paid, a card stored: look, list, and pay back in two parts."""
    ours = client(asked)
    session = ours.v1.checkout.sessions.retrieve(
        asked["session"], {"expand": ["payment_intent.latest_charge"]}
    )
    intent = session.payment_intent
    methods = ours.v1.customers.payment_methods.list(asked["customer"], {"type": "card"})
    key = {"idempotency_key": "refund-1"}
    part = {"payment_intent": intent.id, "amount": 2000}
    first = ours.v1.refunds.create(part, key)
    repeated = ours.v1.refunds.create(part, key)
    reused = None
    try:
        ours.v1.refunds.create({"payment_intent": intent.id, "amount": 1}, key)
    except stripe.IdempotencyError as error:
        reused = error.http_status
    ours.v1.refunds.create({"payment_intent": intent.id})
    listed = ours.v1.refunds.list({"payment_intent": intent.id})
    over = None
    try:
        ours.v1.refunds.create({"payment_intent": intent.id, "amount": 1})
    except stripe.InvalidRequestError as error:
        over = error.code
    return {
        "status": session.status,
        "payment_status": session.payment_status,
        "payment": intent.id,
        "received": intent.amount_received,
        "captured": intent.latest_charge.amount_captured,
        "cards": [method.card.last4 for method in methods.auto_paging_iter()],
        "refund": first.status,
        "repeated": first.id == repeated.id,
        "reused": reused,
        "refunds": sorted(refund.amount for refund in listed.auto_paging_iter()),
        "over": over,
    }


def client(asked):
    return stripe.StripeClient(
        "sk_test_sdk",
        base_addresses={"api": asked["address"]},
        max_network_retries=0,
    )


stripe.enable_telemetry = False
tasks = {"sign": sign, "verify": verify, "open": open_pages, "settle": settle}
answer = tasks[sys.argv[1]](json.load(sys.stdin))
json.dump(answer, sys.stdout)
