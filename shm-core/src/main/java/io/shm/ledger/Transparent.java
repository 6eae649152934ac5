package io.shm.ledger;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A wrapper: what it allocates, frees or publishes is blamed on the line that calls it. On a method or constructor,
 * lambdas inside included; or on a class, with all that is declared in it.
 *
 * <p>The line is found by walking the stack, also where calls are woven: more than a microsecond each. Where that
 * matters, let the wrapper take a {@link Site} instead and pass it on.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR})
public @interface Transparent {}
