package io.millrace.cli.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.log.LogException;
import io.millrace.log.TopicSettings;
import io.millrace.log.embedded.EmbeddedLogConfig;
import io.millrace.platform.sim.SimulatedWorld;
import io.millrace.serde.BytesView;
import io.millrace.transactions.embedded.EmbeddedLog;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records on a disk that becomes full: whoever looks at the command is told at once, on a clock that counts every wait. */
class PlainSinkTest {
    private static final RecordSink.Address ADDRESS = new RecordSink.Address("orders", 2, null, 7L, List.of());

    private final SimulatedWorld world = new SimulatedWorld(43);
    private EmbeddedLog log;

    @BeforeEach
    void open() {
        log = EmbeddedLog.open(world.world(), EmbeddedLogConfig.defaults());
        log.admin().createTopic("orders", 2, TopicSettings.defaults());
    }

    @AfterEach
    void close() {
        world.storage().limitCapacity(Long.MAX_VALUE);
        log.close();
    }

    @Test
    void aFullDiskEndsALongInputWithoutAWaitAndIsNamed() {
        PlainSink sink = started();
        world.storage().limitCapacity(0);
        long before = world.clock().nanos();
        Throwable failure = catchThrowable(() -> {
            for (int i = 0; i < 100_000; i++) {
                sink.throwFailure();
                sink.send(null, BytesView.of(new byte[100]));
            }
        });

        assertThat(failure).isInstanceOf(LogException.class).hasMessageContaining("NO_SPACE");
        assertThat(world.clock().nanos() - before).as("without a wait").isLessThan(10_000_000);
        assertThat(sink.written()).isEqualTo(2);
        sink.close();
    }

    @Test
    void aFullDiskEndsAShortInputWithoutAWaitAndIsNamed() {
        PlainSink sink = started();
        world.storage().limitCapacity(0);
        long before = world.clock().nanos();
        sink.send(null, BytesView.ofUtf8("v"));

        assertThatThrownBy(sink::finish).isInstanceOf(LogException.class).hasMessageContaining("NO_SPACE");
        assertThat(world.clock().nanos() - before).as("without a wait").isLessThan(10_000_000);
        assertThat(sink.written()).isEqualTo(2);
        sink.close();
    }

    /** Both partitions are open, which needs room too, and is not what is asked about. */
    private PlainSink started() {
        PlainSink sink = new PlainSink(log, null, ADDRESS);
        for (int i = 0; i < 2; i++) {
            sink.send(null, BytesView.ofUtf8("first"));
            sink.finish();
        }
        return sink;
    }
}
