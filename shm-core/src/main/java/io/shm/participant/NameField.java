package io.shm.participant;

import io.shm.memory.SharedMemory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A process name in a field of fixed length, in UTF-8. */
final class NameField {
    static final int BYTES = 64;

    /** The name's bytes, cut before the character that would not fit. */
    static byte[] encode(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= BYTES) {
            return bytes;
        }
        int end = BYTES;
        while ((bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    static void write(SharedMemory memory, long lengthAt, long nameAt, byte[] name) {
        memory.putLong(lengthAt, name.length);
        memory.putBytes(nameAt, name, 0, name.length);
    }

    /** Whatever the length says, only the field itself is read. */
    static String read(SharedMemory memory, long lengthAt, long nameAt) {
        byte[] name = new byte[(int) Math.max(0, Math.min(BYTES, memory.getLong(lengthAt)))];
        memory.getBytes(nameAt, name, 0, name.length);
        return new String(name, StandardCharsets.UTF_8);
    }

    private NameField() {}
}
