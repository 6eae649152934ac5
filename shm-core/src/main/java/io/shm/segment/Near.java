package io.shm.segment;

import java.io.IOException;
import java.util.List;

/** Names that a user may have meant. */
final class Near {
    private static final int MOST_EDITS = 2;

    private Near() {}

    /** The segments of the folder whose name is two edits or fewer away, with commas between; empty when none is. */
    static String to(SegmentPath missing) {
        try {
            List<String> names = Listing.names(missing.folder()).stream()
                    .filter(name -> edits(name, missing.name()) <= MOST_EDITS)
                    .sorted()
                    .toList();
            return String.join(", ", names);
        } catch (IOException e) {
            // No such folder, or none of ours to read: no suggestion.
            return "";
        }
    }

    /** The least number of inserted, deleted or replaced characters that make one of the other. */
    static int edits(String from, String to) {
        int[] before = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = before[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
            }
            before = row;
        }
        return before[to.length()];
    }
}
