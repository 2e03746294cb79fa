package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

class ErrorRuleTest {
    private static StackOverflowError overflowIn(String... classes) {
        StackTraceElement[] trace = new StackTraceElement[classes.length];
        for (int i = 0; i < classes.length; i++) {
            trace[i] = new StackTraceElement(classes[i], "call", null, 1);
        }
        StackOverflowError error = new StackOverflowError();
        error.setStackTrace(trace);
        return error;
    }

    @Test
    void whatCodeThrowsIsTheRecordsFault() {
        assertThat(ErrorRule.isOfRecord(new AssertionError())).isTrue();
        assertThat(ErrorRule.isOfRecord(new Error("TODO"))).isTrue();
    }

    @Test
    void whatAnyRecordWouldMeetIsTheMachines() {
        assertThat(ErrorRule.isOfRecord(new OutOfMemoryError())).isFalse();
        assertThat(ErrorRule.isOfRecord(new InternalError())).isFalse();
        assertThat(ErrorRule.isOfRecord(new NoClassDefFoundError())).isFalse();
        assertThat(ErrorRule.isOfRecord(new ExceptionInInitializerError())).isFalse();
        assertThat(ErrorRule.isOfRecord(new ServiceConfigurationError("none"))).isFalse();
    }

    @Test
    void aStackThatEndsInTheUsersCodeIsTheRecordsFault() {
        assertThat(ErrorRule.isOfRecord(overflowIn("com.fasterxml.jackson.Parser", "app.Orders")))
                .isTrue();
        assertThat(ErrorRule.isOfRecord(overflowIn("java.util.ArrayList", "app.Orders")))
                .isTrue();
        assertThat(ErrorRule.isOfRecord(overflowIn("io.millrace.examples.bank.Ledger")))
                .isTrue();
        assertThat(ErrorRule.isOfRecord(overflowIn("io.millrace.serde.Serdes", "app.Orders")))
                .isTrue();
    }

    /** What was cut short there may be read by records that come later. */
    @Test
    void aStackThatEndsWhereSomethingIsKeptIsNot() {
        assertThat(ErrorRule.isOfRecord(overflowIn("io.millrace.state.overlay.Overlay", "app.Orders")))
                .isFalse();
        assertThat(ErrorRule.isOfRecord(overflowIn("java.util.HashMap", "io.millrace.state.cache.Cache", "app.Orders")))
                .isFalse();
        assertThat(ErrorRule.isOfRecord(overflowIn("io.millrace.log.embedded.Batch", "app.Orders")))
                .isFalse();
        assertThat(ErrorRule.isOfRecord(overflowIn())).as("nothing is known").isFalse();
    }
}
