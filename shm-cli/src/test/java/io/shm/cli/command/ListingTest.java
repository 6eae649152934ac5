package io.shm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class ListingTest {
    private final List<String> shown = new ArrayList<>();

    private Listing<String> listing(Comparator<String> order, int limit) {
        return new Listing<>(order, limit, shown::add);
    }

    private Listing<String> filled(Listing<String> listing) {
        List.of("pear", "fig", "plum", "kiwi", "date").forEach(listing);
        listing.finish();
        return listing;
    }

    @Test
    void withoutAnOrderRowsPassAsTheyCome() {
        Listing<String> listing = filled(listing(null, 2));

        assertThat(shown).containsExactly("pear", "fig");
        assertThat(listing.count()).isEqualTo(5);
        assertThat(listing.shown()).isEqualTo(2);
    }

    @Test
    void anOrderWithALimitShowsTheFirstOfAll() {
        filled(listing(Comparator.naturalOrder(), 3));

        assertThat(shown).containsExactly("date", "fig", "kiwi");
    }

    @Test
    void equalRowsKeepTheirOrder() {
        filled(listing(Comparator.comparing(String::length), 4));

        assertThat(shown).containsExactly("fig", "pear", "plum", "kiwi");
    }

    @Test
    void aLimitOfNoneShowsNoneAndCountsAll() {
        Listing<String> listing = filled(listing(Comparator.naturalOrder(), 0));

        assertThat(shown).isEmpty();
        assertThat(listing.count()).isEqualTo(5);
    }
}
