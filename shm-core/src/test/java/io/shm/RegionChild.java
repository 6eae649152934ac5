package io.shm;

import io.shm.error.ShmException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import io.shm.memory.Posix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What a process of the tests does in a region: a line in, a line out, until there are no more lines. */
final class RegionChild {
    private static final Site WORK = Site.here();
    private static final int MOST_LIVE = 2000;

    private final Region region;
    private final List<Block> held = new ArrayList<>();

    private RegionChild(Region region) {
        this.region = region;
    }

    public static void main(String[] args) throws IOException {
        boolean hooked = !args[1].equals("no-hook");
        try (Region region =
                Region.attach(AttachOptions.to(args[0]).processName(args[1]).leaveAtExit(hooked))) {
            RegionChild child = new RegionChild(region);
            System.out.println("attached");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(child.answer(line.split(" ")));
            }
        }
    }

    private String answer(String[] words) throws IOException {
        try {
            return switch (words[0]) {
                case "work" -> work(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case "churn" -> churn(Long.parseLong(words[1]));
                case "hold" -> hold(Long.parseLong(words[1]), Byte.parseByte(words[2]));
                case "level" -> region.level().label();
                case "walk" -> walk(Long.parseLong(words[1]));
                case "fill" -> fill(Long.parseLong(words[1]));
                case "read" -> read(Long.parseLong(words[1]), Long.parseLong(words[2]));
                case "free" -> free(Long.parseLong(words[1]));
                case "exit" -> exit(Integer.parseInt(words[1]));
                case "halt" -> halt(Integer.parseInt(words[1]));
                case "loselock" -> loseLock();
                case "jna" -> "" + Posix.isLoaded();
                case "readlock" -> "read " + Files.readAllBytes(Path.of(words[1])).length;
                case "live" -> "" + held.stream().allMatch(Block::isLive);
                default -> "no such command: " + words[0];
            };
        } catch (ShmException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private String work(long seed, long operations) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Block> live = new ArrayList<>();
        long refused = 0;
        for (long done = 0; done < operations; ) {
            if (live.size() < MOST_LIVE && (live.isEmpty() || random.nextBoolean())) {
                Block block = allocate(random);
                if (block == null) {
                    refused++;
                    done++;
                    if (!live.isEmpty()) {
                        free(live, random);
                    }
                } else {
                    done++;
                    live.add(block);
                }
            } else {
                free(live, random);
            }
        }
        live.forEach(Block::free);
        return "done, refused " + refused;
    }

    /** Until it is killed. Answers before it begins. */
    private String churn(long seed) {
        System.out.println("churning");
        SplittableRandom random = new SplittableRandom(seed);
        List<Block> live = new ArrayList<>();
        while (true) {
            if (live.size() < MOST_LIVE / 4 && (live.isEmpty() || random.nextBoolean())) {
                Block block = allocate(random);
                if (block != null) {
                    live.add(block);
                }
            } else {
                free(live, random);
            }
        }
    }

    private Block allocate(SplittableRandom random) {
        int kind = random.nextInt(1000);
        long size = kind < 2 ? random.nextInt(300_000) : kind < 20 ? random.nextInt(40_000) : random.nextInt(1500);
        Block block = region.tryAllocate(BlockSpec.of(1 + size)
                .tag(kind % 3 == 0 ? Tag.of("packet") : Tag.GENERAL)
                .site(WORK));
        if (block != null) {
            // Whoever else had this place would find it changed.
            block.putByte(size, (byte) block.handle());
        }
        return block;
    }

    private static void free(List<Block> live, SplittableRandom random) {
        int at = random.nextInt(live.size());
        Block block = live.get(at);
        live.set(at, live.get(live.size() - 1));
        live.remove(live.size() - 1);
        if (block.getByte(block.size() - 1) != (byte) block.handle()) {
            throw new IllegalStateException("another has written to " + block);
        }
        block.free(WORK);
    }

    private String hold(long size, byte value) {
        Block block = region.allocate(size, WORK);
        block.putByte(0, value);
        block.putByte(size - 1, value);
        held.add(block);
        return "" + block.handle();
    }

    private String walk(long size) {
        Block block = region.allocate(size);
        held.add(block);
        return "" + block.handle();
    }

    private String fill(long size) {
        long blocks = 0;
        for (Block b = region.tryAllocate(size, Tag.GENERAL, WORK);
                b != null;
                b = region.tryAllocate(size, Tag.GENERAL, WORK)) {
            held.add(b);
            blocks++;
        }
        return "" + blocks;
    }

    private String read(long handle, long at) {
        return "" + region.resolve(handle).getByte(at);
    }

    private String free(long handle) {
        region.free(handle);
        return "freed";
    }

    private String exit(int code) {
        System.exit(code);
        return "never";
    }

    /** As SIGKILL: no hook runs. */
    private String halt(int code) {
        Runtime.getRuntime().halt(code);
        return "never";
    }

    /** Closes the descriptors that its locks are on, behind the library's back. */
    private String loseLock() {
        int lost = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).toString().endsWith(".lock")) {
                    Posix.close(Integer.parseInt(descriptor.getFileName().toString()));
                    lost++;
                }
            }
        } catch (IOException e) {
            return e.toString();
        }
        return "lost " + lost;
    }
}
