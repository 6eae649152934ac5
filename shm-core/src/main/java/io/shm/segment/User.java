package io.shm.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Who this process is for the file system, and what a file's mode lets it do. */
record User(int uid, List<Integer> gids) {
    static final int READ = 4;
    static final int WRITE = 2;

    static User current() throws IOException {
        int uid = -1;
        List<Integer> gids = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            String[] words = line.split("\\s+");
            // Real, effective, saved, file system: the last is what files are checked against.
            if (words[0].equals("Uid:")) {
                uid = Integer.parseUnsignedInt(words[4]);
            } else if (words[0].equals("Gid:")) {
                gids.add(Integer.parseUnsignedInt(words[4]));
            } else if (words[0].equals("Groups:")) {
                for (int i = 1; i < words.length; i++) {
                    gids.add(Integer.parseUnsignedInt(words[i]));
                }
            }
        }
        return new User(uid, gids);
    }

    /** Whether the mode grants all of the given bits; root is granted everything. Access lists are not looked at. */
    boolean may(int bits, FileFacts file) {
        return uid == 0 || (bits & ~granted(file)) == 0;
    }

    private int granted(FileFacts file) {
        if (file.uid() == uid) {
            return file.mode() >> 6 & 7;
        }
        return gids.contains(file.gid()) ? file.mode() >> 3 & 7 : file.mode() & 7;
    }

    /** The sentence that a refused user reads. */
    static String refusal(String verb, Path path) {
        String mode = "?";
        String owner = "?";
        try {
            mode = String.format(Locale.ROOT, "%04o", FileFacts.of(path).mode());
            owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
        } catch (IOException | RuntimeException e) {
            // Gone meanwhile, or its folder may not be searched: the sentence says what is known.
        }
        return "cannot " + verb + " " + path + ": mode " + mode + ", owner " + owner + ", you are "
                + System.getProperty("user.name", "?");
    }
}
