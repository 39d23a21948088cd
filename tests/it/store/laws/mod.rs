//! What every backend promises: `law(store, clock)`, each on a store of its own.
//!
//! The clock is a fake one that starts at the real present, because a backend with native expiry lives in real time.
//! Where a law lets a lifetime pass, the bytes may still be there: the answer has to follow `now`.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod damage;
pub(crate) mod import;
pub(crate) mod lists;
pub(crate) mod maintenance;
pub(crate) mod notices;
pub(crate) mod notifications;
pub(crate) mod receipts;
pub(crate) mod secrets;
pub(crate) mod shares;
pub(crate) mod tokens;
pub(crate) mod tries;

/// Mounts every law, and the game against the model, over the backend that `$fresh` makes: an `async fn() -> (Arc<dyn Store>, Guard)`,
/// where the guard can change the bytes at rest (`store::rows`).
///
/// A law that is missing here does not compile without a dead-code warning.
macro_rules! suite {
    ($fresh:path) => {
        #[test]
        fn random_verbs_are_answered_as_the_model_does() {
            crate::store::random::play($fresh);
        }

        suite!(@damage $fresh; [
            what_cannot_be_read_is_not_consumed,
            an_envelope_of_a_later_version_is_not_consumed,
            another_key_id_is_not_consumed,
            what_a_store_cannot_judge_comes_as_it_is,
            decoration_withholds_nothing,
            what_has_ended_by_its_receipt_is_gone,
            damaged_tries_keep_nobody_but_who_guesses,
        ]);
        suite!(@rooms $fresh;
            secrets: [
                taken_is_exactly_what_was_put,
                either_key_finds_the_secret,
                large_envelopes_come_back_whole,
                taken_is_gone,
                unknown_ids_are_gone,
                take_is_won_exactly_once,
                proof_is_won_exactly_once,
                burn_and_reveal_race_and_the_receipt_says_which_won,
                protected_stays_without_a_passphrase,
                burning_a_protected_secret_takes_no_passphrase,
                proof_of_another_nonce_is_refused,
                expired_is_gone_to_the_second,
                unknown_key_consumes_nothing,
                put_twice_conflicts_and_changes_nothing,
                one_of_many_parallel_puts_of_an_id_is_stored,
            ];
            tries: [
                a_try_hands_out_the_envelope_and_keeps_it,
                a_network_has_its_tries_in_a_window,
                the_window_begins_with_the_first_try,
                refused_tries_are_not_counted,
                networks_are_counted_apart,
                secrets_are_counted_apart,
                parallel_guesses_do_not_pass_the_limit,
                parallel_guesses_from_anywhere_do_not_pass_the_lifetime,
                after_a_lifetime_of_tries_one_a_window_whoever_asks,
                a_window_of_a_clock_far_ahead_is_none,
                a_gate_of_a_clock_far_ahead_is_none,
                instances_whose_clocks_differ_a_little_count_together,
                a_try_given_back_is_as_if_it_had_not_been,
                a_try_given_back_opens_the_lifetimes_gate,
                giving_back_what_was_not_counted_does_nothing,
                a_limited_network_can_still_prove_and_burn,
                the_sharer_sees_what_was_tried_and_until_when_somebody_waits,
                what_ended_has_no_tries,
                burning_with_a_passphrase_counts_the_try,
            ];
            receipts: [
                a_receipt_is_what_was_put,
                reading_a_receipt_changes_nothing,
                a_look_finds_what_a_claim_would,
                a_receipt_outlives_its_secret_to_the_second,
                a_read_secrets_receipt_lives_as_long,
                receipt_state_only_moves_forward,
                only_a_revealed_receipt_is_orphaned,
                receipts_come_in_the_order_asked,
            ];
            lists: [
                recent_is_newest_first_mine_only_and_capped,
                recent_begins_at_since,
                a_list_survives_what_it_names,
                a_conflict_leaves_the_list_alone,
                a_list_keeps_the_newest_ten_thousand,
                an_entry_says_when_its_receipt_is_gone,
                what_is_forgotten_is_off_the_list_and_nothing_else,
                a_page_leaves_nothing_out_whatever_happens_meanwhile,
                an_emptied_list_stays_empty_while_it_is_tidied,
            ];
            notifications: [
                a_notification_is_due_at_once_and_comes_as_it_was_put,
                a_notification_is_leased_by_one_of_many,
                one_notification_is_leased_by_exactly_one_of_sixteen,
                a_leased_notification_is_hidden_until_the_lease_ends,
                those_due_longest_come_first_and_not_more_than_asked,
                of_every_four_one_is_the_newest_that_was_never_tried,
                a_removed_notification_is_gone,
                a_notification_that_never_was_is_not_changed,
                a_notification_put_off_is_due_again_to_the_second,
                a_dead_notification_waits_for_an_operator,
                a_waiting_notification_is_retried_at_once,
                a_notification_whose_secret_ended_is_dropped,
                a_notification_expires_with_its_secret,
                a_conflict_stores_no_notification,
                the_outbox_says_what_is_in_it,
            ];
            notices: [
                a_notice_sleeps_until_its_secret_is_claimed,
                a_notice_of_an_unread_secret_is_due_when_that_expires,
                there_is_one_notice_for_each_claim_that_was_won,
                a_notice_put_off_is_due_again_to_the_second,
                a_dead_notice_waits_for_an_operator,
                a_removed_notice_is_gone,
                of_an_orphaned_secret_nobody_is_told,
                every_notice_of_a_secret_turns,
                a_conflict_stores_no_notice,
                a_notice_is_given_up_in_the_end,
            ];
            import: [
                an_adopted_secret_is_found_by_either_key,
                a_read_adopted_secret_says_so_at_once,
                adopting_again_brings_nothing_back,
                an_ended_receipt_is_what_was_adopted,
                an_adopted_secret_ends_to_the_second,
                what_ended_is_never_adopted_again,
                adopting_while_others_claim_gives_out_once,
                legacy_secrets_are_counted_while_they_can_be_read,
                an_adopted_passphrase_is_tried_as_our_own,
                adopted_entries_stand_where_their_times_say,
            ];
            accounts: [
                an_account_is_what_was_created,
                an_id_is_taken_once,
                accounts_come_by_email,
                a_new_token_empties_the_list,
                the_unread_secrets_of_an_account_are_found,
                disabling_changes_that_alone,
                what_an_account_is_told_of_changes_that_alone,
                a_deleted_account_is_gone_with_its_list,
                what_is_not_there_is_not_changed,
                each_end_of_sessions_is_another_number,
                of_many_who_bind_an_account_one_wins,
                of_many_accounts_one_is_bound_to_somebody,
            ];
            audit: [
                the_last_head_of_each_writer_is_known,
            ];
            tokens: [
                a_token_is_what_was_added_and_its_accounts_alone,
                a_revoked_token_is_gone_and_no_other,
                an_account_has_so_many_tokens_and_no_more,
                the_last_use_is_noted_of_each_token,
                a_new_first_token_leaves_the_list_to_the_named_ones,
            ];
            shares: [
                shares_are_newest_first_mine_only_and_of_either_way,
                shares_say_what_became_of_them,
                a_conflict_leaves_the_shares_alone,
                shares_end_with_their_account,
                what_is_no_place_is_the_beginning,
            ];
            maintenance: [
                the_first_canary_stays,
                a_replaced_canary_is_answered,
                a_reachable_store_is_ready,
                sweeping_changes_no_answer,
                sweeping_leaves_the_living_alone,
                whatever_the_time_nothing_but_a_sweep_erases,
                counts_are_never_too_low,
            ];
        );
    };
    (@damage $fresh:path; [$($law:ident),+ $(,)?]) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                use readonce::domain::{Clock as _, FakeClock, SystemClock};
                let (store, rows) = $fresh().await;
                crate::store::laws::damage::$law(store, &rows, &FakeClock::at(SystemClock.now())).await;
            }
        )+
    };
    (@rooms $fresh:path; $($room:ident: [$($law:ident),+ $(,)?];)+) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                use readonce::domain::{Clock as _, FakeClock, SystemClock};
                let (store, _guard) = $fresh().await;
                crate::store::laws::$room::$law(store, &FakeClock::at(SystemClock.now())).await;
            }
        )+)+
    };
}
