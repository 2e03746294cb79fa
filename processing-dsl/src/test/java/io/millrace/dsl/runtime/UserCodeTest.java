package io.millrace.dsl.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UserCodeTest {
    private static List<StackTraceElement> stack(String... classes) {
        return Stream.of(classes)
                .map(name -> new StackTraceElement(name, "call", "File.java", 7))
                .toList();
    }

    @Test
    void itIsWhatAStepCalledAndNotWhatThatCallsItself() {
        assertThat(UserCode.of(stack(
                        "java.net.Socket",
                        "com.acme.Client",
                        "com.acme.Rates",
                        "com.acme.Rates$$Lambda$122/0x00007f1cc008bca8",
                        "io.millrace.dsl.operator.MapOperator",
                        "io.millrace.dsl.operator.SourceOperator",
                        "io.millrace.dsl.runtime.TaskLoop")))
                .hasValue("com.acme.Rates.call(File.java:7)");
        assertThat(UserCode.of(stack("com.acme.File", "io.millrace.dsl.runtime.SourceFeed")))
                .hasValue("com.acme.File.call(File.java:7)");
        assertThat(UserCode.of(
                        stack("com.acme.Rates", "io.millrace.dsl.Erased", "io.millrace.dsl.operator.MapOperator")))
                .hasValue("com.acme.Rates.call(File.java:7)");
    }

    @Test
    void aStackWithoutAStepHasNone() {
        assertThat(UserCode.of(List.of())).isEmpty();
        assertThat(UserCode.of(stack("java.lang.Object", "io.millrace.dsl.runtime.TaskLoop")))
                .isEmpty();
    }
}
