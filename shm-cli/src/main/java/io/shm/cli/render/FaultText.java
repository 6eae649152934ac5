package io.shm.cli.render;

import io.shm.inspect.FaultRow;
import io.shm.inspect.ProcessInfo;
import io.shm.inspect.TraceInfo;
import java.io.IOException;

/** Faults for people: a few lines each, what happened, and who did what and when. */
public final class FaultText {
    private static final String INDENT = "  ";
    private static final int LABEL = 11;

    private final Appendable to;
    private final Look look;

    public FaultText(Appendable to, Look look) {
        this.to = to;
        this.look = look;
    }

    /** @param number of the fault in the log, from 1 on, as other reports refer to it */
    public void write(int number, FaultRow fault) throws IOException {
        StringBuilder head = new StringBuilder();
        head.append(number).append("  ").append(look.paint(fault.isFault() ? Paint.BAD : Paint.WARN, fault.kind()));
        if (fault.count() != 1) {
            head.append("  ").append(Numbers.grouped(fault.count())).append(" times");
        }
        String what = what(fault);
        if (!what.isEmpty()) {
            head.append("  ").append(what);
        }
        if (!fault.tag().isEmpty()) {
            head.append(", tag ").append(Text.safe(fault.tag()));
        }
        to.append(head).append('\n');
        trace("by", fault.by());
        trace(otherLabel(fault), fault.other());
        trace("allocated", fault.allocated());
        if (fault.secondOffset() != 0) {
            trace(secondLabel(fault), fault.secondAllocated());
        }
        if (fault.found().length > 0) {
            line("found", bytes(fault.found()) + " at " + Numbers.hex(fault.foundAt()) + where(fault));
        }
        if (fault.count() > 1 && fault.last() != null) {
            line("last", look.age(fault.last()) + " ago");
        }
    }

    private static String what(FaultRow fault) {
        return switch (fault.kind()) {
            case "budget" ->
                Numbers.sizeInWords(fault.size()) + " would make " + Numbers.sizeInWords(fault.observed())
                        + " of a budget of " + Numbers.sizeInWords(fault.expected());
            case "wrong-pool" ->
                Numbers.sizeInWords(fault.size()) + " of a pool whose blocks have at most "
                        + Numbers.sizeInWords(fault.expected());
            case "index" -> "index " + fault.observed() + " of an array of " + Numbers.grouped(fault.expected());
            case "damaged-record" ->
                "at " + Numbers.hex(fault.offset()) + ", observed " + Numbers.hex(fault.observed());
            case "reclaimed", "left-behind" ->
                Numbers.counted(fault.blocks(), "block") + ", " + Numbers.sizeInWords(fault.bytes());
            case "lock-lost" -> "";
            default -> block(fault);
        };
    }

    private static String block(FaultRow fault) {
        if (fault.offset() == 0 && fault.size() != 0) {
            return Numbers.sizeInWords(fault.size()) + ", in space that was given back since";
        }
        if (fault.offset() == 0) {
            return fault.handle() == 0 ? "" : "handle " + Numbers.hex(fault.handle()) + " names no block";
        }
        if (fault.size() == 0) {
            return "handle " + Numbers.hex(fault.handle()) + " names a place that is used again, at "
                    + Numbers.hex(fault.offset());
        }
        String cell = fault.cell() == 0 ? "" : ", cell " + Numbers.hex(fault.cell());
        return Numbers.sizeInWords(fault.size()) + " at " + Numbers.hex(fault.offset()) + cell;
    }

    private static String otherLabel(FaultRow fault) {
        if (fault.kind().equals("overwritten-ref")) {
            return "over by";
        }
        String action = fault.other() == null ? "" : fault.other().action();
        return action.isEmpty() ? "before" : action;
    }

    private static String secondLabel(FaultRow fault) {
        return switch (fault.kind()) {
            case "stale-handle", "double-free" -> "now there";
            case "overwritten-ref" -> "now in it";
            default -> "neighbour";
        };
    }

    private void trace(String label, TraceInfo trace) throws IOException {
        if (trace == null) {
            return;
        }
        String ago = trace.time() == null ? "" : look.age(trace.time()) + " ago by ";
        ProcessInfo process = trace.process();
        String site = trace.site().className().isEmpty()
                ? ""
                : "  " + look.paint(Paint.PLAIN, Text.safe(trace.site().toString()));
        line(label, ago + Owners.inWords(process) + site);
    }

    private static String where(FaultRow fault) {
        long right = fault.foundAt() - fault.offset() - fault.size();
        if (fault.kind().equals("overrun") && right >= 0) {
            return right == 0 ? ", right behind the block" : ", " + Numbers.sizeInWords(right) + " behind the block";
        }
        return fault.kind().equals("underrun") ? ", right before the block" : "";
    }

    private static String bytes(byte[] found) {
        StringBuilder text = new StringBuilder(found.length * 4);
        for (byte b : found) {
            text.append(text.length() == 0 ? "" : " ");
            Text.hex(b & 0xff, 2, text);
        }
        text.append("  |");
        for (byte b : found) {
            text.append(b >= 0x20 && b < 0x7f ? (char) b : '.');
        }
        return text.append('|').toString();
    }

    private void line(String label, String text) throws IOException {
        to.append(INDENT).append(label);
        for (int i = label.length(); i < LABEL; i++) {
            to.append(' ');
        }
        to.append(text).append('\n');
    }
}
