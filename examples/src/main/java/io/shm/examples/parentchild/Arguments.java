package io.shm.examples.parentchild;

/** What the command line says. */
record Arguments(String name, int holdSeconds) {
    static final String USAGE = "usage: scripts/example parent-child [--name NAME] [--hold SECONDS]";

    /** Null if it says something else. */
    static Arguments parse(String... args) {
        String name = "parent-child";
        int hold = 60;
        for (int i = 0; i < args.length; i += 2) {
            String value = i + 1 < args.length ? args[i + 1] : "";
            if (args[i].equals("--name") && !value.isEmpty()) {
                name = value;
            } else if (args[i].equals("--hold") && value.matches("\\d{1,6}")) {
                hold = Integer.parseInt(value);
            } else {
                return null;
            }
        }
        return new Arguments(name, hold);
    }
}
