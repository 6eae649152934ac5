package io.shm.inspect;

import io.shm.ledger.Level;
import io.shm.segment.Kind;
import java.util.Locale;

/** The words for the codes of a header, as users write them; a code that has none is shown as its number. */
final class Codes {
    private static final String[] POLICIES = {"free", "keep", "adopt"};
    private static final String[] WHEN_EMPTY = {"next", "refuse"};

    static String kind(int code) {
        Kind kind = Kind.ofCode(code);
        return kind == null ? "code " + code : kind.name().toLowerCase(Locale.ROOT);
    }

    static String policy(int code) {
        return word(POLICIES, code);
    }

    static String level(long code) {
        return code == Level.ofCode(code).code() ? Level.ofCode(code).label() : "code " + code;
    }

    static String whenEmpty(int code) {
        return word(WHEN_EMPTY, code);
    }

    private static String word(String[] words, long code) {
        return code >= 0 && code < words.length ? words[(int) code] : "code " + code;
    }

    private Codes() {}
}
