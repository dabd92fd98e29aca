use super::{State, gone, taken};
use crate::{
    Account, Id, RecordRef, StoreError,
    accounts::{Pass, PassHolder, PassState},
};

impl State {
    pub(super) fn issue(&mut self, pass: &Pass) -> Result<(), StoreError> {
        self.edited_holder(&pass.of)?;
        let passes = &mut self.ways_in.passes;
        if passes.contains_key(&pass.id) {
            return Err(taken(RecordRef::Pass(pass.id.clone())));
        }
        let same_kind = |other: &Pass| other.kind.as_str() == pass.kind.as_str();
        for other in passes.values_mut() {
            if other.of == pass.of && same_kind(other) {
                revoke(other);
            }
        }
        passes.insert(pass.id.clone(), pass.clone());
        Ok(())
    }

    pub(super) fn use_pass(&mut self, id: &Id<Pass>, of: &PassHolder) -> Result<(), StoreError> {
        self.edited_holder(of)?;
        let pass = self.ways_in.passes.get_mut(id);
        let pass = pass.filter(|pass| pass.of == *of).ok_or_else(gone)?;
        if pass.state != PassState::Open {
            return Err(taken(RecordRef::Pass(id.clone())));
        }
        pass.state = PassState::Used;
        Ok(())
    }

    pub(super) fn revoke_passes(&mut self, account: &Id<Account>) {
        let of = PassHolder::Account(account.clone());
        let passes = self.ways_in.passes.values_mut();
        passes.filter(|pass| pass.of == of).for_each(revoke);
    }

    fn edited_holder(&mut self, of: &PassHolder) -> Result<(), StoreError> {
        self.edited(of.record());
        let ways_in = &self.ways_in;
        let is_there = match of {
            PassHolder::Account(id) => ways_in.accounts.contains_key(id),
            PassHolder::Request(id) => ways_in.requests.contains_key(id),
        };
        if is_there { Ok(()) } else { Err(gone()) }
    }
}

fn revoke(pass: &mut Pass) {
    if pass.state == PassState::Open {
        pass.state = PassState::Revoked;
    }
}
