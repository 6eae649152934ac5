package io.shm.bench;

import io.shm.layout.RecordLayout;
import io.shm.weave.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.LongConsumer;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Loads the toolkit, and only that, once more: as it is, or with a change. */
final class Twin extends ClassLoader {
    private static final String MEMORY = "io/shm/memory/SharedMemory";

    /** What is different in it. */
    enum Change {
        NONE,
        /** An allocation does not write the word behind the requested bytes, a free looks at no guard. */
        NO_GUARDS,
        /** Nothing of a record is written but its state, once a block of that size has been in it. */
        NO_RECORDS,
        /** The program's calls are woven. */
        WOVEN
    }

    private final Change change;
    private int changed;

    Twin(Change change) {
        super(Twin.class.getClassLoader());
        this.change = change;
    }

    LongConsumer start(Class<? extends LongConsumer> program, String level) throws ReflectiveOperationException {
        LongConsumer pairs = (LongConsumer)
                loadClass(program.getName()).getConstructor(String.class).newInstance(level);
        pairs.accept(64);
        int expected = switch (change) {
            case NONE -> 0;
            case NO_GUARDS -> 2;
            case NO_RECORDS -> 3;
            case WOVEN -> 2;
        };
        if (changed != expected) {
            throw new IllegalStateException(change + ": " + changed + " changes, not " + expected);
        }
        return pairs;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.shm.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = changed(name, in.readAllBytes());
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    private byte[] changed(String name, byte[] bytes) {
        if (change == Change.NO_GUARDS && name.equals("io.shm.heap.GuardCheck")) {
            return withBodies(bytes, Set.of("mark", "isWhole"));
        }
        if (change == Change.NO_RECORDS && name.equals("io.shm.ledger.BlockStates")) {
            return withBodies(bytes, Set.of("write", "note"));
        }
        if (change == Change.WOVEN && name.equals(TwinPairs.Unchanged.class.getName())) {
            Weaver.Woven woven = Weaver.weave(bytes);
            changed += woven.calls();
            return woven.bytes();
        }
        return bytes;
    }

    /** With other bodies of the static methods of some names. */
    private byte[] withBodies(byte[] bytes, Set<String> names) {
        ClassReader reader = new ClassReader(bytes);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String types, String signature, String[] thrown) {
                        MethodVisitor method = super.visitMethod(access, name, types, signature, thrown);
                        if (!names.contains(name) || (access & Opcodes.ACC_STATIC) == 0) {
                            return method;
                        }
                        changed++;
                        return name.equals("write") ? writingOnce(method) : empty(method, types.endsWith("Z"));
                    }
                },
                0);
        return writer.toByteArray();
    }

    /** Nothing, or yes. */
    private static MethodVisitor empty(MethodVisitor method, boolean answers) {
        method.visitCode();
        if (answers) {
            method.visitInsn(Opcodes.ICONST_1);
        }
        method.visitInsn(answers ? Opcodes.IRETURN : Opcodes.RETURN);
        method.visitMaxs(0, 0);
        method.visitEnd();
        return null;
    }

    /** The same, where the record has no size yet: a free believes the size that it finds. */
    private static MethodVisitor writingOnce(MethodVisitor method) {
        return new MethodVisitor(Opcodes.ASM9, method) {
            @Override
            public void visitCode() {
                super.visitCode();
                Label write = new Label();
                visitVarInsn(Opcodes.ALOAD, 0);
                visitVarInsn(Opcodes.LLOAD, 1);
                visitLdcInsn((long) RecordLayout.SIZE_OFFSET);
                visitInsn(Opcodes.LADD);
                visitMethodInsn(Opcodes.INVOKEVIRTUAL, MEMORY, "getLong", "(J)J", false);
                visitInsn(Opcodes.LCONST_0);
                visitInsn(Opcodes.LCMP);
                visitJumpInsn(Opcodes.IFEQ, write);
                visitInsn(Opcodes.RETURN);
                visitLabel(write);
                visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            }
        };
    }
}
