package io.shm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import com.sun.jna.Pointer;
import io.shm.Region;
import io.shm.RegionOptions;
import io.shm.error.StaleHandleException;
import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.Inspector;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests that leave something behind, and sees them fail. */
class RegionExtensionTest {
    private static final String INNER = "shm.run.inner.tests";
    private static final Site LEAK = Site.here("leak");
    private static final Site FREE = Site.here("free");
    private static final Site AGAIN = Site.here("again");
    /** The region that the watched tests use; null while there is none. */
    private static Region shared;

    @BeforeEach
    void make() {
        System.setProperty(INNER, "true");
        shared = Region.create(RegionOptions.anonymous().size(4 << 20));
    }

    @AfterEach
    void leave() {
        System.clearProperty(INNER);
        shared.close();
    }

    private static TestExecutionResult run(Class<?> test, String method) {
        boolean takesRegion = test == Fresh.class && !method.equals("takesNoRegion");
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(takesRegion ? selectMethod(test, method, Region.class) : selectMethod(test, method))
                .build();
        Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                if (identifier.isTest()) {
                    results.put(identifier.getDisplayName(), result);
                }
            }
        });
        assertThat(results).hasSize(1);
        return results.values().iterator().next();
    }

    private static String failure(TestExecutionResult result) {
        assertThat(result.getStatus()).isEqualTo(Status.FAILED);
        return result.getThrowable().orElseThrow().getMessage();
    }

    @ExtendWith(RegionExtension.class)
    @EnabledIfSystemProperty(named = INNER, matches = "true")
    static class Fresh {
        @Test
        void freesAll(Region region) {
            region.allocate(64).free();
        }

        @Test
        void leavesTwo(Region region) {
            region.allocate(64, Tag.of("packet"), LEAK);
            region.allocate(36, Tag.of("packet"), LEAK);
        }

        @Test
        void keepsOneOnPurpose(Region region) {
            region.allocate(BlockSpec.of(64).pinned());
        }

        @Test
        void takesNoRegion() {}

        @Test
        void freesTwice(Region region) {
            Block block = region.allocate(40, Tag.of("packet"), LEAK);
            long handle = block.handle();
            block.free(FREE);
            assertThatThrownBy(() -> region.free(handle, AGAIN)).isInstanceOf(StaleHandleException.class);
        }

        @Test
        void writesTooFar(Region region) {
            Block block = region.allocate(20, LEAK);
            new Pointer(block.address()).setByte(20, (byte) 'x');
            block.free();
        }

        @Test
        void failsAndLeavesOne(Region region) {
            region.allocate(64, LEAK);
            throw new IllegalStateException("its own failure");
        }
    }

    @EnabledIfSystemProperty(named = INNER, matches = "true")
    static class Watched {
        @RegisterExtension
        static final RegionExtension REGIONS =
                RegionExtension.watching(() -> shared == null ? null : shared.reference());

        @Test
        void freesAll() {
            shared.allocate(64).free();
        }

        @Test
        void leavesOne() {
            shared.allocate(64, LEAK);
        }
    }

    @Test
    void aTestThatFreesAllPasses() {
        assertThat(run(Fresh.class, "freesAll").getStatus()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run(Fresh.class, "keepsOneOnPurpose").getStatus()).isEqualTo(Status.SUCCESSFUL);
        assertThat(run(Fresh.class, "takesNoRegion").getStatus()).isEqualTo(Status.SUCCESSFUL);
    }

    @Test
    void aTestThatLeavesBlocksFailsWithTheirLine() {
        assertThat(failure(run(Fresh.class, "leavesTwo")))
                .startsWith("the test has left 2 blocks of 100 bytes in region pid:")
                .contains("2 blocks of 100 bytes: live, tag packet, allocated at " + LEAK);
    }

    @Test
    void aFaultIsToldWithWhoDidWhatWhere() {
        String pid = " by process " + ProcessHandle.current().pid() + " at ";
        assertThat(failure(run(Fresh.class, "freesTwice")))
                .startsWith("the test has left 1 fault in region pid:")
                .contains("\n  double-free, 40 bytes, tag packet\n    done" + pid + AGAIN)
                .contains("\n    freed" + pid + FREE)
                .contains("\n    allocated" + pid + LEAK);
        assertThat(failure(run(Fresh.class, "writesTooFar")))
                .contains("\n  overrun, 20 bytes")
                .contains("\n    allocated" + pid + LEAK)
                .containsPattern("\n    found 78( [0-9a-f]{2}){15} at 0x");
    }

    @Test
    void itsOwnFailureComesFirst() {
        TestExecutionResult result = run(Fresh.class, "failsAndLeavesOne");
        assertThat(failure(result)).isEqualTo("its own failure");
        assertThat(result.getThrowable().orElseThrow().getSuppressed())
                .singleElement()
                .satisfies(left -> assertThat(left.getMessage()).contains("1 block of 64 bytes"));
    }

    @Test
    void whatWasInAWatchedRegionBeforeIsNotTheTestsFault() {
        Block before = shared.allocate(64, LEAK);
        assertThat(run(Watched.class, "freesAll").getStatus()).isEqualTo(Status.SUCCESSFUL);
        assertThat(failure(run(Watched.class, "leavesOne"))).contains("left 1 block of 64 bytes");
        assertThat(run(Watched.class, "freesAll").getStatus()).isEqualTo(Status.SUCCESSFUL);
        before.free();
    }

    @Test
    void noRegionIsLeft() {
        run(Fresh.class, "leavesTwo");
        try (Inspector inspector = Inspector.open(shared.reference())) {
            assertThat(inspector.picture().blocks()).isZero();
        }
    }
}
