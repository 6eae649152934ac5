package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.layout.TagLayout;
import io.shm.ledger.Findings;
import io.shm.ledger.Invariant;
import io.shm.ledger.RootNames;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.ledger.Types;
import io.shm.memory.SharedMemory;
import java.util.BitSet;

/** The tables of texts: sites and tags. Collects which of them records name. */
final class TextCheck {
    private final SharedMemory memory;
    private final RegionMap map;
    private final Sites sites;
    private final Tags tags;
    private final RootNames roots;
    private final Types types;
    private final Findings findings;
    private final BitSet sitesNamed = new BitSet();
    private final BitSet tagsNamed = new BitSet();
    private final BitSet typesNamed = new BitSet();
    private long end;

    TextCheck(SharedMemory memory, RegionMap map, Sites sites, Tags tags, Findings findings) {
        this.memory = memory;
        this.map = map;
        this.sites = sites;
        this.tags = tags;
        this.roots = new RootNames(memory, map);
        this.types = new Types(memory, map);
        this.findings = findings;
    }

    /** A record names them; the ids are within the tables. */
    void named(int site, int tag, int type) {
        sitesNamed.set(site);
        tagsNamed.set(tag);
        typesNamed.set(type);
    }

    /** How far the text area is used. */
    long end() {
        return end;
    }

    /** After the walk, so that what was interned meanwhile is there. */
    void check() {
        rootsAndTypes();
        for (int site = 0; site < map.siteCount(); site++) {
            long word = sites.wordOf(site);
            end = Math.max(end, sites.endOf(site));
            check(map.siteAt(site), "site", site, word, sites.problem(site), sitesNamed.get(site));
        }
        for (int tag = 0; tag < map.tagCount(); tag++) {
            long word = tags.wordOf(tag);
            end = Math.max(end, tags.endOf(tag));
            check(map.tagAt(tag), "tag", tag, word, tags.problem(tag), tagsNamed.get(tag));
            long budgetAt = map.tagAt(tag) + TagLayout.BUDGET_OFFSET;
            long budget = memory.getLong(budgetAt);
            if (budget < 0) {
                findings.add(Invariant.BUDGET, budgetAt, "tag", tag, budget, 0, "expected 0 or more");
            }
        }
    }

    private void rootsAndTypes() {
        for (int root = 0; root < map.rootCount(); root++) {
            long word = roots.wordOf(root);
            end = Math.max(end, roots.endOf(root));
            check(map.rootAt(root), "root", root, word, roots.problem(root), false);
        }
        for (int type = 0; type < map.typeCount(); type++) {
            long word = types.wordOf(type);
            end = Math.max(end, types.endOf(type));
            check(map.typeAt(type), "type", type, word, types.problem(type), typesNamed.get(type));
        }
    }

    private void check(long at, String place, int id, long word, String problem, boolean named) {
        if (problem != null) {
            findings.add(Invariant.TEXT, at, place, id, word, 0, problem);
        } else if (word == 0 && named && id != 0) {
            findings.add(Invariant.TEXT_MISSING, at, place, id, word, 0, "records name it");
        }
    }
}
