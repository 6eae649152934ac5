package io.shm.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.SiteLayout;
import io.shm.memory.SharedMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The site table of a region: interned call sites, each with running totals.
 *
 * <p>A site's text is four little-endian ints, bytes of the class, the method and the file and the line, then the three
 * names in UTF-8. A whole stack is an entry too: the int -1, the number of its frames, and the id of each frame's site, all
 * ints. A table or text area that is full gives id 0, the unknown site, and counts how often.
 *
 * <p>Threads and processes: safe. A crash leaves at most one text that nobody uses.
 */
public final class Sites {
    private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);
    private static final int HEAD_BYTES = 16;
    /** In the place of the length of a class's name: the text is a stack. */
    private static final int STACK = -1;

    private static final int STACK_HEAD_BYTES = 8;

    private final SharedMemory memory;
    private final Texts texts;
    private final int count;
    /** Tells this table from any other of the JVM, for the cache in {@link Site}. */
    private final int number = NEXT_NUMBER.getAndIncrement();

    private final Map<Site, Integer> ids = new ConcurrentHashMap<>();

    public Sites(SharedMemory memory, RegionMap map) {
        this.memory = memory;
        this.count = map.siteCount();
        this.texts = new Texts(memory, map, map.siteAt(0), count, SiteLayout.LENGTH);
    }

    /** The site's id in this region, interned if it is new; 0 where there is no room. */
    public int idOf(Site site) {
        long cached = site.cached;
        return (int) (cached >>> 32) == number ? (int) cached : lookUp(site);
    }

    /** The site of an id; {@link Site#UNKNOWN} for 0 and for whatever cannot be read. */
    public Site get(int id) {
        byte[] text = texts.get(id);
        return text == null ? Site.UNKNOWN : decode(text);
    }

    /** The id of a whole stack, the innermost frame first, interned if it is new; 0 where there is no room. */
    int idOfStack(List<Site> frames) {
        ByteBuffer text = ByteBuffer.allocate(STACK_HEAD_BYTES + 4 * frames.size())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(STACK)
                .putInt(frames.size());
        frames.forEach(frame -> text.putInt(idOf(frame)));
        return texts.intern(text.array());
    }

    /** Whether a stack and its frames would leave enough for the sites to come. */
    boolean hasRoomForStacks() {
        return !texts.isHalfUsed();
    }

    /** The frames of a stack, the innermost first; none for whatever is no stack. */
    public List<Site> stack(int id) {
        byte[] text = id == 0 ? null : texts.get(id);
        return text == null
                ? List.of()
                : Arrays.stream(framesOf(text)).mapToObj(this::get).toList();
    }

    /** The ids in the text of a stack; none if it is not one. */
    private static int[] framesOf(byte[] text) {
        ByteBuffer buffer = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
        if (text.length < STACK_HEAD_BYTES || buffer.getInt() != STACK || buffer.getInt() * 4L != buffer.remaining()) {
            return new int[0];
        }
        int[] frames = new int[buffer.remaining() / 4];
        buffer.asIntBuffer().get(frames);
        return frames;
    }

    /** What is wrong with an entry of the table, in words; null where nothing is. */
    @SuppressWarnings("ReferenceEquality") // that very object is the answer to what is no site
    public String problem(int id) {
        String problem = texts.problem(id);
        if (problem != null || id == 0) {
            return problem;
        }
        byte[] text = texts.get(id);
        boolean whole =
                text == null || text.length == 0 || !decode(text).equals(Site.UNKNOWN) || framesOf(text).length > 0;
        return whole ? null : "the text is no site";
    }

    public long wordOf(int id) {
        return texts.wordOf(id);
    }

    /** How far the text area is used by an entry. */
    public long endOf(int id) {
        return texts.endOf(id);
    }

    /** For an entry whose text is lost: records go on to name it, and it is an unknown site. False if it has changed. */
    public boolean forget(int id, long seen) {
        return texts.forget(id, seen);
    }

    public int count() {
        return count;
    }

    private int lookUp(Site site) {
        int id = site.equals(Site.UNKNOWN) ? 0 : ids.computeIfAbsent(site, this::intern);
        site.cached = ((long) number << 32) | id;
        return id;
    }

    private int intern(Site site) {
        int id = texts.intern(encode(site));
        if (id == 0) {
            memory.getAndAddLong(HeaderLayout.SITES_DROPPED_OFFSET, 1);
        }
        return id;
    }

    private static byte[] encode(Site site) {
        byte[] className = site.className().getBytes(UTF_8);
        byte[] method = site.method().getBytes(UTF_8);
        byte[] file = site.file().getBytes(UTF_8);
        return ByteBuffer.allocate(HEAD_BYTES + className.length + method.length + file.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(className.length)
                .putInt(method.length)
                .putInt(file.length)
                .putInt(site.line())
                .put(className)
                .put(method)
                .put(file)
                .array();
    }

    private static Site decode(byte[] text) {
        if (text.length < HEAD_BYTES) {
            return Site.UNKNOWN;
        }
        ByteBuffer buffer = ByteBuffer.wrap(text).order(ByteOrder.LITTLE_ENDIAN);
        int classBytes = buffer.getInt();
        int methodBytes = buffer.getInt();
        int fileBytes = buffer.getInt();
        int line = buffer.getInt();
        if ((classBytes | methodBytes | fileBytes) < 0
                || (long) classBytes + methodBytes + fileBytes != buffer.remaining()) {
            return Site.UNKNOWN;
        }
        int methodFrom = HEAD_BYTES + classBytes;
        int fileFrom = methodFrom + methodBytes;
        return Site.of(
                new String(text, HEAD_BYTES, classBytes, UTF_8),
                new String(text, methodFrom, methodBytes, UTF_8),
                new String(text, fileFrom, fileBytes, UTF_8),
                line);
    }
}
