//! [`AccountStore::request`](portal_core::accounts::AccountStore::request),
//! [`requests`](portal_core::accounts::AccountStore::requests) and
//! [`pending_request`](portal_core::accounts::AccountStore::pending_request).
use portal_core::{
    Id, Page,
    accounts::{AccountChange, AccountRequest, RequestState},
};

use super::{
    super::{
        scene::{apply, conflict, yes},
        walk,
    },
    passes::requested,
    scene::{change, requests},
    values,
};
use crate::{
    World,
    facts::{email, hours, minutes, request, sign_up, today},
};

/// "A request for an account", with everything they said, and nothing for nobody's.
pub async fn a_request_is_there_as_it_was_asked(world: &dyn World) {
    let all = [request("r1"), sign_up("s1"), values::talkative("r2")];
    for (number, asked) in (1..).zip(&all) {
        change(world, number, requested(asked)).await;
    }
    let accounts = world.accounts();
    for asked in all {
        let found = accounts.request(&asked.id).await.unwrap().unwrap();
        assert!(found.value == asked, "{}", asked.id);
        assert_eq!(found.seen.len(), 1);
    }
    let nobodys = accounts.request(&Id::new("R1")).await.unwrap();
    assert_eq!(nobodys, None);
}

/// "The requests for approval in this state, oldest first. Those who merely signed up are not on it."
pub async fn requests_for_approval_are_listed_oldest_first_by_state(world: &dyn World) {
    let all = nine(world).await;
    let accounts = world.accounts();
    for (nth, state) in (0..).zip([
        RequestState::Pending,
        RequestState::Approved,
        RequestState::Declined,
    ]) {
        let mut expected: Vec<_> = all.iter().skip(nth).step_by(3).cloned().collect();
        for request in &mut expected {
            request.state = state;
        }
        assert_eq!(expected.len(), 3);
        walk::reads(&expected, async |page| {
            accounts.requests(state, &page).await
        })
        .await;
    }
}

/// Requests of one instant are all there, each once; and pages go on where they ended while requests are made and answered.
pub async fn requests_read_on_while_others_are_made_and_answered(world: &dyn World) {
    for number in 1..=9 {
        let mut asked = request(&format!("r{}", number * 4 % 9));
        asked.asked_at = today();
        change(world, number, requested(&asked)).await;
    }
    let as_listed = requests(world, RequestState::Pending).await;
    assert_eq!(as_listed.len(), 9);
    let accounts = world.accounts();
    let page_of = async |page: Page| accounts.requests(RequestState::Pending, &page).await;
    walk::reads(&as_listed, page_of).await;
    walk::reads_on_while(&as_listed, 4, page_of, async || {
        let mut older = request("older");
        older.asked_at = today() - hours(90);
        change(world, 20, requested(&older)).await;
        change(
            world,
            21,
            settled(as_listed[1].id.as_str(), RequestState::Declined),
        )
        .await;
    })
    .await;
}

/// "The pending request of this address, if there is one for approval."
pub async fn a_pending_request_is_found_by_its_address(world: &dyn World) {
    let mut declined = request("declined");
    declined.applicant.email = email("mia@new.example");
    change(world, 1, requested(&declined)).await;
    change(world, 2, settled("declined", RequestState::Declined)).await;
    let mut signs_up = sign_up("signs-up");
    signs_up.applicant.email = email("mia@new.example");
    change(world, 3, requested(&signs_up)).await;
    let of = async |address: &str| {
        let found = world.accounts().pending_request(&email(address)).await;
        found.unwrap()
    };
    assert_eq!(of("mia@new.example").await, None);

    let mut asked = request("pending");
    asked.applicant.email = email("mia@new.example");
    change(world, 4, requested(&asked)).await;
    let found = of("Mia@NEW.example").await;
    assert!(found.as_ref().is_some_and(|found| found.value == asked));
    let alone = world.accounts().request(&asked.id).await.unwrap();
    assert_eq!(found, alone, "as it would be read alone");
    assert_eq!(of("mi_@new.example").await, None);
    change(world, 5, settled("pending", RequestState::Approved)).await;
    assert_eq!(of("mia@new.example").await, None);
}

/// "The oldest, should there be several", whatever they are called and whichever was written first; when it is answered, the next.
pub async fn of_two_pending_requests_of_one_address_the_older_is_found(world: &dyn World) {
    let asked = |id: &str, ago| {
        let mut asked = request(id);
        asked.asked_at = today() - hours(ago);
        asked.applicant.email = email("mia@new.example");
        asked
    };
    for (number, request) in (1..).zip([asked("a", 2), asked("z", 3), asked("b", 1)]) {
        change(world, number, requested(&request)).await;
    }
    let accounts = world.accounts();
    for (number, oldest) in (10..).zip(["z", "a", "b"]) {
        let found = accounts.pending_request(&email("mia@new.example")).await;
        assert_eq!(found.unwrap().unwrap().value.id, Id::new(oldest));
        change(world, number, settled(oldest, RequestState::Declined)).await;
    }
}

/// "A request was answered. The password that came with it is forgotten."
pub async fn an_answered_request_forgets_its_password(world: &dyn World) {
    let mut asked = sign_up("s1");
    change(world, 1, requested(&asked)).await;
    change(world, 2, settled("s1", RequestState::Approved)).await;
    asked.state = RequestState::Approved;
    asked.password = None;
    let found = world.accounts().request(&asked.id).await.unwrap().unwrap();
    assert!(found.value == asked && found.value.password.is_none());
}

/// Who answers a request that was answered meanwhile is told, and of two who answer at once one does; another request does not disturb.
pub async fn a_request_answered_meanwhile_is_a_conflict(world: &dyn World) {
    change(world, 1, requested(&request("r1"))).await;
    change(world, 2, requested(&request("r2"))).await;
    let accounts = world.accounts();
    let r1 = accounts.request(&Id::new("r1")).await.unwrap().unwrap();
    change(world, 3, settled("r2", RequestState::Approved)).await;
    let approve = |number| {
        let settled = settled("r1", RequestState::Approved);
        yes(number).given(&r1).changed(settled)
    };
    apply(world, approve(4)).await;
    conflict(world, approve(5)).await;
    let r1 = accounts.request(&Id::new("r1")).await.unwrap().unwrap();
    apply(world, yes(6).given(&r1)).await;
}

/// A request that is not there is not answered, and nothing of the decision is recorded.
pub async fn nobodys_request_is_not_answered(world: &dyn World) {
    let nobodys = settled("nobody's", RequestState::Approved);
    let decision = yes(1).changed(requested(&request("r1"))).changed(nobodys);
    let ended = world.store().commit(decision).await;
    assert!(ended.is_err(), "{ended:?}");
    assert!(requests(world, RequestState::Pending).await.is_empty());
}

/// Nine requests for approval, a minute apart, pending, approved and declined in turn, and three who sign up in between; the oldest first.
async fn nine(world: &dyn World) -> Vec<AccountRequest> {
    let mut all = vec![];
    for n in 0..9_u32 {
        let mut asked = request(&format!("r{}", n * 4 % 9));
        asked.asked_at = today() + minutes(n.into());
        all.push(asked);
    }
    for n in [5, 2, 8, 0, 1, 7, 4, 3, 6] {
        let asked: &AccountRequest = &all[n];
        let number = u128::try_from(n).unwrap() * 10 + 1;
        change(world, number, requested(asked)).await;
        let answer = [
            None,
            Some(RequestState::Approved),
            Some(RequestState::Declined),
        ][n % 3];
        if let Some(state) = answer {
            change(world, number + 1, settled(asked.id.as_str(), state)).await;
        } else {
            let mut signs_up = sign_up(&format!("s{n}"));
            signs_up.asked_at = asked.asked_at;
            change(world, number + 1, requested(&signs_up)).await;
        }
    }
    all
}

fn settled(request: &str, state: RequestState) -> AccountChange {
    AccountChange::RequestSettled {
        request: Id::new(request),
        state,
    }
}
