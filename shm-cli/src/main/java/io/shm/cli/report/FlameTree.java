package io.shm.cli.report;

import io.shm.cli.export.Frames;
import io.shm.cli.render.Json;
import io.shm.cli.render.Text;
import io.shm.inspect.BlockRow;
import io.shm.inspect.SiteInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is in use as a tree: process, tag, and the code from the outside in. A block without a stack has its site's
 * package, class, and method with line.
 */
final class FlameTree {
    /** A frame that has less of the whole is left out of the page. */
    private static final double SMALLEST_PART = 1.0 / 4000;

    private static final int MOST_DEPTH = 100;

    /** A frame and what hangs below it. */
    private static final class Node {
        private final String name;
        private final char kind;
        private long bytes;
        private long blocks;
        private Map<String, Node> inner = Map.of();

        Node(String name, char kind) {
            this.name = name;
            this.kind = kind;
        }

        Node inner(String frame, char innerKind) {
            if (inner.isEmpty()) {
                inner = new LinkedHashMap<>(4);
            }
            return inner.computeIfAbsent(frame, name -> new Node(name, innerKind));
        }
    }

    private final Node root = new Node("all blocks in use", 'r');

    void add(BlockRow block) {
        Node node = count(root, block);
        node = count(node.inner(Frames.process(block), 'p'), block);
        node = count(node.inner(block.tag().isEmpty() ? "(general)" : Text.safe(block.tag()), 't'), block);
        for (String frame : frames(block)) {
            node = count(node.inner(frame, 'c'), block);
        }
    }

    private static Node count(Node node, BlockRow block) {
        node.blocks++;
        node.bytes += block.size();
        return node;
    }

    private static List<String> frames(BlockRow block) {
        List<String> frames = new ArrayList<>();
        if (block.stack().isEmpty()) {
            SiteInfo site = block.site();
            int dot = site.className().lastIndexOf('.');
            if (dot > 0) {
                frames.add(Text.safe(site.className().substring(0, dot)));
            }
            String line = site.line() > 0 ? ":" + site.line() : "";
            frames.add(
                    site.className().isEmpty()
                            ? "(unknown)"
                            : Text.safe(site.className().substring(dot + 1)
                                    + (site.method().isEmpty() ? "" : "." + site.method())
                                    + line));
        } else {
            List<SiteInfo> stack = block.stack();
            for (int i = Math.min(stack.size(), MOST_DEPTH) - 1; i >= 0; i--) {
                frames.add(Frames.text(stack.get(i)));
            }
        }
        return frames;
    }

    /** As the page's script reads it: {@code [kind, name, bytes, blocks, [inner...]]}. */
    void write(Json json) throws IOException {
        write(json, root);
    }

    private void write(Json json, Node node) throws IOException {
        json.array()
                .value(String.valueOf(node.kind))
                .value(Text.cut(node.name, Html.LONGEST))
                .value(node.bytes)
                .value(node.blocks)
                .array();
        List<Node> inner = new ArrayList<>(node.inner.values());
        inner.sort(Comparator.comparingLong((Node n) -> n.bytes).reversed());
        for (Node child : inner) {
            if (child.bytes >= root.bytes * SMALLEST_PART || child.blocks >= root.blocks * SMALLEST_PART) {
                write(json, child);
            }
        }
        json.endArray().endArray();
    }
}
