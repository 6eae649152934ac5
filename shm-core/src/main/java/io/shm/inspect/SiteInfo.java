package io.shm.inspect;

import io.shm.ledger.Site;

/** A call site. Class, method and file are empty and the line 0 where unknown. */
public record SiteInfo(String className, String method, String file, int line) {
    public static final SiteInfo UNKNOWN = new SiteInfo("", "", "", 0);

    static SiteInfo of(Site site) {
        return new SiteInfo(site.className(), site.method(), site.file(), site.line());
    }

    /** As a stack trace shows it: {@code com.acme.Send.add(Send.java:41)}. */
    @Override
    public String toString() {
        if (className.isEmpty()) {
            return "(unknown)";
        }
        String place = file.isEmpty() ? "Unknown Source" : line > 0 ? file + ":" + line : file;
        return className + (method.isEmpty() ? "" : "." + method) + "(" + place + ")";
    }
}
