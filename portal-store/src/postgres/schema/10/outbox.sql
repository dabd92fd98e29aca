-- The outbox is empty most of the time, and a plan that was made then reads it from end to end, for each message that waits in it, however many there have
-- come to be: so each call is planned for what there is.
alter function portal_claim_effects(text, text, text, text[], bigint) set plan_cache_mode = force_custom_plan;
alter function portal_settle(text, text, bigint, text, text) set plan_cache_mode = force_custom_plan;
alter function portal_give_back(text, text, bigint, text, text) set plan_cache_mode = force_custom_plan;
alter function portal_remember(text, text, bigint, text, text) set plan_cache_mode = force_custom_plan;
alter function portal_revive(text, text, text) set plan_cache_mode = force_custom_plan;
alter function portal_forget_messages(text, text, bigint) set plan_cache_mode = force_custom_plan;

insert into portal_migration (version, at) values (10, now());
