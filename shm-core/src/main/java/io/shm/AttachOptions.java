package io.shm;

import io.shm.ledger.SiteCapture;
import java.util.Objects;

/**
 * How a process attaches to a region that is there. Immutable: each method returns changed options.
 *
 * <pre>{@code
 * Region.attach(AttachOptions.to("orders").processName("order-gw").leaveAtExit(false))
 * }</pre>
 */
public final class AttachOptions {
    private final String reference;
    private final Conduct conduct;

    private AttachOptions(String reference, Conduct conduct) {
        this.reference = Objects.requireNonNull(reference, "reference");
        this.conduct = conduct;
    }

    /** @param reference a name, a path, {@code pid:PID[/DESCRIPTOR]} or {@code sysv:0xKEY} */
    public static AttachOptions to(String reference) {
        return new AttachOptions(reference, Conduct.USUAL);
    }

    /** What this process calls itself in the region; the main class's name if not given. */
    public AttachOptions processName(String name) {
        return new AttachOptions(reference, conduct.withProcessName(name));
    }

    /** How this process finds the site of an allocation that names none. */
    public AttachOptions siteCapture(SiteCapture capture) {
        return new AttachOptions(reference, conduct.withSiteCapture(capture));
    }

    /** As {@link RegionOptions#leaveAtExit}. */
    public AttachOptions leaveAtExit(boolean leaves) {
        return new AttachOptions(reference, conduct.withLeaveAtExit(leaves));
    }

    String reference() {
        return reference;
    }

    Conduct conduct() {
        return conduct;
    }
}
