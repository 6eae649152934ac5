package io.shm.cli.doctor;

import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/** The Java that we run on. */
final class JvmChecks {
    private JvmChecks() {}

    static List<Check> all(KernelFiles kernel) {
        return List.of(java(), flags(), architecture(), encoding(), nativeAccess(kernel));
    }

    private static Check java() {
        return Check.ok("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    private static Check flags() {
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        return Check.ok("java flags", flags.isEmpty() ? "none" : String.join(" ", flags));
    }

    private static Check architecture() {
        String found = System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                + System.getProperty("os.arch");
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            return Check.fail("machine", found + ", big-endian", "regions are little-endian: use another machine");
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            return Check.fail("machine", found, "Linux is what regions need: /dev/shm, /proc and its locks");
        }
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") || arch.equals("aarch64")
                ? Check.ok("machine", found)
                : Check.warn(
                        "machine", found, "nobody has tried this processor; amd64 and aarch64 are what others use");
    }

    private static Check encoding() {
        String encoding = String.valueOf(System.getProperty("sun.jnu.encoding"));
        return encoding.equalsIgnoreCase("UTF-8")
                ? Check.ok("file names", encoding)
                : Check.warn(
                        "file names", encoding, "names beyond ASCII cannot be used: start Java with LC_ALL=C.UTF-8");
    }

    /** Asked by name: that JNA is there at all is what is being found out. */
    private static Check nativeAccess(KernelFiles kernel) {
        String advice = "regions work without it, but locks are weaker, space is taken more slowly and none can grow";
        try {
            Class.forName("com.sun.jna.Native");
            return Check.ok("jna", "there, and its native library loads");
        } catch (ClassNotFoundException e) {
            return Check.warn("jna", "not on the class path", advice + ": add net.java.dev.jna:jna");
        } catch (LinkageError e) {
            Path unpacked = Path.of(System.getProperty("java.io.tmpdir"));
            boolean noexec = List.of(kernel.mountOptions(unpacked).split(",")).contains("noexec");
            return Check.warn(
                    "jna",
                    "its native library does not load" + (noexec ? ": " + unpacked + " is mounted noexec" : ""),
                    advice + (noexec ? ": point -Djna.tmpdir to a folder without noexec" : ": " + reason(e)));
        }
    }

    private static String reason(Throwable thrown) {
        String message = thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
