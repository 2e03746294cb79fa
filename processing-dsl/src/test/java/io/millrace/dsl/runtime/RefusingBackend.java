package io.millrace.dsl.runtime;

import io.millrace.state.StateBackend;
import io.millrace.state.StateException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/** A backend without room for what is written. */
final class RefusingBackend {
    private RefusingBackend() {}

    /** @param isFull asked before each write */
    static StateBackend of(StateBackend backend, BooleanSupplier isFull) {
        return (StateBackend) Proxy.newProxyInstance(
                StateBackend.class.getClassLoader(),
                new Class<?>[] {StateBackend.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("write") && isFull.getAsBoolean()) {
                        throw new StateException(
                                StateException.Kind.NO_SPACE, "Cannot write: the disk is full; make room");
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
