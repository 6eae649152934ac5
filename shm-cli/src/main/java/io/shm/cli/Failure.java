package io.shm.cli;

import io.shm.cli.command.UsageException;
import io.shm.error.BusyException;
import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.error.NoSpaceException;
import io.shm.error.NotFoundException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.PermissionException;
import io.shm.error.ShmException;
import io.shm.error.UnavailableException;
import io.shm.error.UnsupportedPlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * What went wrong, as the user is told it.
 *
 * @param name in JSON, stable: {@code not-found}
 * @param message one line
 */
record Failure(ExitCode exit, String name, String message) {
    static Failure of(Throwable thrown) {
        if (thrown instanceof ParameterException misread) {
            return new Failure(ExitCode.USAGE, "usage", Misreading.explain(misread));
        }
        if (thrown instanceof UncheckedIOException wrapped) {
            return of(wrapped.getCause());
        }
        if (thrown instanceof ShmException expected) {
            return ofOurs(expected);
        }
        if (thrown instanceof UsageException || thrown instanceof TypeConversionException) {
            return new Failure(ExitCode.USAGE, "usage", oneLine(thrown));
        }
        if (thrown instanceof IOException io) {
            return ofFile(io);
        }
        if (thrown instanceof OutOfMemoryError) {
            return new Failure(
                    ExitCode.NO_SPACE,
                    "heap",
                    "the Java heap is full (" + thrown.getMessage()
                            + "); use --limit, or set JAVA_TOOL_OPTIONS=-Xmx2g");
        }
        return bug(thrown);
    }

    private static Failure ofOurs(ShmException thrown) {
        String message = oneLine(thrown);
        if (thrown instanceof NotFoundException) {
            return new Failure(ExitCode.UNREADABLE, "not-found", message);
        } else if (thrown instanceof IncompatibleException) {
            return new Failure(ExitCode.UNREADABLE, "incompatible", message);
        } else if (thrown instanceof CorruptRegionException) {
            return new Failure(ExitCode.UNREADABLE, "corrupt", message);
        } else if (thrown instanceof UnsupportedPlatformException) {
            return new Failure(ExitCode.UNREADABLE, "unsupported", message);
        } else if (thrown instanceof PermissionException) {
            return new Failure(ExitCode.PERMISSION, "permission", message);
        } else if (thrown instanceof BusyException) {
            return new Failure(ExitCode.BUSY, "busy", message);
        } else if (thrown instanceof UnavailableException) {
            // As a file that was too short to begin with.
            return new Failure(ExitCode.UNREADABLE, "unavailable", message);
        } else if (thrown instanceof NoSpaceException || thrown instanceof OutOfSharedMemoryException) {
            return new Failure(ExitCode.NO_SPACE, "no-space", message);
        }
        return bug(thrown);
    }

    private static Failure ofFile(IOException thrown) {
        String message = thrown.getMessage() == null ? "" : thrown.getMessage();
        if (thrown instanceof FileSystemException file) {
            String reason = file.getReason() == null ? "" : ": " + file.getReason();
            if (file instanceof NoSuchFileException) {
                return new Failure(ExitCode.UNREADABLE, "not-found", file.getFile() + " does not exist");
            } else if (file instanceof AccessDeniedException) {
                return new Failure(ExitCode.PERMISSION, "permission", file.getFile() + ": permission denied");
            } else if (!reason.contains("No space left")) {
                return new Failure(ExitCode.UNREADABLE, "file", file.getFile() + reason);
            }
        }
        if (message.contains("No space left")) {
            return new Failure(ExitCode.NO_SPACE, "no-space", "cannot write the output: no space left on the device");
        }
        return bug(thrown);
    }

    private static Failure bug(Throwable thrown) {
        return new Failure(
                ExitCode.INTERNAL,
                "internal",
                "a bug in shm: " + oneLine(thrown.toString()) + "; add -v for the trace that a report needs");
    }

    private static String oneLine(Throwable thrown) {
        return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : oneLine(thrown.getMessage());
    }

    static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
