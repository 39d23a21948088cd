//! What plans come to together with the other settings.

use super::*;

#[test]
fn fill_up_from_the_default_plan() {
    let settings = Given::file("[plans.default]\ncreate = 5\nmax_size = 7\n[plans.pro]\nttl_max = 100")
        .loaded()
        .settings;
    assert_eq!(settings.plans["pro"], Plan { ttl_max: 100, max_size: 7, create: 5, ..Plan::default() });
}

#[test]
fn ask_for_passphrases_as_everybody_has_to_unless_they_say_otherwise() {
    let settings = Given::file(
        "[passphrase]\nrequired = true\nmin_length = 8\n[plans.trusted]\npassphrase_required = false\n\
         [plans.strict]\npassphrase_min_length = 20",
    )
    .loaded()
    .settings;
    let rule = |plan: &str| {
        let plan = settings.plans[plan];
        (plan.passphrase_required, plan.passphrase_min_length)
    };
    assert_eq!([rule("default"), rule("trusted"), rule("strict")], [(true, 8), (false, 8), (true, 20)]);
}

#[test]
fn are_bounded_by_the_longest_lifetime_of_all() {
    let loaded = Given::file("[plans.pro]\nttl_max = 5000000").loaded();
    assert_eq!(loaded.settings.plans["pro"].ttl_max, 2_592_000);
    assert_eq!(
        loaded.warnings,
        ["`plans.pro.ttl_max` is `5000000`, but `secrets.ttl_max` cuts it to `2592000` (default)"]
    );
    let lowered = Given::file("secrets.ttl_max = 604800").loaded();
    assert_eq!(lowered.settings.plans["default"].ttl_max, 604_800);
    assert!(lowered.warnings.is_empty());
}
