package io.shm.cli.export;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes the fields of one protobuf message: all that a profile needs of the encoding, and no library for it. */
final class ProtobufWriter {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Left out where it is 0, as the format's third version does. */
    ProtobufWriter number(int field, long value) {
        if (value != 0) {
            varint(((long) field << 3) | VARINT);
            varint(value);
        }
        return this;
    }

    ProtobufWriter text(int field, String text) {
        return delimited(field, text.getBytes(StandardCharsets.UTF_8));
    }

    ProtobufWriter message(int field, ProtobufWriter message) {
        return delimited(field, message.toByteArray());
    }

    ProtobufWriter packed(int field, List<Long> values) {
        ProtobufWriter packed = new ProtobufWriter();
        values.forEach(packed::varint);
        return message(field, packed);
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private ProtobufWriter delimited(int field, byte[] content) {
        varint(((long) field << 3) | LENGTH_DELIMITED);
        varint(content.length);
        bytes.writeBytes(content);
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}
