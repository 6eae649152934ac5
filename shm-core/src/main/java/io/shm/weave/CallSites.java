package io.shm.weave;

import io.shm.ledger.Site;
import io.shm.ledger.Transparency;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Links woven calls. Class files that were woven at build time name this class and its method: neither ever changes.
 *
 * <p>A call is linked when it is made for the first time, once for each class that has it: a class in two loaders, or a
 * new version of one, has call sites of its own, each with its own line. Equal lines have one id in a region.
 */
public final class CallSites {
    /**
     * The call of a method with the line where it is; or without, where the caller is a wrapper or the method has no
     * overload that takes a line. Never fails where the call as it was written would not.
     *
     * @param type of the call, the receiver first
     * @param method that has the call
     * @param file empty where unknown
     * @param line 0 where unknown
     * @param wrapper 1 if the method is annotated as a wrapper
     */
    public static CallSite link(
            MethodHandles.Lookup caller,
            String name,
            MethodType type,
            String method,
            String file,
            int line,
            int wrapper)
            throws NoSuchMethodException, IllegalAccessException {
        Class<?> receiver = type.parameterType(0);
        MethodType plain = type.dropParameterTypes(0, 1);
        if (wrapper == 0 && !isDeclaredWrapper(caller.lookupClass(), method)) {
            try {
                MethodHandle sited = caller.findVirtual(receiver, name, plain.appendParameterTypes(Site.class));
                Site site = Site.of(caller.lookupClass().getName(), method, file, line);
                return new ConstantCallSite(MethodHandles.insertArguments(sited, type.parameterCount(), site)
                        .asType(type));
            } catch (NoSuchMethodException | IllegalAccessException | LinkageError another) {
                // Another version of the toolkit, or one of another class loader: as it was written.
            }
        }
        return new ConstantCallSite(caller.findVirtual(receiver, name, plain).asType(type));
    }

    private static boolean isDeclaredWrapper(Class<?> type, String method) {
        try {
            return Transparency.isDeclared(type, method);
        } catch (LinkageError another) {
            return false;
        }
    }

    private CallSites() {}
}
