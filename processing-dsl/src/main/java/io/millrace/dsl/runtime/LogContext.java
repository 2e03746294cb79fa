package io.millrace.dsl.runtime;

import org.slf4j.MDC;

/**
 * Says in SLF4J's context (MDC) who logs: {@code millrace.application}, {@code millrace.loop}, and {@code millrace.task} while one task is at work,
 * as {@code <sub-topology>_<partition>}. Set for a step of a loop and for a task's part of it, never for a record.
 */
final class LogContext {
    static final String APPLICATION = "millrace.application";
    static final String LOOP = "millrace.loop";
    static final String TASK = "millrace.task";

    private LogContext() {}

    static void enter(String application, String loop) {
        MDC.put(APPLICATION, application);
        MDC.put(LOOP, loop);
    }

    static void enterTask(String task) {
        MDC.put(TASK, task);
    }

    static void leaveTask() {
        MDC.remove(TASK);
    }

    static void leave() {
        MDC.remove(TASK);
        MDC.remove(LOOP);
        MDC.remove(APPLICATION);
    }
}
