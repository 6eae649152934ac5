package io.shm.weave;

import io.shm.ledger.Toolkit;
import io.shm.ledger.Transparency;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites the calls of one class. What is not such a call stays as it is, methods without one byte by byte.
 *
 * <p>Threads: safe.
 */
public final class Weaver {
    private static final int API = Opcodes.ASM9;
    private static final String TRANSPARENT = "Lio/shm/ledger/Transparent;";
    private static final byte[] PREFIX = WovenCalls.PREFIX.getBytes(StandardCharsets.US_ASCII);
    private static final Handle LINK = new Handle(
            Opcodes.H_INVOKESTATIC,
            "io/shm/weave/CallSites",
            "link",
            "(Ljava/lang/invoke/MethodHandles$Lookup;Ljava/lang/String;Ljava/lang/invoke/MethodType;"
                    + "Ljava/lang/String;Ljava/lang/String;II)Ljava/lang/invoke/CallSite;",
            false);

    /**
     * What became of a class.
     *
     * @param bytes the new class file; null if it stays as it is
     * @param calls how many were rewritten
     * @param problem why calls that are there were left; empty if none were
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes of a class file, handed on and not compared
    public record Woven(byte[] bytes, int calls, String problem) {
        static final Woven NOTHING_TO_DO = new Woven(null, 0, "");

        static Woven left(String problem) {
            return new Woven(null, 0, problem);
        }
    }

    /** Rewrites a class file; never throws for what is in it. Twice is as once: what is woven has no such call any more. */
    public static Woven weave(byte[] classFile) {
        if (!mayHaveCalls(classFile)) {
            return Woven.NOTHING_TO_DO;
        }
        try {
            return weave(new ClassReader(classFile));
        } catch (RuntimeException | StackOverflowError e) {
            return Woven.left(e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage()));
        }
    }

    private static Woven weave(ClassReader reader) {
        if (Toolkit.isOurs(reader.getClassName().replace('/', '.'))) {
            return Woven.NOTHING_TO_DO;
        }
        Look look = new Look();
        reader.accept(look, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        if (look.callers.isEmpty()) {
            return Woven.NOTHING_TO_DO;
        }
        if (look.major < Opcodes.V1_7) {
            return Woven.left(
                    "class file version " + look.major + " has no invokedynamic; " + Opcodes.V1_7 + " or later has");
        }
        ClassWriter writer = new ClassWriter(reader, 0);
        Rewrite rewrite = new Rewrite(writer, look);
        reader.accept(rewrite, 0);
        return new Woven(writer.toByteArray(), rewrite.calls, "");
    }

    /** A quick no for nearly all classes, without parsing them. */
    private static boolean mayHaveCalls(byte[] classFile) {
        byte first = PREFIX[0];
        int last = classFile.length - PREFIX.length;
        for (int at = 0; at <= last; at++) {
            if (classFile[at] == first && startsWith(classFile, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(byte[] classFile, int at) {
        for (int i = 1; i < PREFIX.length; i++) {
            if (classFile[at + i] != PREFIX[i]) {
                return false;
            }
        }
        return true;
    }

    /** Finds the methods that have calls to rewrite, and those that are wrappers. */
    private static final class Look extends ClassVisitor {
        final Set<String> callers = new HashSet<>();
        /** Name and descriptor of annotated methods; the name alone too, for lambdas in them. */
        final Set<String> wrappers = new HashSet<>();

        int major;

        Look() {
            super(API);
        }

        @Override
        public void visit(
                int version, int access, String name, String signature, String superName, String[] interfaces) {
            major = version & 0xffff;
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
            return new MethodVisitor(API) {
                @Override
                public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                    if (annotation.equals(TRANSPARENT)) {
                        wrappers.add(name + descriptor);
                        wrappers.add(name);
                    }
                    return null;
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String called, String type, boolean isInterface) {
                    if (isWoven(opcode, owner, called, type)) {
                        callers.add(name + descriptor);
                    }
                }
            };
        }

        boolean isWrapper(String name, String descriptor) {
            String written = Transparency.writtenIn(name);
            return wrappers.contains(written.equals(name) ? name + descriptor : written);
        }
    }

    private static boolean isWoven(int opcode, String owner, String name, String descriptor) {
        return opcode == Opcodes.INVOKEVIRTUAL && WovenCalls.contains(owner, name, descriptor);
    }

    /** Puts the new calls in the place of the old ones. */
    private static final class Rewrite extends ClassVisitor {
        private final Look look;
        private String file = "";
        private int calls;

        Rewrite(ClassVisitor next, Look look) {
            super(API, next);
            this.look = look;
        }

        @Override
        public void visitSource(String source, String debug) {
            file = source == null ? "" : source;
            super.visitSource(source, debug);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String name, String descriptor, String signature, String[] thrown) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, thrown);
            // Handed on as it is, the writer copies a method without parsing it.
            if (!look.callers.contains(name + descriptor)) {
                return next;
            }
            int wrapper = look.isWrapper(name, descriptor) ? 1 : 0;
            return new MethodVisitor(API, next) {
                private int line;

                @Override
                public void visitLineNumber(int number, Label start) {
                    line = number;
                    super.visitLineNumber(number, start);
                }

                @Override
                public void visitMethodInsn(int opcode, String owner, String called, String type, boolean isInterface) {
                    if (!isWoven(opcode, owner, called, type)) {
                        super.visitMethodInsn(opcode, owner, called, type, isInterface);
                        return;
                    }
                    calls++;
                    String withReceiver = "(L" + owner + ";" + type.substring(1);
                    super.visitInvokeDynamicInsn(called, withReceiver, LINK, name, file, line, wrapper);
                }
            };
        }
    }

    private Weaver() {}
}
