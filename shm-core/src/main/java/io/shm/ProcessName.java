package io.shm;

/** What a process calls itself when nobody has told it. */
final class ProcessName {
    static String orDefault(String name) {
        if (name != null && !name.isBlank()) {
            return name;
        }
        String command = System.getProperty("sun.java.command", "").strip();
        int blank = command.indexOf(' ');
        String main = blank < 0 ? command : command.substring(0, blank);
        if (main.endsWith(".jar")) {
            main = main.substring(main.lastIndexOf('/') + 1, main.length() - ".jar".length());
        } else {
            main = main.substring(main.lastIndexOf('.') + 1);
        }
        return main.isEmpty() ? "java" : main;
    }

    private ProcessName() {}
}
