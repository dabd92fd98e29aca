use course_manager::{CourseManager, walk};
use portal_core::{Id, Language};

use super::{ask, folder, opened};

async fn told(manager: &CourseManager, customer: &str, language: Language) -> String {
    let customer = Id::new(customer);
    walk(manager, &customer, Some(language)).await.unwrap()
}

fn assert_each(story: &str, lines: &[&str]) {
    for line in lines {
        assert!(story.contains(line), "`{line}` is missing from:\n{story}");
    }
}

#[tokio::test]
async fn the_first_run_shows_every_step_in_english() {
    let folder = folder();
    let story = told(&opened(&folder).await, "P-0001", Language::En).await;
    assert_each(
        &story,
        &[
            "Lucía Núñez-O’Farrell (P-0001)",
            "Invitation to create an account          p1@people.example",
            "good until Saturday 9 May 2026 at 12:30 (Europe/Madrid)",
            "This password is too easy to guess.",
            "One that is hard to guess                chosen",
            "This link can no longer be used.",
            "We could not sign you in with these details.",
            "With the demo's password                 signed in",
            "Lucía Núñez-O’Farrell, en",
            "Company, read only                       Aldaya Logistics",
            "The postal code of “Address” must look like 12345.",
            "With the whole of it, and news           done",
            "sign_in                                  wrong        198.51.100.9",
            "no: Switch the portal on in this customer’s record.",
            "yes Pick another date*, Cancel registration*, Get invoice, Pay",
            "An e-learning course cannot be moved or cancelled here.",
            "This course does not allow you to cancel.",
            "Get invoice, Pay: This registration is not on an order.",
            "This order is in Xero and can no longer be paid in this portal.",
            "https://in.xero.example/INV-00003",
            "Only the billing contact can do this.",
            "That date has another price: 621.00 GBP.",
            "That date is full.",
            "That date takes no registrations.",
            "With a wrong surname                     The surname you typed is not the one we have on record.",
            "With the right one                       done",
            "The same form again                      done before",
            "The next change",
            "You could cancel until Tuesday 5 May 2026 at 17:00 (Europe/London).",
            "Project management essentials            done",
            "certificate-0018.txt, text/plain",
            "No certificate has been sent to you for this course.",
            "https://learn.course-manager.example/launch/M-0002",
            "Somebody else's                          There is no such thing here.",
            "No place has been offered to you yet.",
            "The offer stood until Wednesday 6 May 2026 at 11:30 (Europe/Madrid).",
            "Forklift licence                         registered",
            "Remove me: Bookkeeping for beginners     done",
            "Offers that ran out: ended",
            "6,400.00 EUR cannot be paid online in one payment.",
            "690.00 EUR is due on this order by now; the page showed 1.00 EUR. Nothing was charged.",
            "690.00 EUR                               paid Visa 4242",
            "Only 680.00 EUR of this payment can still be refunded.",
            "Paid by now                              680.00 EUR / 690.00 EUR",
            "Email invoice: 2026-00006                done",
            " 2026-00006.html, text/html, ",
            "refund-review                            R-0004",
            "ledger-review                            R-0004",
            "Place offered                            P-1502",
            "Your registration was transferred (R-0001)",
            "A registration on your order was cancelled (R-0004)",
            "A copy of the invoice (O-0006)",
            "waiting-list.leave",
        ],
    );
    assert_eq!(story.matches("Somebody else's").count(), 2);
    assert!(story.lines().count() < 220);
}

#[tokio::test]
async fn the_first_run_shows_every_step_in_spanish() {
    let folder = folder();
    let story = told(&opened(&folder).await, "P-0001", Language::Es).await;
    assert_each(
        &story,
        &[
            "El archivo era nuevo",
            "Invitación para crear una cuenta         p1@people.example",
            "Con otra contraseña                      No hemos podido",
            "Empresa, solo lectura                    Aldaya Logistics",
            "Trato en español                         hecho",
            "¿Puede entrar P-0008?",
            "sí  Elegir otra fecha*, Cancelar la inscripción*, Obtener la factura, Pagar",
            "Este pedido está en Xero",
            "Solo puede hacerlo el contacto de facturación.",
            "Esa fecha está completa.",
            "El apellido que ha escrito no coincide",
            "Con el correcto                          hecho",
            "ya estaba hecho",
            "Se podía cancelar hasta el martes 5 de mayo de 2026 a las 17:00 (Europe/London).",
            "No se le ha enviado ningún certificado",
            "El de otra persona                       Aquí no hay nada con esos datos.",
            "Todavía no se le ha ofrecido ninguna plaza.",
            "Forklift licence                         inscripción hecha",
            "6.400,00 EUR",
            "Plaza ofrecida",
            "Su inscripción se ha cambiado de fecha (R-0001)",
        ],
    );
}

#[tokio::test]
async fn the_second_run_starts_where_the_first_ended() {
    let folder = folder();
    {
        let manager = opened(&folder).await;
        told(&manager, "P-0001", Language::En).await;
    }
    let manager = opened(&folder).await;
    assert!(!manager.seeded);
    let story = told(&manager, "P-0001", Language::En).await;
    assert!(
        !story.contains("The link once more"),
        "nobody is invited twice"
    );
    assert_each(
        &story,
        &[
            "Goes on where the last run ended.",
            "Reception invites                        This account is in use already.",
            "With the demo's password                 signed in",
            "Calle del Pez 12, Madrid, 28004, ES",
            "With the right one                       done",
            "Food hygiene, level 2                    registered",
            "Remove me: Data protection officer       done",
        ],
    );
    assert_eq!(
        ask::<i64>(&manager, "select count(*) from person").await,
        2_000
    );
    let registrations: i64 = ask(&manager, "select count(*) from registration").await;
    assert_eq!(registrations, 5_002, "a place accepted in each run");
}

#[tokio::test]
async fn when_nothing_is_left_it_says_so_and_the_places_still_add_up() {
    let folder = folder();
    let manager = opened(&folder).await;
    let mut story = String::new();
    for _ in 0..6 {
        story = told(&manager, "P-0001", Language::En).await;
    }
    assert_each(
        &story,
        &[
            "Nothing left to cancel.",
            "Nothing is offered.",
            "No list left to leave.",
        ],
    );
    let wrong = "select count(*) from session s where used <>
         (select count(*) from registration r where r.session = s.id and r.status in ('active', 'completed'))
         + (select count(*) from waiting_place w where w.session = s.id and w.state = 'offered' and w.held = 1)";
    assert_eq!(ask::<i64>(&manager, wrong).await, 0);
}

#[tokio::test]
async fn it_walks_anyone() {
    let folder = folder();
    let manager = opened(&folder).await;
    for n in (2..2_000).step_by(97) {
        let customer = format!("P-{n:04}");
        told(&manager, &customer, Language::Es).await;
    }
}

#[tokio::test]
async fn who_does_not_get_in_is_told_why_by_the_office_and_sees_nothing() {
    let folder = folder();
    let manager = opened(&folder).await;
    let story = told(&manager, "P-0008", Language::En).await;
    assert_each(
        &story,
        &[
            "Reception invites                        The portal is not switched on for this customer.",
            "no: Enter the main phone number.",
            "An e-mail address                        yes",
        ],
    );
    assert!(!story.contains("My courses"));
}
