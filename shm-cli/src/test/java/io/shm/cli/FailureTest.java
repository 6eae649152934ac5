package io.shm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.shm.cli.command.UsageException;
import io.shm.error.BudgetExceededException;
import io.shm.error.BusyException;
import io.shm.error.CorruptRegionException;
import io.shm.error.IncompatibleException;
import io.shm.error.NoSpaceException;
import io.shm.error.NotFoundException;
import io.shm.error.OutOfSharedMemoryException;
import io.shm.error.PermissionException;
import io.shm.error.ShmException;
import io.shm.error.StaleHandleException;
import io.shm.error.UnavailableException;
import io.shm.error.UnsupportedPlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {
    static Stream<Arguments> codes() {
        return Stream.of(
                Arguments.of(new UsageException("m"), 2),
                Arguments.of(new NotFoundException("m"), 3),
                Arguments.of(new IncompatibleException("m"), 3),
                Arguments.of(new CorruptRegionException("m"), 3),
                Arguments.of(new UnsupportedPlatformException("m"), 3),
                Arguments.of(new NoSuchFileException("m"), 3),
                Arguments.of(new FileSystemException("m", null, "Too many levels of symbolic links"), 3),
                Arguments.of(new UnavailableException("m"), 3),
                Arguments.of(new PermissionException("m"), 4),
                Arguments.of(new AccessDeniedException("m"), 4),
                Arguments.of(new BusyException("m"), 5),
                Arguments.of(new NoSpaceException("m"), 6),
                Arguments.of(new OutOfSharedMemoryException("m"), 6),
                Arguments.of(new BudgetExceededException("m"), 6),
                Arguments.of(new IOException("No space left on device"), 6),
                Arguments.of(new UncheckedIOException(new IOException("No space left on device")), 6),
                Arguments.of(new OutOfMemoryError("m"), 6),
                Arguments.of(new StaleHandleException("m"), 70),
                Arguments.of(new ShmException("m"), 70),
                Arguments.of(new IOException("m"), 70),
                Arguments.of(new IllegalArgumentException("m"), 70),
                Arguments.of(new NullPointerException(), 70),
                Arguments.of(new StackOverflowError(), 70));
    }

    @ParameterizedTest
    @MethodSource("codes")
    void everyExceptionHasItsExitCode(Throwable thrown, int code) {
        assertThat(Failure.of(thrown).exit().code).isEqualTo(code);
    }

    @Test
    void aMessageOfManyLinesBecomesOne() {
        Failure failure = Failure.of(new NotFoundException("no region\n  here\r\n\r\nor there\n"));

        assertThat(failure.message()).isEqualTo("no region; here; or there");
    }

    @Test
    void aBugSaysHowToSeeTheTrace() {
        assertThat(Failure.of(new NullPointerException("x")).message())
                .startsWith("a bug in shm: ")
                .contains("-v");
    }
}
