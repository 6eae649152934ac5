package io.shm.examples.parentchild;

import io.shm.heap.Block;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Where an order has its fields in a block; they are read and written in place. */
final class Order {
    private static final int ID = 0;
    private static final int QUANTITY = 8;
    private static final int CENTS = 16;
    private static final int SYMBOL = 24;
    private static final int SYMBOL_BYTES = 8;
    static final int BYTES = SYMBOL + SYMBOL_BYTES;

    private Order() {}

    static void write(Block block, long id, long quantity, long cents, String symbol) {
        block.putLong(ID, id);
        block.putLong(QUANTITY, quantity);
        block.putLong(CENTS, cents);
        byte[] padded = String.format(Locale.ROOT, "%-8.8s", symbol).getBytes(StandardCharsets.US_ASCII);
        block.putBytes(SYMBOL, padded, 0, SYMBOL_BYTES);
    }

    static long id(Block block) {
        return block.getLong(ID);
    }

    static long quantity(Block block) {
        return block.getLong(QUANTITY);
    }

    static long cents(Block block) {
        return block.getLong(CENTS);
    }

    static String symbol(Block block) {
        byte[] bytes = new byte[SYMBOL_BYTES];
        block.getBytes(SYMBOL, bytes, 0, SYMBOL_BYTES);
        return new String(bytes, StandardCharsets.US_ASCII).strip();
    }
}
