package io.shm.junit;

import io.shm.Region;
import io.shm.RegionOptions;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Fails a test that leaves blocks in use, or a fault in the log: with what, whose and from which line as the message.
 *
 * <pre>{@code
 * @ExtendWith(RegionExtension.class)
 * class OrderTest {
 *     @Test
 *     void freesWhatItTakes(Region region) {      // a fresh region, gone after the test
 *         region.allocate(64).free();
 *     }
 * }
 * }</pre>
 *
 * Or with a region that is there already, where what was in use before a test is not its fault:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final RegionExtension REGIONS = RegionExtension.watching(() -> service.region().reference());
 * }</pre>
 *
 * Blocks that are {@link io.shm.heap.BlockSpec#pinned() pinned} may stay. Tests that use one region at the same time are
 * blamed for each other's blocks. A block of a test that has failed anyway is told as well, beside its own failure.
 */
public final class RegionExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(RegionExtension.class);
    private static final long REGION_BYTES = 8 << 20;

    private final Supplier<String> watched;

    /** With a region of its own for each test that asks for one. */
    public RegionExtension() {
        this(null);
    }

    private RegionExtension(Supplier<String> watched) {
        this.watched = watched;
    }

    /**
     * Watches a region that the tests use.
     *
     * @param reference of the region, asked before and after each test; null while there is none
     */
    public static RegionExtension watching(Supplier<String> reference) {
        return new RegionExtension(reference);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        String reference = watched == null ? null : watched.get();
        if (reference != null) {
            store(context).put(Contents.class, Contents.of(reference));
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Region own = store(context).remove(Region.class, Region.class);
        if (own != null) {
            try (own) {
                Contents.of(own.reference()).failIfMoreThan(Contents.NOTHING);
            }
        }
        String reference = watched == null ? null : watched.get();
        if (reference != null) {
            Contents before = store(context).getOrDefault(Contents.class, Contents.class, Contents.NOTHING);
            Contents.of(reference).failIfMoreThan(before);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Region.class;
    }

    /** The test's own region, the same one however often it asks. */
    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return store(context)
                .getOrComputeIfAbsent(
                        Region.class,
                        key -> Region.create(
                                RegionOptions.anonymous().size(REGION_BYTES).processName(context.getDisplayName())),
                        Region.class);
    }

    private static Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
