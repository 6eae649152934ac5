package io.shm.inspect;

import io.shm.layout.RegionMap;
import io.shm.ledger.Site;
import io.shm.ledger.Sites;
import io.shm.ledger.Tags;
import io.shm.memory.SharedMemory;
import java.util.List;

/** Sites and tags by id, decoded once: a published text never changes. */
final class Names {
    private final Sites sites;
    private final Tags tags;
    private final SiteInfo[] siteInfos;
    private final String[] tagNames;

    Names(SharedMemory memory, RegionMap map) {
        sites = new Sites(memory, map);
        tags = new Tags(memory, map);
        siteInfos = new SiteInfo[map.siteCount()];
        tagNames = new String[map.tagCount()];
    }

    /** {@link SiteInfo#UNKNOWN} for whatever is no site. */
    SiteInfo site(int id) {
        if (id <= 0 || id >= siteInfos.length) {
            return SiteInfo.UNKNOWN;
        }
        SiteInfo known = siteInfos[id];
        if (known == null) {
            Site site = sites.get(id);
            if (site.equals(Site.UNKNOWN)) {
                // Not kept: it may be published a moment later.
                return SiteInfo.UNKNOWN;
            }
            known = SiteInfo.of(site);
            siteInfos[id] = known;
        }
        return known;
    }

    /** The frames of a stack, the innermost first; none for whatever is no stack. */
    List<SiteInfo> stack(int id) {
        return sites.stack(id).stream().map(SiteInfo::of).toList();
    }

    /** The empty name for whatever is no tag. */
    String tag(int id) {
        if (id <= 0 || id >= tagNames.length) {
            return "";
        }
        if (tagNames[id] == null) {
            String name = tags.get(id);
            if (name.isEmpty()) {
                return "";
            }
            tagNames[id] = name;
        }
        return tagNames[id];
    }
}
