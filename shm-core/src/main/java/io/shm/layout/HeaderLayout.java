package io.shm.layout;

import java.util.List;

/**
 * Byte layout of a region's first page. Everything before {@code GENERATION} is written once, before the region
 * appears, and what lies before {@code CHECKSUM} is covered by it; what follows changes and has cache lines of its own.
 *
 * <p>{@code CREATED_AT} is in milliseconds of the epoch; {@code CLOCK}, for milliseconds since then, is not written yet.
 * {@code PRESSURE} counts allocations that found no room: each process then gives back what its idle threads keep.
 *
 * <pre>
 * offset  size  field              access   recovery
 *      0     8  MAGIC              plain    trusted
 *      8     4  FORMAT             plain    trusted
 *     12     4  FEATURES           plain    trusted
 *     16     8  REGION_ID_HIGH     plain    trusted
 *     24     8  REGION_ID_LOW      plain    trusted
 *     32     8  REQUESTED_SIZE     plain    trusted
 *     40     8  MAPPED_SIZE        plain    trusted
 *     48     8  MAXIMUM_SIZE       plain    trusted
 *     56     8  CREATED_AT         plain    trusted
 *     64     4  CREATOR_PID        plain    ignored
 *     68     4  CREATOR_UID        plain    ignored
 *     72     8  CREATOR_TICKS      plain    ignored
 *     80     8  CREATOR_NAMESPACE  plain    ignored
 *     88     8  BOOT_ID_HIGH       plain    ignored
 *     96     8  BOOT_ID_LOW        plain    ignored
 *    104     8  LOCK_INODE         plain    trusted
 *    112     4  KIND               plain    trusted
 *    116     4  MODE               plain    trusted
 *    120     4  POLICY             plain    trusted
 *    124     4  OPTIONS            plain    trusted
 *    128     4  HISTORY_COUNT      plain    trusted
 *    132     4  ROOT_COUNT         plain    trusted
 *    136     4  TAG_COUNT          plain    trusted
 *    140     4  SITE_COUNT         plain    trusted
 *    144     4  POOL_COUNT         plain    trusted
 *    148     4  FAULT_COUNT        plain    trusted
 *    152     4  SLAB_LIMIT         plain    trusted
 *    156     4  PARTICIPANT_COUNT  plain    trusted
 *    160     8  TEXT_BYTES         plain    trusted
 *    168     8  SLABS_AT           plain    trusted
 *    176     8  CHECKSUM           plain    trusted
 *    184   840  RESERVED           -        ignored
 *   1024     8  GENERATION         cas      rebuilt
 *   1032   120  LINE_PADDING_0     -        ignored
 *   1152     8  CLOCK              cas      ignored
 *   1160   120  LINE_PADDING_1     -        ignored
 *   1280     8  SLAB_COUNT         cas      SlabCount
 *   1288   120  LINE_PADDING_2     -        ignored
 *   1408     8  NEXT_PROCESS       cas      trusted
 *   1416   120  LINE_PADDING_3     -        ignored
 *   1536     8  NEXT_TEXT          cas      trusted
 *   1544   120  LINE_PADDING_4     -        ignored
 *   1664     8  FAULT_HEAD         cas      trusted
 *   1672     8  FAULTS_DROPPED     cas      ignored
 *   1680   112  LINE_PADDING_5     -        ignored
 *   1792     8  LEVEL              release  trusted
 *   1800   120  LINE_PADDING_6     -        ignored
 *   1920     8  SITES_DROPPED      cas      ignored
 *   1928   120  LINE_PADDING_7     -        ignored
 *   2048     8  PRESSURE           cas      ignored
 *   2056   120  LINE_PADDING_8     -        ignored
 *   2176  1920  TAIL_PADDING       -        ignored
 *   4096        end
 * </pre>
 */
public final class HeaderLayout {
    public static final int MAGIC_OFFSET = 0;
    public static final int FORMAT_OFFSET = MAGIC_OFFSET + 8;
    public static final int FEATURES_OFFSET = FORMAT_OFFSET + 4;
    public static final int REGION_ID_HIGH_OFFSET = FEATURES_OFFSET + 4;
    public static final int REGION_ID_LOW_OFFSET = REGION_ID_HIGH_OFFSET + 8;
    public static final int REQUESTED_SIZE_OFFSET = REGION_ID_LOW_OFFSET + 8;
    public static final int MAPPED_SIZE_OFFSET = REQUESTED_SIZE_OFFSET + 8;
    public static final int MAXIMUM_SIZE_OFFSET = MAPPED_SIZE_OFFSET + 8;
    public static final int CREATED_AT_OFFSET = MAXIMUM_SIZE_OFFSET + 8;
    public static final int CREATOR_PID_OFFSET = CREATED_AT_OFFSET + 8;
    public static final int CREATOR_UID_OFFSET = CREATOR_PID_OFFSET + 4;
    public static final int CREATOR_TICKS_OFFSET = CREATOR_UID_OFFSET + 4;
    public static final int CREATOR_NAMESPACE_OFFSET = CREATOR_TICKS_OFFSET + 8;
    public static final int BOOT_ID_HIGH_OFFSET = CREATOR_NAMESPACE_OFFSET + 8;
    public static final int BOOT_ID_LOW_OFFSET = BOOT_ID_HIGH_OFFSET + 8;
    public static final int LOCK_INODE_OFFSET = BOOT_ID_LOW_OFFSET + 8;
    public static final int KIND_OFFSET = LOCK_INODE_OFFSET + 8;
    public static final int MODE_OFFSET = KIND_OFFSET + 4;
    public static final int POLICY_OFFSET = MODE_OFFSET + 4;
    public static final int OPTIONS_OFFSET = POLICY_OFFSET + 4;
    public static final int HISTORY_COUNT_OFFSET = OPTIONS_OFFSET + 4;
    public static final int ROOT_COUNT_OFFSET = HISTORY_COUNT_OFFSET + 4;
    public static final int TAG_COUNT_OFFSET = ROOT_COUNT_OFFSET + 4;
    public static final int SITE_COUNT_OFFSET = TAG_COUNT_OFFSET + 4;
    public static final int POOL_COUNT_OFFSET = SITE_COUNT_OFFSET + 4;
    public static final int FAULT_COUNT_OFFSET = POOL_COUNT_OFFSET + 4;
    public static final int SLAB_LIMIT_OFFSET = FAULT_COUNT_OFFSET + 4;
    public static final int PARTICIPANT_COUNT_OFFSET = SLAB_LIMIT_OFFSET + 4;
    public static final int TEXT_BYTES_OFFSET = PARTICIPANT_COUNT_OFFSET + 4;
    public static final int SLABS_AT_OFFSET = TEXT_BYTES_OFFSET + 8;
    public static final int CHECKSUM_OFFSET = SLABS_AT_OFFSET + 8;
    private static final int RESERVED_OFFSET = CHECKSUM_OFFSET + 8;
    public static final int GENERATION_OFFSET = RESERVED_OFFSET + 840;
    private static final int LINE_PADDING_0_OFFSET = GENERATION_OFFSET + 8;
    public static final int CLOCK_OFFSET = LINE_PADDING_0_OFFSET + 120;
    private static final int LINE_PADDING_1_OFFSET = CLOCK_OFFSET + 8;
    public static final int SLAB_COUNT_OFFSET = LINE_PADDING_1_OFFSET + 120;
    private static final int LINE_PADDING_2_OFFSET = SLAB_COUNT_OFFSET + 8;
    public static final int NEXT_PROCESS_OFFSET = LINE_PADDING_2_OFFSET + 120;
    private static final int LINE_PADDING_3_OFFSET = NEXT_PROCESS_OFFSET + 8;
    public static final int NEXT_TEXT_OFFSET = LINE_PADDING_3_OFFSET + 120;
    private static final int LINE_PADDING_4_OFFSET = NEXT_TEXT_OFFSET + 8;
    public static final int FAULT_HEAD_OFFSET = LINE_PADDING_4_OFFSET + 120;
    public static final int FAULTS_DROPPED_OFFSET = FAULT_HEAD_OFFSET + 8;
    private static final int LINE_PADDING_5_OFFSET = FAULTS_DROPPED_OFFSET + 8;
    public static final int LEVEL_OFFSET = LINE_PADDING_5_OFFSET + 112;
    private static final int LINE_PADDING_6_OFFSET = LEVEL_OFFSET + 8;
    public static final int SITES_DROPPED_OFFSET = LINE_PADDING_6_OFFSET + 120;
    private static final int LINE_PADDING_7_OFFSET = SITES_DROPPED_OFFSET + 8;
    public static final int PRESSURE_OFFSET = LINE_PADDING_7_OFFSET + 120;
    private static final int LINE_PADDING_8_OFFSET = PRESSURE_OFFSET + 8;
    private static final int TAIL_PADDING_OFFSET = LINE_PADDING_8_OFFSET + 120;

    public static final int LENGTH = TAIL_PADDING_OFFSET + 1920;

    public static final List<Field> FIELDS = List.of(
            new Field("MAGIC", MAGIC_OFFSET, 8),
            new Field("FORMAT", FORMAT_OFFSET, 4),
            new Field("FEATURES", FEATURES_OFFSET, 4),
            new Field("REGION_ID_HIGH", REGION_ID_HIGH_OFFSET, 8),
            new Field("REGION_ID_LOW", REGION_ID_LOW_OFFSET, 8),
            new Field("REQUESTED_SIZE", REQUESTED_SIZE_OFFSET, 8),
            new Field("MAPPED_SIZE", MAPPED_SIZE_OFFSET, 8),
            new Field("MAXIMUM_SIZE", MAXIMUM_SIZE_OFFSET, 8),
            new Field("CREATED_AT", CREATED_AT_OFFSET, 8),
            new Field("CREATOR_PID", CREATOR_PID_OFFSET, 4),
            new Field("CREATOR_UID", CREATOR_UID_OFFSET, 4),
            new Field("CREATOR_TICKS", CREATOR_TICKS_OFFSET, 8),
            new Field("CREATOR_NAMESPACE", CREATOR_NAMESPACE_OFFSET, 8),
            new Field("BOOT_ID_HIGH", BOOT_ID_HIGH_OFFSET, 8),
            new Field("BOOT_ID_LOW", BOOT_ID_LOW_OFFSET, 8),
            new Field("LOCK_INODE", LOCK_INODE_OFFSET, 8),
            new Field("KIND", KIND_OFFSET, 4),
            new Field("MODE", MODE_OFFSET, 4),
            new Field("POLICY", POLICY_OFFSET, 4),
            new Field("OPTIONS", OPTIONS_OFFSET, 4),
            new Field("HISTORY_COUNT", HISTORY_COUNT_OFFSET, 4),
            new Field("ROOT_COUNT", ROOT_COUNT_OFFSET, 4),
            new Field("TAG_COUNT", TAG_COUNT_OFFSET, 4),
            new Field("SITE_COUNT", SITE_COUNT_OFFSET, 4),
            new Field("POOL_COUNT", POOL_COUNT_OFFSET, 4),
            new Field("FAULT_COUNT", FAULT_COUNT_OFFSET, 4),
            new Field("SLAB_LIMIT", SLAB_LIMIT_OFFSET, 4),
            new Field("PARTICIPANT_COUNT", PARTICIPANT_COUNT_OFFSET, 4),
            new Field("TEXT_BYTES", TEXT_BYTES_OFFSET, 8),
            new Field("SLABS_AT", SLABS_AT_OFFSET, 8),
            new Field("CHECKSUM", CHECKSUM_OFFSET, 8),
            new Field("RESERVED", RESERVED_OFFSET, 840),
            new Field("GENERATION", GENERATION_OFFSET, 8),
            new Field("LINE_PADDING_0", LINE_PADDING_0_OFFSET, 120),
            new Field("CLOCK", CLOCK_OFFSET, 8),
            new Field("LINE_PADDING_1", LINE_PADDING_1_OFFSET, 120),
            new Field("SLAB_COUNT", SLAB_COUNT_OFFSET, 8),
            new Field("LINE_PADDING_2", LINE_PADDING_2_OFFSET, 120),
            new Field("NEXT_PROCESS", NEXT_PROCESS_OFFSET, 8),
            new Field("LINE_PADDING_3", LINE_PADDING_3_OFFSET, 120),
            new Field("NEXT_TEXT", NEXT_TEXT_OFFSET, 8),
            new Field("LINE_PADDING_4", LINE_PADDING_4_OFFSET, 120),
            new Field("FAULT_HEAD", FAULT_HEAD_OFFSET, 8),
            new Field("FAULTS_DROPPED", FAULTS_DROPPED_OFFSET, 8),
            new Field("LINE_PADDING_5", LINE_PADDING_5_OFFSET, 112),
            new Field("LEVEL", LEVEL_OFFSET, 8),
            new Field("LINE_PADDING_6", LINE_PADDING_6_OFFSET, 120),
            new Field("SITES_DROPPED", SITES_DROPPED_OFFSET, 8),
            new Field("LINE_PADDING_7", LINE_PADDING_7_OFFSET, 120),
            new Field("PRESSURE", PRESSURE_OFFSET, 8),
            new Field("LINE_PADDING_8", LINE_PADDING_8_OFFSET, 120),
            new Field("TAIL_PADDING", TAIL_PADDING_OFFSET, 1920));

    private HeaderLayout() {}

    /** The first eight bytes of every region: {@code SHMREGN} and a NUL. */
    public static final long MAGIC = 0x004e474552_4d4853L;

    public static final int FORMAT = 1;

    /** How much of the header the checksum covers. */
    public static final int CHECKED_LENGTH = CHECKSUM_OFFSET;
}
