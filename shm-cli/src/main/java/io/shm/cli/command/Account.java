package io.shm.cli.command;

import io.shm.inspect.Accounts;
import java.util.List;

/** One of the parts that every byte of a region is in. */
record Account(String name, long bytes, String meaning) {
    static List<Account> of(Accounts accounts) {
        return List.of(
                new Account("header", accounts.header(), "the region itself, its processes, pools, faults"),
                new Account("tables", accounts.tables(), "call sites and tags"),
                new Account("ledger", accounts.ledger(), "the records of all blocks"),
                new Account("overhead", accounts.overhead(), "guards and rounding"),
                new Account("live", accounts.live(), "requested, in blocks in use"),
                new Account("slack", accounts.slack(), "more than was requested, in blocks in use"),
                new Account("free", accounts.free(), "to be had"),
                new Account("building", accounts.building(), "being formed or collected right now"),
                new Account("quarantined", accounts.quarantined(), "out of use because of damage"),
                new Account("tail", accounts.tail(), "too little for a slab"));
    }
}
