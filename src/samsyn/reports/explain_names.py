"""What the methods are called in a sentence: a short name for each code."""

from __future__ import annotations

from samsyn.reports.words import Words


def _(message: str) -> str:
    """Mark a message for the catalogue; it is translated where the language is known."""
    return message


METHOD_NAMES: dict[str, str] = {
    "buffer_rings": _("rings around a boundary"),
    "statements_by_period": _("statements held against their table"),
    "table_audit": _("what a reader of the table can work out"),
    "controlled_random_rounding": _("controlled random rounding"),
    "aoristic_exact_overlap": _("aoristic sharing over hours"),
    "assumed_overdispersion": _("assumed variation"),
    "bernoulli_scan": _("spatial scan of cases and others"),
    "before_after": _("before and after"),
    "benjamini_hochberg": _("comparisons judged together (Benjamini–Hochberg)"),
    "boundary_decomposition": _("change of count and of boundary"),
    "cell_suppression": _("hidden cells in a table"),
    "cohen_kappa": _("Cohen's kappa"),
    "conditional_binomial": _("exact test of two counts"),
    "conditional_binomial_overdispersed": _("test of two counts that vary more than chance"),
    "conditional_exact_central": _("exact ratio of counts"),
    "denominator_breaks": _("jumps in the denominator"),
    "difference_in_differences": _("difference in differences"),
    "dosage": _("sum of logged presence"),
    "dosage_regularity": _("random starts within the planned windows"),
    "e_test": _("E-test of two counts"),
    "estimators_side_by_side": _("several methods beside each other"),
    "gamma_mixture_e_process": _("monitoring that may be read at any time"),
    "garwood": _("exact Poisson interval (Garwood)"),
    "gaussian_position_error": _("count with uncertain positions"),
    "generalised_gini": _("generalised Gini index"),
    "gi_star_exact_conditional_permutation": _("local clusters (Gi*)"),
    "gwet_ac1": _("Gwet's AC1"),
    "implied_denominators": _("denominator worked out from count and rate"),
    "knox_permutation": _("near repeats (Knox)"),
    "linked_cell_suppression": _("hidden cells in tables that belong together"),
    "mean_index": _("mean of several questions"),
    "mean_of_rates": _("mean of rates"),
    "negative_binomial": _("negative binomial model"),
    "newcombe_hybrid_score": _("difference of shares (Newcombe)"),
    "normal": _("normal approximation"),
    "noufaily_negative_binomial": _("deviation from the series' own history (Noufaily)"),
    "optimal_partition_poisson": _("breaks in a series of counts"),
    "overdispersion": _("variation of a series"),
    "overdispersion_from_areas": _("variation from several areas"),
    "pai_pei": _("share of events on the chosen ground"),
    "percent_change": _("change in per cent"),
    "piecewise_exponential_knot": _("curve with a turning point"),
    "placebo_in_space_randomisation": _("starts dealt out among the areas"),
    "placebo_in_time": _("invented earlier starts"),
    "poisson_draws": _("drawn counts"),
    "poisson_event_study": _("effect period by period"),
    "poisson_interval": _("exact Poisson interval"),
    "poisson_scan": _("spatial scan of counts"),
    "poisson_two_way_fixed_effects": _("difference in differences with counts"),
    "power_enumerated_overdispersed": _("power of counts that vary more than chance"),
    "power_exact_two_counts": _("exact power of two counts"),
    "power_simulated_with_comparison": _("simulated power with a comparison area"),
    "quartic_kernel_edge_corrected": _("density map corrected at the edge"),
    "quasi_poisson_newey_west": _("interrupted series of counts"),
    "rate_decomposition": _("change of count and of denominator"),
    "ratio_of_sums": _("ratio of sums"),
    "readings": _("readings beside each other"),
    "rounded_mean_corners": _("comparison with a rounded mean"),
    "rounding_range": _("range that rounding leaves"),
    "scaled_difference_by_counts_before": _("difference against a scaled control"),
    "share_is_hidden": _("rule for hidden shares"),
    "share_of_total": _("share of the total"),
    "simulated_before_after": _("simulated before and after"),
    "simulated_cluster": _("simulated cluster"),
    "simulated_near_repeat": _("simulated near repeats"),
    "simulated_series": _("simulated series"),
    "space_time_permutation_scan": _("scan of place and time"),
    "synthetic_control": _("synthetic control"),
    "synthetic_difference_in_differences": _("synthetic difference in differences"),
    "synthetic_difference_in_differences_placebo": _("synthetic difference in differences"),
    "temporal_scan": _("scan of time"),
    "weighted_displacement_difference": _("difference weighed with displacement (WDD)"),
    "weighted_displacement_difference_normal": _("difference weighed with displacement (WDD)"),
    "weighted_displacement_quotient": _("quotient weighed with displacement (WDQ)"),
    "wilson": _("Wilson interval of a share"),
    "wilson_weighted": _("Wilson interval of a weighted share"),
}


def method_name(spoken: Words, code: str) -> str:
    """Return what a method is called; a code without a name is printed as it is."""
    known = METHOD_NAMES.get(code) or METHOD_NAMES.get(code.replace("-", "_"))
    return spoken.gettext(known) if known else code.replace("_", " ")
