package io.shm.weave;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The calls that are woven: all of them, and only here. Each has an overload with a {@code Site} as last parameter. */
final class WovenCalls {
    /** What every class that has such a call contains somewhere: its own kind is told by this before it is parsed. */
    static final String PREFIX = "io/shm/";

    private static final String REGION = "io/shm/Region";
    private static final String SCOPE = "io/shm/Scope";
    private static final String BLOCK = "io/shm/heap/Block";
    private static final String SLOT = "io/shm/cell/Slot";
    private static final String ARRAY = "io/shm/cell/CellArray";
    private static final String SPEC = "io/shm/heap/BlockSpec";

    /** Names and descriptors by owner. */
    private static final Map<String, Set<String>> CALLS = new HashMap<>();

    static {
        add(REGION, "allocate", "(J)L" + BLOCK + ";");
        add(REGION, "allocate", "(JLio/shm/ledger/Tag;)L" + BLOCK + ";");
        add(REGION, "allocate", "(L" + SPEC + ";)L" + BLOCK + ";");
        add(REGION, "tryAllocate", "(J)L" + BLOCK + ";");
        add(REGION, "tryAllocate", "(L" + SPEC + ";)L" + BLOCK + ";");
        add(REGION, "allocateAll", "(IL" + SPEC + ";)[L" + BLOCK + ";");
        add(SCOPE, "allocate", "(J)L" + BLOCK + ";");
        add(SCOPE, "allocate", "(JLio/shm/ledger/Tag;)L" + BLOCK + ";");
        add(SCOPE, "allocate", "(L" + SPEC + ";)L" + BLOCK + ";");
        add(REGION, "free", "(L" + BLOCK + ";)V");
        add(REGION, "free", "(J)V");
        add(REGION, "offer", "(L" + BLOCK + ";Lio/shm/cell/Participation;)J");
        add(REGION, "accept", "(J)L" + BLOCK + ";");
        add(REGION, "withdraw", "(J)L" + BLOCK + ";");
        add(SLOT, "publish", "(L" + BLOCK + ";)Z");
        add(SLOT, "exchange", "(L" + BLOCK + ";)L" + BLOCK + ";");
        add(SLOT, "take", "()L" + BLOCK + ";");
        add(ARRAY, "append", "(L" + BLOCK + ";)I");
        add(ARRAY, "set", "(IL" + BLOCK + ";)Z");
        add(ARRAY, "take", "(I)L" + BLOCK + ";");
        add(BLOCK, "free", "()V");
        add(BLOCK, "close", "()V");
    }

    private static void add(String owner, String name, String descriptor) {
        CALLS.computeIfAbsent(owner, any -> new HashSet<>()).add(name + descriptor);
    }

    /** Whether a virtual call of this method is woven; the owner with slashes. */
    static boolean contains(String owner, String name, String descriptor) {
        Set<String> methods = CALLS.get(owner);
        return methods != null && methods.contains(name + descriptor);
    }

    /** Owners with slashes, each with its methods as name and descriptor. */
    static Map<String, Set<String>> all() {
        return CALLS;
    }

    private WovenCalls() {}
}
