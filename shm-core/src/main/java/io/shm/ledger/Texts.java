package io.shm.ledger;

import io.shm.layout.HeaderLayout;
import io.shm.layout.RegionMap;
import io.shm.layout.TextWord;
import io.shm.memory.SharedMemory;

/**
 * A table of interned texts: each distinct text has one entry, whose index never changes.
 *
 * <p>An open-addressed hash table that only grows. A text's bytes are appended to the text area, then one CAS of an
 * entry's word from 0 publishes them. Two processes that intern one text at once get the same index.
 *
 * <p>Threads and processes: safe. A crash before the CAS leaves bytes of the text area that nobody uses, no more than
 * one text for each death.
 */
final class Texts {
    /** Nothing longer is stored; names in practice have a few hundred bytes. */
    static final int MAX_BYTES = 32 << 10;

    private final SharedMemory memory;
    private final RegionMap map;
    private final long tableAt;
    private final int count;
    private final int entryBytes;

    Texts(SharedMemory memory, RegionMap map, long tableAt, int count, int entryBytes) {
        this.memory = memory;
        this.map = map;
        this.tableAt = tableAt;
        this.count = count;
        this.entryBytes = entryBytes;
    }

    /** The text's index, or 0 where it is not interned and there is no room for it. */
    int intern(byte[] text) {
        long hash = hash(text);
        long published = 0;
        int index = first(hash);
        for (int probes = 1; probes < count; probes++) {
            long entryAt = tableAt + (long) index * entryBytes;
            long word = memory.getLongAcquire(entryAt);
            if (word == 0) {
                if (published == 0) {
                    published = append(text, hash);
                    if (published == 0) {
                        return 0;
                    }
                }
                if (memory.compareAndSetLong(entryAt, 0, published)) {
                    return index;
                }
                word = memory.getLongAcquire(entryAt);
            }
            if (TextWord.mayBe(word, hash) && isText(word, text)) {
                return index;
            }
            index = index + 1 == count ? 1 : index + 1;
        }
        return 0;
    }

    /** The index of a text that is interned; 0 where it is not. Changes nothing. */
    int find(byte[] text) {
        long hash = hash(text);
        int index = first(hash);
        for (int probes = 1; probes < count; probes++) {
            long word = memory.getLongAcquire(tableAt + (long) index * entryBytes);
            if (word == 0) {
                return 0;
            }
            if (TextWord.mayBe(word, hash) && isText(word, text)) {
                return index;
            }
            index = index + 1 == count ? 1 : index + 1;
        }
        return 0;
    }

    /** The text of an index; null where there is none, or its word or length is damaged. */
    byte[] get(int index) {
        if (index <= 0 || index >= count) {
            return null;
        }
        long word = memory.getLongAcquire(tableAt + (long) index * entryBytes);
        long at = bytesAt(word);
        if (at < 0) {
            return null;
        }
        byte[] text = new byte[memory.getInt(at)];
        memory.getBytes(at + 8, text, 0, text.length);
        return text;
    }

    /** Whether half of the entries or of the text area are used. Looks at all entries: for rare occasions. */
    boolean isHalfUsed() {
        if (memory.getLongVolatile(HeaderLayout.NEXT_TEXT_OFFSET) > map.textBytes() / 2) {
            return true;
        }
        int used = 0;
        for (int index = 1; index < count; index++) {
            used += wordOf(index) == 0 ? 0 : 1;
        }
        return used > count / 2;
    }

    /** What is wrong with an entry, in words; null where nothing is. */
    String problem(int index) {
        long word = wordOf(index);
        if (word == 0) {
            return null;
        }
        if (index == 0) {
            return "the first entry has no text";
        }
        long at = bytesAt(word);
        if (at < 0) {
            return "it leads to no text";
        }
        byte[] text = get(index);
        if (text == null || text.length == 0) {
            return null;
        }
        long hash = hash(text);
        if (!TextWord.mayBe(word, hash)) {
            return "the text is not the one of this word";
        }
        for (int i = first(hash); i != index; i = i + 1 == count ? 1 : i + 1) {
            if (wordOf(i) == 0) {
                return "who looks for the text does not come by here";
            }
        }
        return null;
    }

    long wordOf(int index) {
        return memory.getLongAcquire(tableAt + (long) index * entryBytes);
    }

    /** Bytes of the text area up to the end of an entry's text; 0 where it has none. */
    long endOf(int index) {
        long word = wordOf(index);
        long at = word == 0 ? -1 : bytesAt(word);
        return at < 0 ? 0 : at - map.textsAt() + ((8L + memory.getInt(at) + 7) & -8L);
    }

    /**
     * Gives an entry whose text is lost an empty one: it keeps its index, which records name, and no new text can take it.
     * By whoever repairs.
     *
     * <p>Dies after the text is appended: 8 bytes that nobody uses.
     *
     * @return false where the word is another by now, or there is no room for 8 bytes
     */
    boolean forget(int index, long seen) {
        long entryAt = tableAt + (long) index * entryBytes;
        if (index == 0) {
            return memory.compareAndSetLong(entryAt, seen, 0);
        }
        byte[] none = {};
        long word = append(none, 0);
        return word != 0 && memory.compareAndSetLong(entryAt, seen, word);
    }

    private boolean isText(long word, byte[] text) {
        long at = bytesAt(word);
        if (at < 0 || memory.getInt(at) != text.length) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (memory.getByte(at + 8 + i) != text[i]) {
                return false;
            }
        }
        return true;
    }

    /** Where the text's length lies, or -1 if the word or the length cannot be. */
    private long bytesAt(long word) {
        if (!TextWord.isValid(word)) {
            return -1;
        }
        long offset = TextWord.offset(word);
        if (offset > map.textBytes() - 8) {
            return -1;
        }
        int length = memory.getInt(map.textsAt() + offset);
        return length < 0 || length > MAX_BYTES || length > map.textBytes() - 8 - offset ? -1 : map.textsAt() + offset;
    }

    private long append(byte[] text, long hash) {
        long needed = (8L + text.length + 7) & -8L;
        if (text.length > MAX_BYTES) {
            return 0;
        }
        long offset;
        do {
            offset = memory.getLongVolatile(HeaderLayout.NEXT_TEXT_OFFSET);
            if (offset < 0 || (offset & 7) != 0 || offset > map.textBytes() - needed) {
                return 0;
            }
        } while (!memory.compareAndSetLong(HeaderLayout.NEXT_TEXT_OFFSET, offset, offset + needed));
        memory.putInt(map.textsAt() + offset, text.length);
        memory.putBytes(map.textsAt() + offset + 8, text, 0, text.length);
        return TextWord.pack(hash, offset);
    }

    private int first(long hash) {
        return 1 + (int) Long.remainderUnsigned(hash, count - 1);
    }

    /** FNV-1a of 64 bits, finished with a multiplication so that the high bits are as good as the low ones. */
    private static long hash(byte[] text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        return hash * 0x9E3779B97F4A7C15L;
    }
}
