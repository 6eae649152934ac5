package io.shm.examples.service;

import java.util.HashMap;
import java.util.Map;

/**
 * What the command line says.
 *
 * @param load seconds; 0 for none, to be used by hand
 * @param hold seconds that the region stays after the load
 * @param deadline milliseconds
 */
record Arguments(String name, int port, int workers, int clients, int load, int hold, int deadline, long seed) {
    static final String USAGE = """
            usage: scripts/example service [--load SECONDS] [--seed N] [--workers N] [--clients N] [--port PORT]
                                           [--deadline MS] [--hold SECONDS] [--name NAME]
            --load 0 waits for requests from elsewhere, until Enter is pressed""";

    private static final int MOST_WORKERS = 32;

    /** Null if it says something else. */
    static Arguments parse(String... args) {
        Map<String, String> given = new HashMap<>(Map.of(
                "--name", "service",
                "--port", "0",
                "--workers", "3",
                "--clients", "8",
                "--load", "60",
                "--hold", "0",
                "--deadline", "2000",
                "--seed", ""));
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length || args[i + 1].isEmpty() || !given.containsKey(args[i])) {
                return null;
            }
            given.put(args[i], args[i + 1]);
        }
        try {
            String seed = given.get("--seed");
            return new Arguments(
                    given.get("--name"),
                    number(given, "--port", 0, 65_535),
                    number(given, "--workers", 1, MOST_WORKERS),
                    number(given, "--clients", 1, 1000),
                    number(given, "--load", 0, 1_000_000),
                    number(given, "--hold", 0, 1_000_000),
                    number(given, "--deadline", 1, 1_000_000),
                    seed.isEmpty() ? System.nanoTime() & 0xffff_ffffL : Long.parseLong(seed));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static int number(Map<String, String> given, String option, int least, int most) {
        int number = Integer.parseInt(given.get(option));
        if (number < least || number > most) {
            throw new NumberFormatException(option);
        }
        return number;
    }
}
