package io.shm.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.heap.Block;
import io.shm.inspect.Inspector;
import io.shm.ledger.Site;
import io.shm.ledger.SiteCapture;
import io.shm.ledger.Transparency;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;

class WeaverTest {
    /** In the source; a compiler repeats what is in a finally. */
    private static final int CALLS = 39;

    private static final Compiled OF_JAVA_8 =
            Compiled.of(Samples.NAME, Samples.source(), "--release", "8", "-Xlint:-options");

    @TempDir
    Path folder;

    private List<String> sites(Compiled compiled, SiteCapture capture) throws Exception {
        return Samples.sites(compiled, Samples.NAME, capture, folder);
    }

    static Stream<List<String>> waysToCompile() {
        return Stream.of(
                List.of(),
                List.of("-g"),
                List.of("-g:none"),
                List.of("-g:lines"),
                List.of("-g:source"),
                List.of("--release", "8", "-Xlint:-options"),
                List.of("--release", "8", "-g:none", "-Xlint:-options"),
                List.of("--release", "11"),
                List.of("--release", "17"));
    }

    /** Lambdas, initialisers, constructors, recursion and all: a woven call says what the walk says. */
    @ParameterizedTest
    @MethodSource("waysToCompile")
    void sameAnswerAsTheWalkOfTheStack(List<String> options) throws Exception {
        Compiled plain = Compiled.of(Samples.NAME, Samples.source(), options.toArray(new String[0]));
        Compiled woven = plain.woven();

        assertThat(plain.calls()).isGreaterThanOrEqualTo(CALLS);
        assertThat(woven.calls()).isZero();
        List<String> walked = sites(plain, SiteCapture.always());
        assertThat(walked).hasSizeGreaterThan(35);
        assertThat(sites(woven, SiteCapture.always())).isEqualTo(walked);
    }

    @Test
    void noStackIsWalkedButForMethodReferencesAndReflection() throws Exception {
        Compiled woven = Compiled.of(Samples.NAME, Samples.source()).woven();
        List<String> always = sites(woven, SiteCapture.always());
        List<String> never = sites(woven, SiteCapture.off());

        for (int i = 0; i < always.size(); i++) {
            boolean fallback = always.get(i).startsWith("70 ") || always.get(i).startsWith("71 ");
            assertThat(never.get(i)).isEqualTo(fallback ? always.get(i).substring(0, 3) + "(unknown)" : always.get(i));
        }
        assertThat(never).filteredOn(site -> site.endsWith("(unknown)")).hasSize(2);
        assertThat(never.get(0))
                .isEqualTo("1 com.acme.Sample.<clinit>(Sample.java:" + line("REGION.allocate(1)") + ")");
        assertThat(never.get(1)).isEqualTo("2 com.acme.Sample.<init>(Sample.java:" + line("REGION.allocate(2)") + ")");
        assertThat(never)
                .contains("19 com.acme.Named.by hand(Named.java:7)", "20 com.acme.Named.in a spec(Unknown Source)");
    }

    /** What Java 8 has is valid in every later version. */
    private static Map<String, byte[]> ofJava8() {
        Map<String, byte[]> copy = new TreeMap<>();
        OF_JAVA_8.classes().forEach((name, bytes) -> copy.put(name, bytes.clone()));
        return copy;
    }

    private static int line(String text) {
        String before = Samples.source().substring(0, Samples.source().indexOf(text));
        return 1 + (int) before.chars().filter(c -> c == '\n').count();
    }

    @Test
    void withoutDebugInformationClassAndMethodStay() throws Exception {
        List<String> sites =
                sites(Compiled.of(Samples.NAME, Samples.source(), "-g:none").woven(), SiteCapture.off());

        assertThat(sites)
                .contains("1 com.acme.Sample.<clinit>(Unknown Source)", "10 com.acme.Sample.plain(Unknown Source)");
    }

    @Test
    void theLineThatFreesIsKnownToo() throws Exception {
        String source = """
                package com.acme;
                public class Freeing {
                    public static java.util.List<Object> run(io.shm.Region region) {
                        io.shm.heap.Block block = region.allocate(10);
                        block.free();
                        try {
                            region.free(block);
                        } catch (io.shm.error.StaleHandleException e) {
                            throw new IllegalStateException(e.getMessage());
                        }
                        return java.util.List.of();
                    }
                }
                """;
        Compiled woven = Compiled.of("com.acme.Freeing", source).woven();

        assertThatThrownBy(() -> Samples.sites(woven, "com.acme.Freeing", SiteCapture.off(), folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.acme.Freeing.run(Freeing.java:5)")
                .hasMessageContaining("com.acme.Freeing.run(Freeing.java:4)");
    }

    @Test
    void theLineThatPublishesIsKnownToo() throws Exception {
        String source = """
                package com.acme;
                import io.shm.heap.Block;
                import java.util.List;
                public class Publishing {
                    public static List<Block> run(io.shm.Region region) {
                        Block first = region.allocate(1);
                        region.root("a").publish(first);
                        Block second = region.allocate(2);
                        region.array("b", 3).append(second);
                        Block third = region.allocate(3);
                        region.root("c").publish(third);
                        return List.of(first, second, region.root("c").take());
                    }
                }
                """;
        Compiled woven = Compiled.of("com.acme.Publishing", source).woven();
        List<String> changed = Samples.changes(woven, "com.acme.Publishing", SiteCapture.off(), folder);

        assertThat(changed)
                .containsExactly(
                        "1 com.acme.Publishing.run(Publishing.java:7)",
                        "2 com.acme.Publishing.run(Publishing.java:9)",
                        "3 com.acme.Publishing.run(Publishing.java:12)");
    }

    @ParameterizedTest
    @ValueSource(ints = {51, 52, 53, 55, 61, 62, 63, 64, 65, 66, 67, 68, 69})
    void everyVersionOfClassFilesThatHasTheInstruction(int version) {
        Compiled compiled = new Compiled(ofJava8()).with(bytes -> {
            bytes[7] = (byte) version;
            return bytes;
        });

        assertThat(compiled.calls()).isGreaterThanOrEqualTo(CALLS);
        byte[] woven = Weaver.weave(compiled.classes().get(Samples.NAME)).bytes();
        assertThat(new ClassReader(woven).readUnsignedShort(6)).isEqualTo(version);
        assertThat(Weaver.weave(woven)).isEqualTo(Weaver.Woven.NOTHING_TO_DO);
    }

    @ParameterizedTest
    @ValueSource(ints = {45, 49, 50, 200})
    void aVersionThatCannotBeIsLeftWithAWord(int version) {
        byte[] bytes = ofJava8().get(Samples.NAME);
        bytes[7] = (byte) version;
        Weaver.Woven woven = Weaver.weave(bytes);

        assertThat(woven.bytes()).isNull();
        assertThat(woven.problem()).contains("version").contains("" + version);
    }

    @Test
    void aClassWithoutCallsIsNotTouched() {
        byte[] bytes = Compiled.of("com.acme.Idle", "package com.acme; class Idle { io.shm.Region region; }")
                .classes()
                .get("com.acme.Idle");

        assertThat(Weaver.weave(bytes)).isEqualTo(Weaver.Woven.NOTHING_TO_DO);
    }

    @Test
    void damagedClassFilesAreLeftAlone() {
        long seed = Long.getLong("shm.seed", System.nanoTime());
        System.out.println("WeaverTest -Dshm.seed=" + seed);
        SplittableRandom random = new SplittableRandom(seed);
        byte[] good = Compiled.of(Samples.NAME, Samples.source()).classes().get(Samples.NAME);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int changes = random.nextInt(1, 4); changes > 0 && bad.length > 0; changes--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            Weaver.weave(bad);
        }
    }

    /** The list of calls and the methods of the toolkit: each has its overload, and no overload is forgotten. */
    @Test
    void theListHasEveryCallThatCanTakeALine() {
        TreeSet<String> listed = new TreeSet<>();
        WovenCalls.all().forEach((owner, calls) -> calls.forEach(call -> listed.add(owner + "." + call)));
        TreeSet<String> possible = new TreeSet<>();
        for (String owner : WovenCalls.all().keySet()) {
            Class<?> type = classOf(owner);
            for (Method method : type.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers()) && !method.isBridge() && takesALine(type, method)) {
                    possible.add(owner + "." + method.getName() + Type.getMethodDescriptor(method));
                }
            }
        }
        assertThat(listed).isEqualTo(possible);
    }

    private static Class<?> classOf(String owner) {
        try {
            return Class.forName(owner.replace('/', '.'));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean takesALine(Class<?> type, Method method) {
        Class<?>[] more = Arrays.copyOf(method.getParameterTypes(), method.getParameterCount() + 1);
        more[more.length - 1] = Site.class;
        try {
            return type.getMethod(method.getName(), more).getReturnType() == method.getReturnType();
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    // ---------------------------------------------------------------- wrappers

    private static final String WRAPPERS = """
            package com.acme;
            import io.shm.Region;
            import io.shm.heap.Block;
            import io.shm.ledger.Transparent;
            import java.util.List;
            import java.util.function.Supplier;
            public class Wrappers {
                public static List<Block> run(Region region) {
                    Block first = annotated(region);
                    Block second = inALambda(region);
                    Pool third = new Pool(region);
                    Block fourth = Pool.take(region);
                    Made fifth = new Made(region);
                    Block sixth = Declared.take(region);
                    Block seventh = ofBoth(region);
                    return List.of(
                            first, second, third.block, fourth, fifth.block, sixth, seventh, blamed(region));
                }
                @Transparent static Block annotated(Region region) {
                    return region.allocate(1);
                }
                @Transparent static Block inALambda(Region region) {
                    Supplier<Block> later = () -> region.allocate(2);
                    return later.get();
                }
                @Transparent static class Pool {
                    final Block block;
                    Pool(Region region) { block = new Object() { Block take() { return region.allocate(3); } }.take(); }
                    static Block take(Region region) { return deeper(region); }
                    private static Block deeper(Region region) { return region.allocate(4); }
                }
                static class Made {
                    final Block block;
                    @Transparent Made(Region region) { block = region.allocate(5); }
                }
                static class Declared {
                    static Block take(Region region) { return region.allocate(6); }
                    static Block keep(Region region) { return region.allocate(7); }
                }
                static Block ofBoth(Region region) {
                    return Declared.keep(region);
                }
                static Block annotated(Region region, int overload) {
                    return region.allocate(8 + overload);
                }
                static Block blamed(Region region) {
                    return annotated(region, 0);
                }
            }
            """;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void wrappersBlameTheirCallers(boolean woven) throws Exception {
        Transparency.declare("com.acme.Wrappers$Declared.take");
        Compiled compiled = Compiled.of("com.acme.Wrappers", WRAPPERS);
        List<String> sites =
                Samples.sites(woven ? compiled.woven() : compiled, "com.acme.Wrappers", SiteCapture.always(), folder);

        assertThat(sites)
                .containsExactly(
                        "1 com.acme.Wrappers.run(Wrappers.java:9)",
                        "2 com.acme.Wrappers.run(Wrappers.java:10)",
                        "3 com.acme.Wrappers.run(Wrappers.java:11)",
                        "4 com.acme.Wrappers.run(Wrappers.java:12)",
                        "5 com.acme.Wrappers.run(Wrappers.java:13)",
                        "6 com.acme.Wrappers.run(Wrappers.java:14)",
                        "7 com.acme.Wrappers$Declared.keep(Wrappers.java:38)",
                        "8 com.acme.Wrappers.annotated(Wrappers.java:44)");
    }

    // ---------------------------------------------------------------- loaders and versions

    private static String version(int emptyLines) {
        return "package com.acme;" + "\n".repeat(emptyLines)
                + "public class Twice { public static java.util.List<io.shm.heap.Block> run(io.shm.Region region) {\n"
                + "return java.util.List.of(region.allocate(1)); } }";
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void twoVersionsOfAClassInTwoLoadersHaveEachItsLines(boolean woven) throws Exception {
        for (int lines : new int[] {1, 5, 1, 9}) {
            Compiled compiled = Compiled.of("com.acme.Twice", version(lines));
            List<String> sites =
                    Samples.sites(woven ? compiled.woven() : compiled, "com.acme.Twice", SiteCapture.always(), folder);
            assertThat(sites).containsExactly("1 com.acme.Twice.run(Twice.java:" + (lines + 2) + ")");
        }
    }

    @Test
    void oneClassInTwoLoadersIsOneSiteOfTheRegion() throws Exception {
        Compiled woven = Compiled.of("com.acme.Twice", version(3)).woven();
        Path path = folder.resolve("two");
        try (Region region =
                Region.create(RegionOptions.named(path.toString()).size(4 << 20).siteCapture(SiteCapture.off()))) {
            for (int i = 0; i < 2; i++) {
                Method run = woven.load("com.acme.Twice").getMethod("run", Region.class);
                List<?> blocks = (List<?>) run.invoke(null, region);
                assertThat(((Block) blocks.get(0)).isLive()).isTrue();
            }
            try (Inspector inspector = Inspector.open(path.toString())) {
                assertThat(inspector.picture().sites()).hasSize(1);
                assertThat(inspector.picture().sites().get(0).blocks()).isEqualTo(2);
            }
        }
    }

    @Test
    void aCallSiteServesSeveralRegions() throws Exception {
        Compiled woven = Compiled.of("com.acme.Twice", version(4)).woven();
        Method run = woven.load("com.acme.Twice").getMethod("run", Region.class);
        for (int i = 0; i < 3; i++) {
            Path path = folder.resolve("region" + i);
            try (Region region = Region.create(
                    RegionOptions.named(path.toString()).size(1 << 20).siteCapture(SiteCapture.off()))) {
                // Its id in this table is not the one that it has in the others.
                for (int other = 0; other < i; other++) {
                    region.allocate(1, Site.of("com.acme.Other" + other, "m", "", 1));
                }
                run.invoke(null, region);
                try (Inspector inspector = Inspector.open(path.toString())) {
                    assertThat(inspector.picture().sites())
                            .extracting(row -> row.site().toString())
                            .contains("com.acme.Twice.run(Twice.java:6)");
                }
            }
        }
    }
}
