package io.shm.segment;

import io.shm.error.IncompatibleException;
import io.shm.error.NotFoundException;
import io.shm.error.PermissionException;
import io.shm.error.ShmException;
import io.shm.memory.PosixException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What the system's refusals mean to a user. */
final class Refusal {
    private Refusal() {}

    static boolean isPermission(IOException e) {
        return e instanceof AccessDeniedException
                || is(PosixException.EACCES, e)
                || is(PosixException.EPERM, e)
                || says(e, "Operation not permitted");
    }

    /** Nothing is there, and with a file in the middle of the path nothing can be. */
    static boolean isMissing(IOException e) {
        return e instanceof NoSuchFileException
                || is(PosixException.ENOENT, e)
                || is(PosixException.ENOTDIR, e)
                || says(e, "Not a directory");
    }

    static boolean isNoSpace(IOException e) {
        return is(PosixException.ENOSPC, e) || says(e, "No space left on device");
    }

    private static boolean is(int errno, IOException e) {
        return e instanceof PosixException posix && posix.errno() == errno;
    }

    /** The JDK has no class of its own for this error, only the system's text. */
    private static boolean says(IOException e, String text) {
        return e.getMessage() != null && e.getMessage().contains(text);
    }

    /** An attachment that the mode does not allow: for READ_WRITE, what is missing is named. */
    static PermissionException attach(Path file, Access access, IOException cause) {
        boolean mayRead = false;
        try {
            FileFacts facts = FileFacts.of(file);
            mayRead = facts != null && User.current().may(User.READ, facts);
        } catch (IOException e) {
            // Then not even that is known.
        }
        String verb = access == Access.READ_WRITE && mayRead ? "write" : "read";
        return new PermissionException(User.refusal(verb, file), cause);
    }

    static NotFoundException noRegion(SegmentPath path) {
        String near = Near.to(path);
        return new NotFoundException("no region '" + References.of(path) + "': " + path.file() + " does not exist"
                + (near.isEmpty() ? "" : ". Near: " + near));
    }

    static IncompatibleException noRegularFile(Path file, FileFacts facts) {
        return new IncompatibleException(file + " is not a shm region (" + facts.describeType() + ")");
    }

    static ShmException unexpected(String what, Path file, IOException cause) {
        return new ShmException(
                "cannot " + what + " " + file + ": " + (cause.getMessage() == null ? cause : cause.getMessage()),
                cause);
    }
}
