package io.shm.model;

/** Where a process is within an operation: what its next access to shared memory is. */
enum Step {
    IDLE("-"),

    FREE_NOTE("notes who frees"),
    FREE_RELEASE("RESERVED -> FREE"),

    PUBLISH_CELL("writes CELL"),
    PUBLISH_NOTE("writes CHANGED"),
    PUBLISH_BEGIN("LIVE -> PUB"),
    PUBLISH_COMMIT("CAS cell 0 -> handle"),
    PUBLISH_SEEN("reads the cell that is occupied"),
    PUBLISH_OCCUPANT("reads the occupant's record"),
    PUBLISH_HELP("clears the cell for a taker"),
    APPEND_NEXT("writes CELL: the next one"),
    PUBLISH_REFUSED("PUB -> LIVE"),
    PUBLISH_HOLD("PUB -> HELD"),

    TAKE_RECORD("reads the record"),
    TAKE_CLAIM("HELD -> TAKE"),
    TAKE_CLEAR("clears the cell"),
    TAKE_LIVE("TAKE -> LIVE"),
    TAKE_NOTE("clears CELL and CHANGED"),
    TAKE_HELP("clears the cell for a taker"),
    TAKE_BACK("TAKE -> HELD"),

    HELP_DISPLACED("reads what is displaced"),
    HELP_CELL("looks whether the cell still holds it"),
    HELP_DISPLACED_LATE("reads what is displaced"),
    HELP_VICTIM("reads the displaced one's record"),
    HELP_CLAIM("displaced: HELD -> TAKE for the publisher"),
    HELP_HOLD("PUB -> HELD"),
    HELP_SHARED_CELL("looks whether the cell still holds it"),
    HELP_SHARED("PUBS -> SHARED"),

    REPLACE_RECORD("reads the record of the expected one"),
    REPLACE_CELL("writes CELL"),
    REPLACE_NOTE("notes what it displaces"),
    REPLACE_BEGIN("LIVE -> PUB"),
    REPLACE_COMMIT("CAS cell old -> new"),
    REPLACE_REFUSED("PUB -> LIVE"),
    REPLACE_OLD("reads the displaced one's record"),

    SHARE_HOLDERS("writes HOLDERS"),
    SHARE_BEGIN("LIVE -> PUBS"),
    SHARE_COMMIT("CAS cell 0 -> handle"),
    SHARE_REFUSED("PUBS -> LIVE"),
    SHARE_HOLD("PUBS -> SHARED"),

    ACQUIRE_RECORD("reads the record"),
    ACQUIRE_HOLDERS("reads HOLDERS"),
    ACQUIRE_BIT("CAS HOLDERS + bit"),
    ACQUIRE_CHECK("reads the state again"),
    ACQUIRE_UNDO_READ("reads HOLDERS"),
    ACQUIRE_UNDO("CAS HOLDERS - bit"),

    RELEASE_HOLDERS("reads HOLDERS"),
    RELEASE_BIT("CAS HOLDERS - bit"),
    RELEASE_CELL("looks whether the cell still holds it"),
    RETIRE_RECORD("reads the record"),
    RETIRE_CLEAR("clears the cell"),

    UNCELL_READ("reads HOLDERS"),
    UNCELL("CAS HOLDERS - in-cell"),
    EMPTY_WITHHOLD("SHARED -> RESERVED"),
    EMPTY_NOTE("notes who frees"),
    EMPTY_RELEASE("RESERVED -> FREE"),

    OFFER_BEGIN("LIVE -> OFFER"),
    ACCEPT("OFFER -> LIVE"),
    ADOPT("ORPHAN -> LIVE"),

    REAP_NEXT("reads the next record"),
    REAP_UNPUBLISH("PUB -> LIVE"),
    REAP_PUBS_CELL("looks whether the cell holds it"),
    REAP_UNPUBS("PUBS -> LIVE"),
    REAP_TAKE_CLEAR("clears the cell"),
    REAP_TAKE("TAKE -> LIVE"),
    REAP_OFFER("OFFER -> LIVE"),
    REAP_NOTE("notes that it frees"),
    REAP_FREE("LIVE -> FREE or ORPHAN"),
    REAP_RESERVED("RESERVED -> FREE"),
    REAP_HOLDERS("reads HOLDERS"),
    REAP_BIT("CAS HOLDERS - the dead one's bit"),
    REAP_CELL("looks whether the cell still holds it"),
    REAP_DONE("REAPING -> EMPTY");

    private static final Step[] ALL = values();

    private final String text;

    Step(String text) {
        this.text = text;
    }

    @SuppressWarnings("EnumOrdinal") // a state is bytes, for a run
    byte code() {
        return (byte) ordinal();
    }

    static Step of(int code) {
        return ALL[code];
    }

    @Override
    public String toString() {
        return text;
    }
}
