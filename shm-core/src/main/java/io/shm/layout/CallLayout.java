package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a call: an entry in a table of requests. What the requester writes lies apart from what the server does.
 *
 * <pre>
 * offset  size  field             access   recovery
 *      0     8  WORD              cas      CallStates
 *      8     8  WAITS             release  ignored
 *     16     8  DEADLINE          plain    trusted
 *     24     8  ASKED_AT          plain    ignored
 *     32     8  REQUEST           cas      BlockStates
 *     40     4  REQUEST_SIZE      plain    trusted
 *     44     4  PADDING_0         -        ignored
 *     48   112  REQUEST_PAYLOAD   plain    trusted
 *    160    96  PADDING_1         -        ignored
 *    256     8  REPLY             cas      BlockStates
 *    264     4  REPLY_SIZE        plain    trusted
 *    268     4  PADDING_2         -        ignored
 *    272   112  REPLY_PAYLOAD     plain    trusted
 *    384        end
 * </pre>
 */
public final class CallLayout {
    public static final int WORD_OFFSET = 0;
    public static final int WAITS_OFFSET = WORD_OFFSET + 8;
    public static final int DEADLINE_OFFSET = WAITS_OFFSET + 8;
    public static final int ASKED_AT_OFFSET = DEADLINE_OFFSET + 8;
    public static final int REQUEST_OFFSET = ASKED_AT_OFFSET + 8;
    public static final int REQUEST_SIZE_OFFSET = REQUEST_OFFSET + 8;
    private static final int PADDING_0_OFFSET = REQUEST_SIZE_OFFSET + 4;
    public static final int REQUEST_PAYLOAD_OFFSET = PADDING_0_OFFSET + 4;

    public static final int PAYLOAD_BYTES = 112;

    private static final int PADDING_1_OFFSET = REQUEST_PAYLOAD_OFFSET + PAYLOAD_BYTES;
    public static final int REPLY_OFFSET = PADDING_1_OFFSET + 96;
    public static final int REPLY_SIZE_OFFSET = REPLY_OFFSET + 8;
    private static final int PADDING_2_OFFSET = REPLY_SIZE_OFFSET + 4;
    public static final int REPLY_PAYLOAD_OFFSET = PADDING_2_OFFSET + 4;

    public static final int LENGTH = REPLY_PAYLOAD_OFFSET + PAYLOAD_BYTES;

    /** In place of a size: what is asked or replied is the block in the cell. */
    public static final int IS_BLOCK = -1;

    public static final List<Field> FIELDS = List.of(
            new Field("WORD", WORD_OFFSET, 8),
            new Field("WAITS", WAITS_OFFSET, 8),
            new Field("DEADLINE", DEADLINE_OFFSET, 8),
            new Field("ASKED_AT", ASKED_AT_OFFSET, 8),
            new Field("REQUEST", REQUEST_OFFSET, 8),
            new Field("REQUEST_SIZE", REQUEST_SIZE_OFFSET, 4),
            new Field("PADDING_0", PADDING_0_OFFSET, 4),
            new Field("REQUEST_PAYLOAD", REQUEST_PAYLOAD_OFFSET, PAYLOAD_BYTES),
            new Field("PADDING_1", PADDING_1_OFFSET, 96),
            new Field("REPLY", REPLY_OFFSET, 8),
            new Field("REPLY_SIZE", REPLY_SIZE_OFFSET, 4),
            new Field("PADDING_2", PADDING_2_OFFSET, 4),
            new Field("REPLY_PAYLOAD", REPLY_PAYLOAD_OFFSET, PAYLOAD_BYTES));

    private CallLayout() {}
}
