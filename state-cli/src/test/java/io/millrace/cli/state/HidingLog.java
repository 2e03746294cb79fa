package io.millrace.cli.state;

import io.millrace.log.EventLog;
import io.millrace.log.LogConsumer;
import io.millrace.log.LogRecord;
import io.millrace.log.RecordCursor;
import io.millrace.log.TopicPartition;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A log of which readers do not find some records, as if a compaction had taken them. */
final class HidingLog {
    private HidingLog() {}

    /** @param isHidden by the number of the consumer, from 0, and the offset */
    static EventLog of(EventLog log, BiPredicate<Integer, Long> isHidden) {
        int[] consumers = {0};
        return proxy(EventLog.class, log, (method, result) -> {
            if (!(result instanceof LogConsumer consumer)) {
                return result;
            }
            int number = consumers[0]++;
            return proxy(
                    LogConsumer.class,
                    consumer,
                    (polled, cursors) -> polled.getName().equals("poll")
                            ? ((List<?>) cursors)
                                    .stream()
                                            .map(cursor -> hiding((RecordCursor) cursor, number, isHidden))
                                            .toList()
                            : cursors);
        });
    }

    /** What becomes of a result. */
    private interface Change {
        Object of(Method method, Object result);
    }

    private static <T> T proxy(Class<T> type, T behind, Change change) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            try {
                return change.of(method, method.invoke(behind, given));
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static RecordCursor hiding(RecordCursor cursor, int consumer, BiPredicate<Integer, Long> isHidden) {
        return new RecordCursor() {
            @Override
            public TopicPartition topicPartition() {
                return cursor.topicPartition();
            }

            @Override
            public boolean next() {
                while (cursor.next()) {
                    if (!isHidden.test(consumer, cursor.record().offset())) {
                        return true;
                    }
                }
                return false;
            }

            @Override
            public LogRecord record() {
                return cursor.record();
            }

            @Override
            public @Nullable LogRecord peek() {
                LogRecord next = cursor.peek();
                while (next != null && isHidden.test(consumer, next.offset())) {
                    cursor.next();
                    next = cursor.peek();
                }
                return next;
            }

            @Override
            public boolean isExhausted() {
                return cursor.isExhausted();
            }

            @Override
            public long position() {
                return cursor.position();
            }
        };
    }
}
