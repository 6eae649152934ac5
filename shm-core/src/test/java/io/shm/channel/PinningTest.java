package io.shm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import net.openhft.affinity.Affinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PinningTest {
    @Test
    void aThreadIsWhereItWasPinnedAndThenWhereItWasBefore() {
        BitSet before = Affinity.getAffinity();
        int cpu = before.previousSetBit(before.length());
        Pinning pinned = Pinning.toCpu(cpu);
        try {
            assertThat(Affinity.getAffinity().stream()).containsExactly(cpu);
            assertThat(pinned.cpu()).isEqualTo(cpu);
        } finally {
            pinned.close();
        }
        assertThat(Affinity.getAffinity()).isEqualTo(before);
        pinned.close();
    }

    @Test
    void aProcessorThatTheThreadMayNotUseIsRefusedAndNothingChanges() {
        BitSet before = Affinity.getAffinity();
        assertThatThrownBy(() -> Pinning.toCpu(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Pinning.toCpu(before.length()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("may run on");
        assertThat(Affinity.getAffinity()).isEqualTo(before);
    }

    @Test
    void onlyTheThreadItselfEndsItsPinning() throws InterruptedException {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        int cpu = Affinity.getAffinity().nextSetBit(0);
        Pinning pinned = Pinning.toCpu(cpu);
        try {
            Thread other = new Thread(() -> {
                try {
                    pinned.close();
                } catch (IllegalStateException e) {
                    refused.set(e);
                }
            });
            other.start();
            other.join();
        } finally {
            pinned.close();
        }
        assertThat(refused.get()).hasMessageContaining("its own pinning");
    }

    /** As in a program that does not bring it: everything else works, and this says what is missing. */
    @Test
    void withoutAffinityItSaysWhatIsMissing() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!Path.of(entry).getFileName().toString().startsWith("affinity")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> pin(without)).rootCause().isInstanceOf(ClassNotFoundException.class);
            assertThatThrownBy(() -> pin(without))
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("net.openhft:affinity");
            assertThat(without.loadClass("io.shm.channel.Channel").getName()).isNotEmpty();
        }
    }

    private static void pin(URLClassLoader loader) throws ReflectiveOperationException, IOException {
        loader.loadClass("io.shm.channel.Pinning").getMethod("toCpu", int.class).invoke(null, 0);
    }
}
