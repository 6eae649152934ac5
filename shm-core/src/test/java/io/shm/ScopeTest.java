package io.shm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shm.heap.Block;
import io.shm.heap.BlockSpec;
import io.shm.inspect.Inspector;
import io.shm.inspect.Leak;
import io.shm.inspect.LeakKind;
import io.shm.ledger.Site;
import io.shm.ledger.Tag;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private static final Site SITE = Site.here("order");
    private static final Tag ORDER = Tag.of("order");

    private Region region;

    @BeforeEach
    void make() {
        region = Region.create(RegionOptions.anonymous().size(8 << 20));
    }

    @AfterEach
    void leave() {
        region.close();
    }

    private List<Leak> leaks() {
        try (Inspector inspector = Inspector.open(region.reference())) {
            return inspector.leaks().leaks();
        }
    }

    @Test
    void ofAHundredScopesExactlyThoseThreeAreNamedThatLeftABlock() {
        for (int i = 0; i < 100; i++) {
            try (Scope client = region.scope("client-" + i)) {
                List<Block> blocks = new ArrayList<>();
                for (int j = 0; j < 10; j++) {
                    blocks.add(client.allocate(64, ORDER, SITE));
                }
                blocks.subList(i == 7 || i == 42 || i == 99 ? 1 : 0, 10).forEach(Block::free);
            }
        }
        assertThat(leaks()).allMatch(leak -> leak.kind() == LeakKind.SCOPE);
        assertThat(leaks()).extracting(Leak::scope).containsExactlyInAnyOrder("client-7", "client-42", "client-99");
        assertThat(leaks()).extracting(leak -> leak.block().site().method()).containsOnly("order");
    }

    @Test
    void hundredAtOnceToo() {
        List<Scope> scopes = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            scopes.add(region.scope("client-" + i));
        }
        Block left = scopes.get(42).allocate(64, ORDER, SITE);
        assertThat(leaks()).isEmpty();
        scopes.forEach(Scope::close);
        assertThat(leaks()).extracting(Leak::scope).containsExactly("client-42");
        left.free();
        assertThat(leaks()).isEmpty();
    }

    @Test
    void openingAndClosingForEverFillsNothing() {
        Scope leaky = region.scope("leaky");
        leaky.allocate(64, ORDER, SITE);
        leaky.close();
        for (int i = 0; i < 100_000; i++) {
            try (Scope client = region.scope("client")) {
                client.allocate(64, ORDER, SITE).free();
            }
        }
        try (Scope last = region.scope("last")) {
            last.allocate(64, ORDER, SITE);
        }
        assertThat(leaks()).extracting(Leak::scope).containsExactlyInAnyOrder("leaky", "last");
    }

    @Test
    void aTableFullOfLeakyScopesWhoseBlocksAreFreedInTheEndServesAgain() {
        List<Block> left = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            try (Scope client = region.scope("client-" + i)) {
                left.add(client.allocate(64, ORDER, SITE));
            }
        }
        assertThat(leaks().size()).isBetween(100, 1999);
        left.forEach(Block::free);
        try (Scope client = region.scope("again")) {
            client.allocate(64, ORDER, SITE);
        }
        assertThat(leaks()).extracting(Leak::scope).containsExactly("again");
    }

    @Test
    void freesWhatIsLeftWhereThatIsAskedFor() {
        Block block;
        try (Scope client = region.scope("client").freeOnClose()) {
            block = client.allocate(BlockSpec.of(64).alignment(64));
            assertThat(client.unfreed()).isEqualTo(1);
        }
        assertThat(block.isLive()).isFalse();
        assertThat(leaks()).isEmpty();
    }

    @Test
    void aBlockThatHadToMoveIsStillTheScopes() {
        try (Scope client = region.scope("client")) {
            client.allocate(64, ORDER, SITE).resize(100_000);
        }
        assertThat(leaks()).extracting(Leak::scope).containsExactly("client");
        assertThat(leaks().get(0).block().size()).isEqualTo(100_000);
    }

    @Test
    void aClosedScopeRefuses() {
        Scope client = region.scope("client");
        client.close();
        client.close();
        assertThatThrownBy(() -> client.allocate(64)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatTheScopeLeftStaysUsable() {
        Block block;
        try (Scope client = region.scope("client")) {
            block = client.allocate(64, ORDER, SITE);
        }
        block.putLong(0, 42);
        assertThat(block.getLong(0)).isEqualTo(42);
        assertThat(leaks()).hasSize(1);
        block.free();
    }

    @Test
    void namesMayBeOfAnyLengthAndAlphabet() {
        String name = "客户端-".repeat(20);
        try (Scope client = region.scope(name)) {
            client.allocate(64, ORDER, SITE);
        }
        String shown = leaks().get(0).scope();
        assertThat(name).startsWith(shown);
        assertThat(shown.length()).isGreaterThan(30);
    }
}
