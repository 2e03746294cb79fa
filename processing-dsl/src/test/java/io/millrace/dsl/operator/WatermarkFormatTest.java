package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.operator.WatermarkFormat.Mark;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import io.millrace.log.LogRecord;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How a watermark lies in a topic between two steps, and what is none. */
class WatermarkFormatTest {
    private record Stored(@Nullable BytesView key, @Nullable BytesView value, List<Header> headers)
            implements LogRecord {
        @Override
        public TopicPartition topicPartition() {
            return new TopicPartition("app-a-repartition", 2);
        }

        @Override
        public long offset() {
            return 7;
        }

        @Override
        public long timestamp() {
            return 0;
        }
    }

    private static Stored stored(Mark mark) {
        return new Stored(mark.key(), mark.value(), mark.headers());
    }

    @Test
    void theBytesStayWhatTheyAre() {
        Mark mark = new Mark(0x0102, 0x0304, true, 0x0506);
        assertThat(mark.key().toByteArray()).asHexString().isEqualTo("00000102");
        assertThat(mark.value().toByteArray()).asHexString().isEqualTo("010100000000000003040000000000000506");
        assertThat(mark.headers()).containsExactly(new Header("millrace.watermark", null));
        assertThat(mark.timestamp()).isEqualTo(0x0304);
    }

    @Test
    void whatWasWrittenIsRead() {
        for (Mark mark : List.of(
                new Mark(0, Watermarks.UNKNOWN, false, Watermarks.NEVER),
                new Mark(Integer.MAX_VALUE, Long.MAX_VALUE, true, 0))) {
            assertThat(WatermarkFormat.isMark(stored(mark))).isTrue();
            assertThat(WatermarkFormat.read(stored(mark))).isEqualTo(mark);
            assertThat(mark.timestamp()).isNotNegative();
        }
    }

    @Test
    void oneOfALaterVersionSaysWhatToDo() {
        Mark mark = new Mark(1, 2, false, 3);
        BytesView later = new BytesWriter().putByte(2).putLong(77).viewInto(new BytesView());
        assertThatThrownBy(() -> WatermarkFormat.read(new Stored(mark.key(), later, mark.headers())))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("app-a-repartition-2 at offset 7 has version 2")
                .hasMessageContaining("run that one here, too");
    }

    @Test
    void recordsOfUsersAreNone() {
        Mark mark = new Mark(1, 2, false, 3);
        Header other = Header.ofUtf8("other", "x");
        for (Stored record : List.of(
                new Stored(null, null, mark.headers()),
                new Stored(null, mark.value(), mark.headers()),
                new Stored(mark.key(), null, mark.headers()),
                new Stored(BytesView.ofUtf8("key"), mark.value(), mark.headers()),
                new Stored(mark.key(), mark.value(), List.of()),
                new Stored(mark.key(), mark.value(), List.of(other)),
                new Stored(mark.key(), mark.value(), SentHeaders.of(mark.headers())))) {
            assertThat(WatermarkFormat.isMark(record)).as("%s", record).isFalse();
        }
        assertThat(SentHeaders.of(List.of(mark.headers().get(0), other))).containsExactly(other);
    }
}
