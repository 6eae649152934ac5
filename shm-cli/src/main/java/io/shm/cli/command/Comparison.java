package io.shm.cli.command;

import io.shm.cli.render.SiteChange;
import io.shm.inspect.SiteInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sites that hold more or less than they did. */
record Comparison(boolean sameRegion, Instant from, Instant to, List<SiteChange> changes) {
    static Comparison of(Holdings before, Holdings after) {
        Set<SiteInfo> sites = new LinkedHashSet<>(after.sites().keySet());
        sites.addAll(before.sites().keySet());
        List<SiteChange> changes = new ArrayList<>();
        for (SiteInfo site : sites) {
            Holdings.Held was = before.of(site);
            Holdings.Held is = after.of(site);
            if (!was.equals(is)) {
                changes.add(change(site, was, is, Duration.between(before.at(), after.at())));
            }
        }
        return new Comparison(before.id().equals(after.id()), before.at(), after.at(), changes);
    }

    static SiteChange change(SiteInfo site, Holdings.Held was, Holdings.Held is, Duration time) {
        double seconds = time.toMillis() / 1000.0;
        double rate = seconds > 0 ? Math.max(0, (is.bytes() - was.bytes()) / seconds) : 0;
        return new SiteChange(site, was.blocks(), is.blocks(), was.bytes(), is.bytes(), rate);
    }

    Duration time() {
        return Duration.between(from, to);
    }
}
