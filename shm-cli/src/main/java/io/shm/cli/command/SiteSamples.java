package io.shm.cli.command;

import io.shm.cli.render.SiteChange;
import io.shm.inspect.Inspector;
import io.shm.inspect.SiteInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at a region several times and tells which sites grew all the while.
 *
 * <p>A block counts once it is as old as the time between two looks. So what is allocated and freed all the time never
 * counts, however much of it there is at any moment, and a site that keeps only a little of it is seen. A site grew if
 * each look in the second half found more than any in the first half did.
 */
final class SiteSamples {
    private final List<Map<SiteInfo, Holdings.Held>> looks = new ArrayList<>();
    private final List<Instant> times = new ArrayList<>();

    static Comparison take(String region, int samples, Duration every) throws InterruptedException {
        SiteSamples all = new SiteSamples();
        try (Inspector inspector = Regions.open(region)) {
            for (int i = 0; i < samples; i++) {
                if (i > 0) {
                    Thread.sleep(every.toMillis());
                }
                all.look(inspector, Instant.now(), every);
            }
        }
        return all.comparison();
    }

    void look(Inspector inspector, Instant now, Duration every) {
        Instant before = now.minus(every);
        Map<SiteInfo, Holdings.Held> held = new HashMap<>();
        inspector.blocks(
                block -> block.since() == null || block.since().isBefore(before),
                block -> held.merge(block.site(), new Holdings.Held(1, block.size()), Holdings.Held::plus));
        looks.add(held);
        times.add(now);
    }

    Comparison comparison() {
        Instant first = times.get(0);
        Instant last = times.get(times.size() - 1);
        List<SiteChange> grown = new ArrayList<>();
        for (SiteInfo site : looks.get(looks.size() - 1).keySet()) {
            if (grewAllTheTime(site)) {
                grown.add(Comparison.change(
                        site, at(0, site), at(looks.size() - 1, site), Duration.between(first, last)));
            }
        }
        return new Comparison(true, first, last, grown);
    }

    private boolean grewAllTheTime(SiteInfo site) {
        long most = 0;
        for (int i = 0; i < looks.size(); i++) {
            long bytes = at(i, site).bytes();
            if (i < looks.size() / 2) {
                most = Math.max(most, bytes);
            } else if (bytes <= most) {
                return false;
            }
        }
        return true;
    }

    private Holdings.Held at(int look, SiteInfo site) {
        return looks.get(look).getOrDefault(site, new Holdings.Held(0, 0));
    }
}
