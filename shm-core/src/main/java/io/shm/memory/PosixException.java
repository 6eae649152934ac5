package io.shm.memory;

import java.io.IOException;
import java.util.Map;

/** A system call that failed; the message names the call, the error and its number's name. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1L;

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EEXIST = 17;
    public static final int ENOTDIR = 20;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ENOSYS = 38;
    public static final int ELOOP = 40;
    public static final int EOPNOTSUPP = 95;

    private static final Map<Integer, String> TEXTS = Map.ofEntries(
            Map.entry(EPERM, "EPERM: not permitted"),
            Map.entry(ENOENT, "ENOENT: no such file"),
            Map.entry(EINTR, "EINTR: interrupted"),
            Map.entry(6, "ENXIO: no such device"),
            Map.entry(9, "EBADF: the descriptor is closed or of the wrong access"),
            Map.entry(EAGAIN, "EAGAIN: try again"),
            Map.entry(12, "ENOMEM: no memory or no address space"),
            Map.entry(EACCES, "EACCES: permission denied"),
            Map.entry(16, "EBUSY: busy"),
            Map.entry(EEXIST, "EEXIST: exists"),
            Map.entry(ENOTDIR, "ENOTDIR: not a folder"),
            Map.entry(21, "EISDIR: a folder"),
            Map.entry(EINVAL, "EINVAL: invalid argument"),
            Map.entry(23, "ENFILE: too many open files in the system"),
            Map.entry(24, "EMFILE: too many open files in this process"),
            Map.entry(27, "EFBIG: too large a file"),
            Map.entry(ENOSPC, "ENOSPC: no space left"),
            Map.entry(30, "EROFS: a read-only file system"),
            Map.entry(36, "ENAMETOOLONG: name too long"),
            Map.entry(ENOSYS, "ENOSYS: the kernel lacks this call"),
            Map.entry(ELOOP, "ELOOP: a symbolic link"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP: the file system lacks this"),
            Map.entry(122, "EDQUOT: over quota"));

    private final int errno;

    PosixException(String call, int errno) {
        super(call + ": " + TEXTS.getOrDefault(errno, "errno " + errno));
        this.errno = errno;
    }

    /** The system's number of the error, as on Linux. */
    public int errno() {
        return errno;
    }
}
