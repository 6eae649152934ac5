package io.shm.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one look found. Of one rule so many are kept that a region of rubbish does not fill the Java heap; the others are
 * counted. Not safe for use by several threads.
 */
public final class Findings {
    private static final int MOST_OF_ONE_RULE = 10_000;

    private final List<Finding> all = new ArrayList<>();
    private final Map<Invariant, Integer> ofRule = new EnumMap<>(Invariant.class);
    private long more;

    public void add(Finding finding) {
        if (ofRule.merge(finding.rule(), 1, Integer::sum) <= MOST_OF_ONE_RULE) {
            all.add(finding);
        } else {
            more++;
        }
    }

    /** A finding of something that has a number, or -1, and no index. */
    public void add(Invariant rule, long at, String place, int number, long observed, long context, String evidence) {
        add(new Finding(rule, at, place, number, -1, observed, context, evidence));
    }

    public List<Finding> all() {
        return Collections.unmodifiableList(all);
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Findings that were counted and not kept. */
    public long more() {
        return more;
    }

    /** Those that an earlier look has found as well, with nothing changed: only they are broken rules, not work. */
    public Findings standing(Findings earlier) {
        Map<List<Object>, Finding> before = new HashMap<>();
        for (Finding finding : earlier.all) {
            before.put(key(finding), finding);
        }
        Findings standing = new Findings();
        for (Finding finding : all) {
            if (finding.standsWith(before.get(key(finding)))) {
                standing.add(finding);
            }
        }
        standing.more = Math.min(more, earlier.more);
        return standing;
    }

    private static List<Object> key(Finding finding) {
        return List.of(finding.rule(), finding.at(), finding.number());
    }
}
