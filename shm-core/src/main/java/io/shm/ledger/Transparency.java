package io.shm.ledger;

import java.lang.annotation.AnnotationFormatError;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which methods are wrappers, whose callers are to blame: those with {@link Transparent}, and those whose names match a
 * pattern, for code that cannot be annotated.
 *
 * <p>A pattern is the name of a class ({@code com.acme.Buffers}), or of a method with its class ({@code
 * com.acme.Buffers.take}), where {@code *} stands for any characters, dots included ({@code com.acme.pool.*}). Patterns are
 * given here, or in the system property {@code shm.transparent}, separated by {@code :}. They hold for stacks walked from
 * then on; a woven call decides once, when it is made for the first time. So they are best declared before all work.
 *
 * <p>Threads: safe.
 */
public final class Transparency {
    /** The system property with patterns, read once. */
    public static final String PROPERTY = "shm.transparent";

    private static final ClassValue<Boolean> ANNOTATED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return isAnnotated(type);
        }
    };

    private static volatile List<Pattern> patterns = patternsOf(System.getProperty(PROPERTY, ""));

    /**
     * Adds patterns.
     *
     * @throws IllegalArgumentException if one is empty or has characters that no name has
     */
    public static synchronized void declare(String... added) {
        List<Pattern> more = new ArrayList<>(patterns);
        for (String pattern : added) {
            more.add(compile(pattern));
        }
        patterns = Collections.unmodifiableList(more);
    }

    /** The patterns in force: another list once there are more. */
    static Object state() {
        return patterns;
    }

    /** Whether a frame of this method is passed over. */
    static boolean isTransparent(Class<?> type, String method, MethodType signature) {
        return isDeclared(type, method) || isMethodAnnotated(type, method, signature);
    }

    /** Whether a pattern says so, or the class is annotated: all but an annotation of the method itself. */
    public static boolean isDeclared(Class<?> type, String method) {
        return matches(type.getName(), writtenIn(method)) || ANNOTATED.get(type);
    }

    /** The method whose source has a lambda's body; the method itself where it is none. */
    public static String writtenIn(String method) {
        if (!method.startsWith("lambda$")) {
            return method;
        }
        int end = method.lastIndexOf('$');
        String name = end > 7 ? method.substring(7, end) : method;
        return name.equals("new") ? "<init>" : name.equals("static") ? "<clinit>" : name;
    }

    private static boolean matches(String type, String method) {
        List<Pattern> all = patterns;
        if (all.isEmpty()) {
            return false;
        }
        String full = type + "." + method;
        for (Pattern pattern : all) {
            if (pattern.matcher(type).matches() || pattern.matcher(full).matches()) {
                return true;
            }
        }
        return false;
    }

    /** What cannot be looked at, as a class that it names is missing, is no wrapper. */
    private static boolean isAnnotated(Class<?> type) {
        try {
            for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
                if (at.isAnnotationPresent(Transparent.class)) {
                    return true;
                }
            }
            return type.getEnclosingMethod() != null && isAnnotated(type.getEnclosingMethod());
        } catch (LinkageError | InternalError | AnnotationFormatError | RuntimeException e) {
            return false;
        }
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        return element.isAnnotationPresent(Transparent.class);
    }

    private static boolean isMethodAnnotated(Class<?> type, String method, MethodType signature) {
        try {
            String written = writtenIn(method);
            if (!written.equals(method)) {
                return isAnyAnnotated(type, written);
            }
            if (method.equals("<clinit>")) {
                return false;
            }
            Class<?>[] parameters = signature.parameterArray();
            return isAnnotated(
                    method.equals("<init>")
                            ? type.getDeclaredConstructor(parameters)
                            : type.getDeclaredMethod(method, parameters));
        } catch (NoSuchMethodException | LinkageError | AnnotationFormatError | RuntimeException e) {
            return false;
        }
    }

    /** A lambda does not tell which of the methods of a name it is in. */
    private static boolean isAnyAnnotated(Class<?> type, String method) {
        AnnotatedElement[] all = method.equals("<init>") ? type.getDeclaredConstructors() : type.getDeclaredMethods();
        for (AnnotatedElement element : all) {
            boolean named = !(element instanceof Method m) || m.getName().equals(method);
            if (named && isAnnotated(element)) {
                return true;
            }
        }
        return false;
    }

    /** Whatever is no pattern is passed over: a program does not fail for the sake of its records. */
    private static List<Pattern> patternsOf(String list) {
        List<Pattern> all = new ArrayList<>();
        for (String pattern : list.split(":")) {
            if (isPattern(pattern.strip())) {
                all.add(compile(pattern.strip()));
            }
        }
        return Collections.unmodifiableList(all);
    }

    private static boolean isPattern(String pattern) {
        return !pattern.isEmpty()
                && pattern.chars().noneMatch(c -> Character.isWhitespace(c) || ":,;/[()".indexOf(c) >= 0);
    }

    private static Pattern compile(String pattern) {
        Objects.requireNonNull(pattern, "pattern");
        if (!isPattern(pattern)) {
            throw new IllegalArgumentException("no pattern for classes and methods: '" + pattern
                    + "'; one is com.acme.Buffers.take or com.acme.pool.*");
        }
        return Pattern.compile(
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }

    private Transparency() {}
}
