package io.shm.cli.render;

import io.shm.inspect.Extent;

/** What a map shows in the same way: how much of it there is, and in which characters. */
public final class MapGroup {
    private static final String EIGHTHS = "-▁▂▃▄▅▆▇█";
    private static final String QUARTERS = "○◔◑◕●";

    private final String name;
    /** Orders the legend. */
    private final long rank;

    private final boolean hasBlocks;
    private final long[] bytesOfCell;
    private final long[] usedOfCell;
    /** From nothing in use to all; one character where that makes no difference. */
    private String signs;

    private Paint paint;
    private long bytes;
    private long slabs;
    private long blocks;
    private long capacity;
    private long live;

    MapGroup(String name, long rank, boolean hasBlocks, String signs, Paint paint, int cells) {
        this.name = name;
        this.rank = rank;
        this.hasBlocks = hasBlocks;
        this.signs = signs;
        this.paint = paint;
        this.bytesOfCell = new long[cells];
        this.usedOfCell = new long[cells];
    }

    static String eighths() {
        return EIGHTHS;
    }

    static String quarters() {
        return QUARTERS;
    }

    void add(Extent extent) {
        bytes += extent.bytes();
        slabs += extent.slabs();
        blocks += extent.blocks();
        capacity += extent.capacity();
        live += extent.live();
    }

    void addTo(int cell, long length, double use) {
        bytesOfCell[cell] += length;
        usedOfCell[cell] += Math.round(length * use);
    }

    /** How much of a cell it has; what is in use weighs more, so that it is not lost in the free around it. */
    long weightIn(int cell) {
        return bytesOfCell[cell] + (name.equals(MapPicture.FREE) ? 0 : bytesOfCell[cell] * 3);
    }

    /** The character of a cell: nothing in use, the first; the smallest bit in use, the second. */
    char signIn(int cell, long cellBytes) {
        if (signs.length() == 1) {
            return signs.charAt(0);
        }
        long used = usedOfCell[cell];
        if (used == 0) {
            return signs.charAt(0);
        }
        int steps = signs.length() - 1;
        return signs.charAt((int) Math.max(1, Math.min(steps, Math.round((double) used * steps / cellBytes))));
    }

    void letter(char letter, Paint colour) {
        signs = String.valueOf(letter);
        paint = colour;
    }

    boolean wantsLetter() {
        return signs.isEmpty();
    }

    /** For the legend: the character, or those from the first to the last. */
    public String signs() {
        return signs.length() <= 1 ? signs : signs.charAt(1) + ".." + signs.charAt(signs.length() - 1);
    }

    public String name() {
        return name;
    }

    public long rank() {
        return rank;
    }

    public Paint paint() {
        return paint;
    }

    public boolean hasBlocks() {
        return hasBlocks;
    }

    public long bytes() {
        return bytes;
    }

    public long slabs() {
        return slabs;
    }

    public long blocks() {
        return blocks;
    }

    public long capacity() {
        return capacity;
    }

    public long live() {
        return live;
    }
}
