package io.shm.segment;

import io.shm.memory.Posix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A process of a test: does what its standard input says, a line at a time, and answers each line with one line.
 * A failure is answered with {@code !}, the exception's simple name and its message.
 */
final class SegmentChild {
    private final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    private Segment segment;

    private SegmentChild() {}

    public static void main(String[] args) throws IOException {
        SegmentChild child = new SegmentChild();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = child.in.readLine(); line != null; line = child.in.readLine()) {
            out.println(child.answer(line.split(" ")));
        }
    }

    private String answer(String... words) throws IOException {
        try {
            return String.valueOf(execute(words));
        } catch (RuntimeException e) {
            return "!" + e.getClass().getSimpleName() + " " + e.getMessage();
        }
    }

    private Object execute(String... words) throws IOException {
        return switch (words[0]) {
            case "create" -> {
                segment = Segment.create(spec(words), Initializer.NOTHING);
                yield segment.reference();
            }
            case "create-and-wait" -> {
                segment = Segment.create(spec(words), unfinished -> waitInside());
                yield segment.reference();
            }
            case "create-often" -> createOften(words[1], Integer.parseInt(words[2]));
            case "shmget" ->
                SystemV.ofMachine()
                        .shmget(Integer.decode(words[1]), Long.parseLong(words[2]), Integer.decode(words[3]));
            case "shmat" -> {
                segment = SystemV.ofMachine().shmat(Integer.parseInt(words[1]), Access.valueOf(words[2]));
                yield segment.reference();
            }
            case "attach" -> {
                segment = Segment.attach(words[1], Access.valueOf(words[2]));
                yield segment.reference();
            }
            case "look" -> {
                segment = Segment.look(words[1]);
                yield segment.reference();
            }
            case "follow" -> {
                segment.follow();
                yield segment.mappedSize();
            }
            case "put" -> {
                segment.memory().putLong(Long.parseLong(words[1]), Long.parseLong(words[2]));
                yield "ok";
            }
            case "get" -> segment.memory().getLong(Long.parseLong(words[1]));
            case "kind" -> segment.kind();
            case "hold" -> segment.lockFile().tryHold(Integer.parseInt(words[1]));
            case "probe" -> segment.lockFile().probe(Integer.parseInt(words[1]));
            case "count" -> segment.lockFile().attachCount();
            case "remove" -> Segment.remove(words[1]);
            case "loaded" -> Posix.isLoaded();
            case "available" -> Posix.isAvailable();
            case "close" -> {
                segment.close();
                yield "ok";
            }
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    /** {@code create KIND NAME|KEY|- SIZE [MODE [MAXIMUM]]}. */
    private static SegmentSpec spec(String... words) {
        long size = Long.parseLong(words[3]);
        SegmentSpec spec = switch (Kind.valueOf(words[1])) {
            case NAMED -> SegmentSpec.named(words[2], size);
            case ANONYMOUS -> SegmentSpec.anonymous(size);
            case ZERO -> SegmentSpec.zero(size);
            case SYSV -> SegmentSpec.systemV(Integer.decode(words[2]), size);
        };
        spec = words.length > 5 ? spec.withMaximum(Long.parseLong(words[5])) : spec;
        return words.length > 4 ? spec.withMode(Integer.decode(words[4])) : spec;
    }

    /** Says so, and goes on at the next line. */
    private void waitInside() {
        try {
            System.out.println("inside");
            System.out.flush();
            in.readLine();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Each time with another content, of which a reader may see all or nothing; gives a reader some time to come. */
    private static String createOften(String name, int times) {
        for (int i = 1; i <= times; i++) {
            long content = i;
            Initializer fill = unfinished -> {
                for (long offset = 0; offset < 65536; offset += Long.BYTES) {
                    unfinished.memory().putLong(offset, content);
                }
            };
            try (Segment made = Segment.create(SegmentSpec.named(name, 65536), fill)) {
                for (int pause = 0; pause < 200 && made.lockFile().attachCount() < 2; pause++) {
                    Thread.yield();
                }
            }
            Segment.remove(name);
        }
        return "done";
    }
}
