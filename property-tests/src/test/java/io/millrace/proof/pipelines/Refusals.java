package io.millrace.proof.pipelines;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.transactions.TransactionalLog;
import io.millrace.transactions.TransactionalProducer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * A log that takes each thing that a transaction offers it, but not at once: every record, result or change of state, and then the commit itself, is refused
 * the first time that it is offered. A refused record rolls the transaction back, a refused commit takes the producer and the tasks with it; in the next attempt one more
 * record is taken. Owned by the test's thread, with all that it makes.
 */
final class Refusals {
    private final String transactionalId;
    private int taken;
    private int offered;
    private boolean isCommitDue;
    private int refused;

    /** @param transactionalId whose producer is treated so: the start of an application has one of its own, which nobody could try again */
    Refusals(String transactionalId) {
        this.transactionalId = transactionalId;
    }

    /** How often something was refused. */
    int refused() {
        return refused;
    }

    TransactionalLog around(TransactionalLog log) {
        return wrapped(TransactionalLog.class, (method, arguments) -> {
            Object answer = call(log, method, arguments);
            return answer instanceof TransactionalProducer producer
                            && producer.transactionalId().equals(transactionalId)
                    ? around(producer)
                    : answer;
        });
    }

    private TransactionalProducer around(TransactionalProducer producer) {
        return wrapped(TransactionalProducer.class, (method, arguments) -> {
            switch (method.getName()) {
                case "begin" -> offered = 0;
                case "send" -> offer();
                case "commit" -> offerCommit();
                default -> {}
            }
            return call(producer, method, arguments);
        });
    }

    private void offer() {
        offered++;
        if (offered > taken) {
            taken = offered;
            refused++;
            throw new LogException(Disposition.RETRY, "Record " + offered + " of the transaction is too much now");
        }
    }

    private void offerCommit() {
        isCommitDue = !isCommitDue;
        if (isCommitDue) {
            refused++;
            throw new LogException(Disposition.RETRY, "The commit is too much now");
        }
        taken = 0;
    }

    private interface Call {
        @Nullable Object answer(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T wrapped(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method, arguments)));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
