package io.shm.bench;

import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * What guards cost a pair of allocate and free: the same code with them and without, by turns of some milliseconds in one
 * JVM. {@code scripts/bench guards [JVMS]}.
 *
 * <p>The toolkit is loaded twice. In one of the two an allocation does not write the word behind the requested bytes, and a
 * free takes both words beside the block for right without a look: so nothing in the code that ships is there for this
 * measurement. CPU time, so that others on the machine disturb little. How the compiler inlines a pair is another matter in
 * every JVM, and decides more than guards do: so there are many.
 */
public final class GuardBench {
    private static final int[] SIZES = {64, 256, 1024, 16384};
    private static final int PAIRS = 50_000;
    private static final int WARM_UP = 400;
    private static final int TURNS = 200;
    private static final String CHECK = "io.shm.heap.GuardCheck";

    private GuardBench() {}

    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        if (args.length == 2 && args[0].equals("measure")) {
            measure(Integer.parseInt(args[1]));
            return;
        }
        int jvms = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        for (int size : SIZES) {
            double[] with = new double[jvms];
            double[] without = new double[jvms];
            double[] ratio = new double[jvms];
            for (int i = 0; i < jvms; i++) {
                String[] words = another(size).split(" ");
                with[i] = Double.parseDouble(words[0]);
                without[i] = Double.parseDouble(words[1]);
                ratio[i] = 100 * (with[i] / without[i] - 1);
            }
            System.out.printf(
                    Locale.ROOT,
                    "pair of %5d B, CPU ns: with guards %s  without %s  guards add %s %%  (%d JVMs)%n",
                    size,
                    spread(with),
                    spread(without),
                    spread(ratio),
                    jvms);
        }
    }

    private static String spread(double[] values) {
        Arrays.sort(values);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f-%.1f)",
                values[values.length / 2],
                values[values.length / 4],
                values[values.length - 1 - values.length / 4]);
    }

    private static String another(int size) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GuardBench.class.getName()));
        command.addAll(List.of("measure", Integer.toString(size)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream out = process.getInputStream()) {
            return new String(out.readAllBytes(), StandardCharsets.US_ASCII).trim();
        } finally {
            process.destroy();
        }
    }

    private static void measure(int size) throws IOException, ReflectiveOperationException {
        LongConsumer with = new Copy(false).pairs();
        LongConsumer without = new Copy(true).pairs();
        for (int i = 0; i < WARM_UP; i++) {
            with.accept(size);
            without.accept(size);
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long[] cpuWith = new long[TURNS];
        long[] cpuWithout = new long[TURNS];
        for (int i = 0; i < TURNS; i++) {
            long begun = threads.getCurrentThreadCpuTime();
            with.accept(size);
            long between = threads.getCurrentThreadCpuTime();
            without.accept(size);
            cpuWith[i] = between - begun;
            cpuWithout[i] = threads.getCurrentThreadCpuTime() - between;
        }
        Arrays.sort(cpuWith);
        Arrays.sort(cpuWithout);
        System.out.println((double) cpuWith[TURNS / 2] / PAIRS + " " + (double) cpuWithout[TURNS / 2] / PAIRS);
    }

    /** The pairs of one copy of the toolkit. */
    public static final class Pairs implements LongConsumer {
        private static final Site SITE = Site.of("io.shm.bench.GuardBench", "pairs", "GuardBench.java", 1);
        // Until the JVM ends, and with it the memory.
        private final Region region =
                Region.create(RegionOptions.anonymous().size(64L << 20).populate(true));

        @Override
        public void accept(long size) {
            for (long i = 0; i < PAIRS; i++) {
                region.allocate(size, Tag.GENERAL, SITE).free();
            }
        }
    }

    /** Loads the toolkit, and only that, once more. */
    private static final class Copy extends ClassLoader {
        private final boolean omitsGuards;
        private int omitted;

        Copy(boolean omitsGuards) {
            super(GuardBench.class.getClassLoader());
            this.omitsGuards = omitsGuards;
        }

        LongConsumer pairs() throws ReflectiveOperationException {
            LongConsumer pairs = (LongConsumer)
                    loadClass(Pairs.class.getName()).getConstructor().newInstance();
            pairs.accept(SIZES[0]);
            if (omitted != (omitsGuards ? 2 : 0)) {
                throw new IllegalStateException("left out " + omitted + " methods of " + CHECK + ", not 2");
            }
            return pairs;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.shm.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = omitsGuards && name.equals(CHECK) ? withoutGuards(in) : in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        /** With a {@code mark} and an {@code isWhole} of two places that do nothing and say yes. */
        private byte[] withoutGuards(InputStream in) throws IOException {
            ClassReader reader = new ClassReader(in);
            ClassWriter writer = new ClassWriter(reader, 0);
            reader.accept(
                    new ClassVisitor(Opcodes.ASM9, writer) {
                        @Override
                        public MethodVisitor visitMethod(
                                int access, String name, String types, String signature, String[] thrown) {
                            MethodVisitor method = super.visitMethod(access, name, types, signature, thrown);
                            boolean isMark = name.equals("mark");
                            if (!isMark && !(name.equals("isWhole") && (access & Opcodes.ACC_STATIC) != 0)) {
                                return method;
                            }
                            omitted++;
                            method.visitCode();
                            if (!isMark) {
                                method.visitInsn(Opcodes.ICONST_1);
                            }
                            method.visitInsn(isMark ? Opcodes.RETURN : Opcodes.IRETURN);
                            method.visitMaxs(1, 5);
                            method.visitEnd();
                            return null;
                        }
                    },
                    0);
            return writer.toByteArray();
        }
    }
}
