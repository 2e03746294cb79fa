package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import io.millrace.serde.Serde;
import io.millrace.serde.SerdeException;
import io.millrace.serde.Serdes;
import io.millrace.state.time.Windowed;
import java.time.Duration;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.kstream.SessionWindowedSerializer;
import org.apache.kafka.streams.kstream.TimeWindowedSerializer;
import org.apache.kafka.streams.kstream.internals.SessionWindow;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.junit.jupiter.api.Test;

/** What windows may be written, what is refused with which fix, and what the bytes of their keys are. */
class WindowsTest {
    private static final Topic<String, Long> IN = Topic.of("in", Serdes.string(), Serdes.int64());
    private static final Topic<String, Long> OUT = Topic.of("out", Serdes.string(), Serdes.int64());
    private static final TimeWindows MINUTES = TimeWindows.tumbling(Duration.ofMinutes(1));

    private final Pipeline.Builder builder = Pipeline.named("test");

    private WindowedStream<String, Long> windowed() {
        return builder.stream(IN).groupByKey().windowedBy(MINUTES);
    }

    @Test
    void lengthsAreWholeMillisecondsOfAPracticalSize() {
        assertThatThrownBy(() -> TimeWindows.tumbling(Duration.ZERO))
                .hasMessageContaining("The size of windows is 1 ms to 36500 days")
                .hasMessageContaining("such as Duration.ofMinutes(5), got PT0S");
        assertThatThrownBy(() -> TimeWindows.tumbling(Duration.ofNanos(1_500_000)))
                .hasMessageContaining("whole milliseconds");
        assertThatThrownBy(() -> TimeWindows.tumbling(Duration.ofSeconds(Long.MAX_VALUE)))
                .hasMessageContaining("36500 days");
        assertThatThrownBy(() -> MINUTES.withGrace(Duration.ofMillis(-1)))
                .hasMessageContaining("The grace of windows is 0 ms");
        assertThat(MINUTES.withGrace(Duration.ofMillis(5)).grace()).isEqualTo(Duration.ofMillis(5));
    }

    @Test
    void windowsThatLeaveGapsOrAreTooManyAreRefused() {
        assertThatThrownBy(() -> TimeWindows.hopping(Duration.ofMinutes(1), Duration.ofMinutes(2)))
                .hasMessageContaining("leave gaps")
                .hasMessageContaining("advance by the size or less");
        assertThatThrownBy(() -> TimeWindows.hopping(Duration.ofDays(1), Duration.ofMillis(1)))
                .hasMessageContaining("86400000 times")
                .hasMessageContaining("advance by more");
    }

    @Test
    void namesAreThoseOfStores() {
        assertThatThrownBy(() -> windowed().count("no name")).hasMessageContaining("'no name'");
        assertThatThrownBy(() -> windowed().emitFinal().count("x".repeat(100)))
                .hasMessageContaining("A window store's name has 1 to 91 characters");
        windowed().count("counts");
        windowed().count("counts");
        assertThatThrownBy(builder::build).hasMessageContaining("Two steps are called 'counts'");
    }

    @Test
    void rowsOfFinalWindowsAreLookedForOnlyWhereTheyAreKept() {
        var table = windowed().emitFinal().count("counts");
        table.join(windowed().count("others"), Long::sum).materialize("joined", Serdes.int64());
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'windows counts', which has none once it has told of a window")
                .hasMessageContaining("call materialize(name)");
    }

    @Test
    void rowsOfFinalSessionsNeither() {
        var sessions = builder.stream(IN).groupByKey().windowedBy(SessionWindows.withGap(Duration.ofMinutes(1)));
        var table = sessions.emitFinal().count("counts");
        table.join(sessions.count("others"), Long::sum).materialize("joined", Serdes.int64());
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'sessions counts', which has none once it has told of a window");
    }

    @Test
    void rowsOfFinalSlidingWindowsNeither() {
        var windows =
                builder.stream(IN).groupByKey().windowedBy(SlidingWindows.ofTimeDifference(Duration.ofMinutes(1)));
        var table = windows.emitFinal().count("counts");
        table.join(windows.count("others"), Long::sum).materialize("joined", Serdes.int64());
        assertThatThrownBy(builder::build)
                .hasMessageContaining("'sliding windows counts', which has none once it has told of a window");
    }

    @Test
    void timeDifferencesAreWholeMillisecondsOfAPracticalSize() {
        assertThatThrownBy(() -> SlidingWindows.ofTimeDifference(Duration.ZERO))
                .hasMessageContaining("The time difference of windows is 1 ms to 36500 days");
        assertThatThrownBy(() ->
                        SlidingWindows.ofTimeDifference(Duration.ofMillis(1)).withGrace(Duration.ofMillis(-1)))
                .hasMessageContaining("The grace of windows is 0 ms");
    }

    @Test
    void keptRowsOfFinalWindowsCanBeJoined() {
        windowed()
                .emitFinal()
                .count("counts")
                .materialize("kept")
                .join(windowed().count("others"), Long::sum)
                .materialize("joined", Serdes.int64());
        assertThat(builder.build().steps()).isNotEmpty();
    }

    @Test
    void lateRecordsThatNobodyUsesAreAForgottenStep() {
        var counts = windowed().count("counts");
        counts.late();
        assertThatThrownBy(builder::build).hasMessageContaining("Nothing is done with 'output late'");
        counts.late().to(OUT);
        assertThat(builder.build().steps()).hasSize(4);
    }

    @Test
    void keysInWindowsHaveTheBytesOfKafkaStreams() {
        Serde<Windowed<String>> serde = WindowedSerdes.time(Serdes.string(), Duration.ofMillis(20));
        Windowed<String> window = new Windowed<>("käse", 40, 60);
        BytesWriter writer = new BytesWriter();
        serde.write(window, writer);
        byte[] bytes = writer.toByteArray();
        try (var kafka = new TimeWindowedSerializer<>(new StringSerializer())) {
            assertThat(bytes)
                    .isEqualTo(kafka.serialize(
                            "any", new org.apache.kafka.streams.kstream.Windowed<>("käse", new TimeWindow(40, 60))));
        }
        assertThat(serde.read(BytesView.of(bytes))).isEqualTo(window);
        assertThatThrownBy(() -> serde.read(BytesView.of(new byte[7])))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("at least 8 bytes");
    }

    @Test
    void keysInSessionsHaveTheBytesOfKafkaStreams() {
        Serde<Windowed<String>> serde = WindowedSerdes.session(Serdes.string());
        Windowed<String> window = new Windowed<>("käse", 40, 61);
        BytesWriter writer = new BytesWriter();
        serde.write(window, writer);
        byte[] bytes = writer.toByteArray();
        try (var kafka = new SessionWindowedSerializer<>(new StringSerializer())) {
            assertThat(bytes)
                    .isEqualTo(kafka.serialize(
                            "any", new org.apache.kafka.streams.kstream.Windowed<>("käse", new SessionWindow(40, 60))));
        }
        assertThat(serde.read(BytesView.of(bytes))).isEqualTo(window);
        assertThatThrownBy(() -> serde.read(BytesView.of(new byte[15])))
                .isInstanceOf(SerdeException.class)
                .hasMessageContaining("at least 16 bytes");
    }

    @Test
    void gapsAreWholeMillisecondsOfAPracticalSize() {
        assertThatThrownBy(() -> SessionWindows.withGap(Duration.ZERO))
                .hasMessageContaining("The gap of sessions is 1 ms to 36500 days");
        assertThatThrownBy(() -> SessionWindows.withGap(Duration.ofMillis(1)).withGrace(Duration.ofMillis(-1)))
                .hasMessageContaining("The grace of windows is 0 ms");
    }
}
