package io.shm;

import io.shm.channel.Server;
import java.util.SplittableRandom;

/**
 * A process that sends and receives, alone and among others, asks, serves, tells and listens, each in a thread, until it is
 * killed.
 */
final class ChannelKillVictim {
    private interface Task {
        void run() throws InterruptedException;
    }

    public static void main(String[] args) {
        SplittableRandom random = new SplittableRandom(Long.parseLong(args[1]));
        Region region = KillVictim.attach(args[0], "victim");
        ChannelWork work = new ChannelWork(region);
        Server server = work.requests.server();
        SplittableRandom[] own = new SplittableRandom[7];
        for (int i = 0; i < own.length; i++) {
            own[i] = random.split();
        }
        forEver(() -> work.send(own[0]));
        forEver(() -> work.receive(5));
        forEver(() -> work.call(own[1]));
        forEver(() -> work.serve(server, own[2], 5));
        forEver(() -> work.tell(own[3]));
        forEver(() -> work.listen(own[4]));
        forEver(() -> work.sendAlone(own[5]));
        forEver(() -> work.receiveAlone(own[6], 5));
        System.out.println("working");
    }

    private static void forEver(Task task) {
        new Thread(() -> {
                    try {
                        while (true) {
                            task.run();
                        }
                    } catch (Throwable e) {
                        e.printStackTrace();
                        Runtime.getRuntime().halt(KillVictim.FAILED);
                    }
                })
                .start();
    }

    private ChannelKillVictim() {}
}
