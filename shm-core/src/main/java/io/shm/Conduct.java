package io.shm;

import io.shm.ledger.SiteCapture;

/**
 * How a process takes part in a region.
 *
 * @param processName what it calls itself; null for the main class's name
 * @param leaveAtExit whether it leaves in good order when the JVM ends of its own will, or by SIGTERM
 */
record Conduct(String processName, SiteCapture siteCapture, boolean leaveAtExit) {
    static final Conduct USUAL = new Conduct(null, SiteCapture.always(), true);

    Conduct withProcessName(String name) {
        return new Conduct(name, siteCapture, leaveAtExit);
    }

    Conduct withSiteCapture(SiteCapture capture) {
        return new Conduct(processName, capture, leaveAtExit);
    }

    Conduct withLeaveAtExit(boolean leaves) {
        return new Conduct(processName, siteCapture, leaves);
    }
}
