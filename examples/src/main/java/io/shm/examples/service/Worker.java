package io.shm.examples.service;

import io.shm.AttachOptions;
import io.shm.Region;
import io.shm.channel.Request;
import io.shm.channel.Server;
import io.shm.error.BusyException;
import io.shm.error.NotFoundException;
import io.shm.examples.process.Ending;
import io.shm.heap.Block;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A worker: takes requests, answers each where it lies, and replies with the same block. */
public final class Worker {
    private static final int LOOK_MS = 200;

    private Worker() {}

    /** @param args the region's reference, and what to call this process */
    public static void main(String[] args) throws InterruptedException {
        CountDownLatch parentsPipe = new CountDownLatch(1);
        Thread thread = new Thread(() -> readToTheEnd(parentsPipe), "parents-pipe");
        thread.setDaemon(true);
        thread.start();
        AttachOptions options = AttachOptions.to(args[0]).processName(args[1]).leaveAtExit(false);
        // SIGTERM, too, ends it when the request that it has is answered. Ctrl-C does not: see Supervisor.
        try (Ending ending = Ending.onSignal()) {
            try (Region region = Region.attach(options)) {
                serve(region, () -> parentsPipe.getCount() > 0 && !ending.isAsked());
            }
            removeIfNobodyIsThere(args[0]);
        } catch (NotFoundException e) {
            // All others have left since this one was started, the parent killed: then there is nothing to do.
            if (parentsPipe.getCount() > 0) {
                throw e;
            }
        }
    }

    /** The pipe ends when the parent closes it, and also when the parent is killed. */
    private static void readToTheEnd(CountDownLatch pipe) {
        try {
            while (System.in.read() >= 0) {}
        } catch (IOException e) {
            // It is gone: the same.
        } finally {
            pipe.countDown();
        }
    }

    /** Answers until the condition ends; then nothing is half-done. */
    static void serve(Region region, BooleanSupplier goesOn) throws InterruptedException {
        try (Server server = region.requests(Text.REQUESTS, Text.OPTIONS).server()) {
            while (goesOn.getAsBoolean()) {
                Request request = server.receive(LOOK_MS, TimeUnit.MILLISECONDS);
                if (request != null) {
                    answer(request);
                }
            }
        }
    }

    private static void answer(Request request) throws InterruptedException {
        try (request) {
            // Ours, to be written over: if we die now, nobody else shall have it half-written.
            Block text = request.takeBlock();
            // What takes long in a real service, but no longer than anybody waits.
            Thread.sleep(Math.min(Text.workMs(text), request.remainingMs()));
            Text.toCapitals(text, ProcessHandle.current().pid());
            request.reply(text);
        }
    }

    /** The region's maker removes it, unless it was killed: then the last worker to leave does. */
    private static void removeIfNobodyIsThere(String reference) {
        try {
            Region.remove(reference, false);
        } catch (BusyException e) {
            // Somebody is: the maker, or a worker that will try this, too.
        }
    }
}
