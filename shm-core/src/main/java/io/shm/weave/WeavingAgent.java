package io.shm.weave;

import io.shm.ledger.SiteCapture;
import io.shm.ledger.Transparency;
import io.shm.weave.Weaver.Woven;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;

/**
 * Weaves every class of a program when it is loaded: {@code -javaagent:shm-core.jar[=OPTIONS]}, or {@code
 * Launcher-Agent-Class: io.shm.weave.WeavingAgent} in the manifest of an application's jar.
 *
 * <p>Options, separated by commas: {@code verbose} says on standard error what was woven and what was left; {@code
 * transparent=PATTERN:PATTERN} declares wrappers as {@link Transparency} does. An option that is none is said on standard
 * error, and nothing else comes of it.
 *
 * <p>A class that cannot be woven is left as it is; nothing here makes a program fail. New code for a class that is loaded
 * already is woven as well, and its lines are those of the new code.
 */
public final class WeavingAgent implements ClassFileTransformer {
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final String LINKS = "io/shm/weave/CallSites.class";

    private final boolean verbose;

    WeavingAgent(boolean verbose) {
        this.verbose = verbose;
    }

    /** Called by the JVM before main. */
    public static void premain(String options, Instrumentation instrumentation) {
        start(options, instrumentation);
    }

    /** Called by the launcher before main, or by whoever attaches to a running program: then what is loaded is woven too. */
    public static void agentmain(String options, Instrumentation instrumentation) {
        WeavingAgent agent = start(options, instrumentation);
        if (!instrumentation.isRetransformClassesSupported()) {
            return;
        }
        for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
            if (isOfProgram(loaded.getClassLoader()) && instrumentation.isModifiableClass(loaded)) {
                agent.weaveAgain(instrumentation, loaded);
            }
        }
    }

    private static WeavingAgent start(String options, Instrumentation instrumentation) {
        boolean verbose = false;
        for (String option : (options == null ? "" : options).split(",")) {
            if (option.equals("verbose")) {
                verbose = true;
            } else if (option.startsWith("transparent=")) {
                declare(option.substring("transparent=".length()));
            } else if (!option.isBlank()) {
                say("no option '" + option + "'; there are verbose, transparent=PATTERN:PATTERN");
            }
        }
        WeavingAgent agent = new WeavingAgent(verbose);
        instrumentation.addTransformer(agent, instrumentation.isRetransformClassesSupported());
        return agent;
    }

    /** Also as the property, so that a copy of the toolkit in another loader finds them. */
    private static void declare(String patterns) {
        try {
            Transparency.declare(patterns.split(":"));
        } catch (IllegalArgumentException e) {
            say(e.getMessage());
            return;
        }
        String before = System.getProperty(Transparency.PROPERTY, "");
        System.setProperty(Transparency.PROPERTY, before.isEmpty() ? patterns : before + ":" + patterns);
    }

    private void weaveAgain(Instrumentation instrumentation, Class<?> loaded) {
        try {
            instrumentation.retransformClasses(loaded);
        } catch (UnmodifiableClassException | RuntimeException | LinkageError | InternalError e) {
            note(loaded.getName() + " left as it is: " + e);
        }
    }

    private static boolean isOfProgram(ClassLoader loader) {
        return loader != null && loader != PLATFORM;
    }

    @Override
    @SuppressWarnings("CatchingThrowable")
    public byte[] transform(
            ClassLoader loader, String className, Class<?> redefined, ProtectionDomain domain, byte[] classFile) {
        try {
            if (redefined != null) {
                SiteCapture.redefined(redefined);
            }
            return isOfProgram(loader) ? transform(loader, className, classFile) : null;
        } catch (Throwable e) {
            note(className + " left as it is: " + e);
            return null;
        }
    }

    private byte[] transform(ClassLoader loader, String className, byte[] classFile) {
        Woven woven = Weaver.weave(classFile);
        if (!woven.problem().isEmpty()) {
            note(className + " left as it is: " + woven.problem());
        }
        if (woven.bytes() == null) {
            return null;
        }
        if (loader.getResource(LINKS) == null) {
            note(className + " left as it is: its class loader has a toolkit that cannot link woven calls");
            return null;
        }
        note(className + ": calls woven: " + woven.calls());
        return woven.bytes();
    }

    private void note(String text) {
        if (verbose) {
            say(text);
        }
    }

    /** Not by a logger: that would set up the program's logging before the program does. */
    private static void say(String text) {
        System.err.println("shm weave: " + text);
    }
}
