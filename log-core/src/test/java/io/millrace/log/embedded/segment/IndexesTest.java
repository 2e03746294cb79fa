package io.millrace.log.embedded.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class IndexesTest {
    private static OffsetIndex offsets() {
        OffsetIndex index = new OffsetIndex();
        index.append(9, 4100);
        index.append(300, 8300);
        return index;
    }

    @Test
    void offsetEntriesAreThoseOfKafka() {
        assertThat(HexFormat.of().formatHex(offsets().encode()))
                .isEqualTo("00000009" + "00001004" + "0000012c" + "0000206c");
    }

    @Test
    void floorIsTheLastEntryNotAbove() {
        OffsetIndex index = OffsetIndex.decode(offsets().encode(), 10_000);

        assertThat(index).isNotNull();
        assertThat(index.floor(8)).isEqualTo(-1);
        assertThat(index.floor(9)).isZero();
        assertThat(index.floor(299)).isZero();
        assertThat(index.floor(300)).isEqualTo(1);
        assertThat(index.floor(Integer.MAX_VALUE)).isEqualTo(1);
        assertThat(index.relativeOffset(1)).isEqualTo(300);
        assertThat(index.position(1)).isEqualTo(8300);
    }

    @Test
    void offsetIndexGrowsAndIsReadBackWhole() {
        OffsetIndex index = new OffsetIndex();
        for (int i = 0; i < 1000; i++) {
            index.append(i * 7, i * 5000);
        }
        OffsetIndex read = OffsetIndex.decode(index.encode(), 5_000_000);

        assertThat(read).isNotNull();
        for (int i = 0; i < 1000; i++) {
            assertThat(read.floor(i * 7 + 3)).isEqualTo(i);
        }
        read.append(8000, 5_000_000);
        assertThat(read.floor(8000)).isEqualTo(1000);
    }

    @Test
    void whatIsNoOffsetIndexIsNone() {
        byte[] good = offsets().encode();

        assertThat(OffsetIndex.decode(Arrays.copyOf(good, 15), 10_000)).isNull();
        assertThat(OffsetIndex.decode(good, 8300)).as("points behind the file").isNull();
        assertThat(OffsetIndex.decode(Arrays.copyOf(good, 24), 10_000))
                .as("does not rise")
                .isNull();
    }

    @Test
    void timeEntriesRiseAndAreThoseOfKafka() {
        TimeIndex index = new TimeIndex();

        assertThat(index.maybeAppend(1000, 9)).isTrue();
        assertThat(index.maybeAppend(1000, 20)).isFalse();
        assertThat(index.maybeAppend(999, 30)).isFalse();
        assertThat(index.maybeAppend(1001, 40)).isTrue();

        assertThat(HexFormat.of().formatHex(index.encode()))
                .isEqualTo("00000000000003e8" + "00000009" + "00000000000003e9" + "00000028");
        assertThat(index.lastOlderThan(1000)).isEqualTo(-1);
        assertThat(index.relativeOffset(index.lastOlderThan(1001))).isEqualTo(9);
        assertThat(index.relativeOffset(index.lastOlderThan(5000))).isEqualTo(40);
    }

    @Test
    void timeIndexIsReadBackOrIsNone() {
        TimeIndex index = new TimeIndex();
        for (int i = 0; i < 100; i++) {
            index.maybeAppend(1000 + i, i * 3);
        }
        TimeIndex read = TimeIndex.decode(index.encode());

        assertThat(read).isNotNull();
        assertThat(read.count()).isEqualTo(100);
        assertThat(read.timestamp(99)).isEqualTo(1099);
        assertThat(read.relativeOffset(99)).isEqualTo(297);
        assertThat(TimeIndex.decode(Arrays.copyOf(index.encode(), 20))).isNull();
        assertThat(TimeIndex.decode(new byte[24])).isNull();
    }

    @Test
    void abortedEntriesAreThoseOfKafkaWithAChecksumBehind() {
        AbortedTransactionIndex index = new AbortedTransactionIndex();
        index.append(7, 100, 120, 110);

        byte[] bytes = index.encode();

        assertThat(HexFormat.of().formatHex(bytes, 0, 34))
                .isEqualTo("0000" + "0000000000000007" + "0000000000000064" + "0000000000000078" + "000000000000006e");
        assertThat(bytes).hasSize(38);
    }

    @Test
    void abortedIndexIsReadBackOrRefused() {
        AbortedTransactionIndex index = new AbortedTransactionIndex();
        for (int i = 0; i < 20; i++) {
            index.append(i, 100 + i, 200 + i * 2, 101 + i);
        }
        AbortedTransactionIndex read = AbortedTransactionIndex.decode(index.encode(), 150);

        assertThat(read.count()).isEqualTo(20);
        assertThat(read.firstEndingAfter(199)).isZero();
        assertThat(read.firstEndingAfter(200)).isEqualTo(1);
        assertThat(read.firstEndingAfter(238)).isEqualTo(20);
        assertThatThrownBy(() -> AbortedTransactionIndex.decode(index.encode(), 201))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> AbortedTransactionIndex.decode(Arrays.copyOf(index.encode(), 38), 150))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> AbortedTransactionIndex.decode(new byte[0], 150))
                .isInstanceOf(CorruptionException.class);
    }

    @Test
    void markersOfTheAbortedIndexRise() {
        AbortedTransactionIndex index = new AbortedTransactionIndex();
        index.append(7, 100, 120, 110);

        assertThatThrownBy(() -> index.append(8, 90, 120, 110)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAreThoseOfKafka() {
        assertThat(LogFiles.path("orders-0", 42, LogFiles.LOG)).isEqualTo("orders-0/00000000000000000042.log");
        assertThat(LogFiles.offsetOf("00000000000000000042.log", ".log")).hasValue(42);
        assertThat(LogFiles.offsetOf("00000000000000000042.index", ".log")).isEmpty();
        assertThat(LogFiles.offsetOf("0000000000000000004x.log", ".log")).isEmpty();
        assertThat(LogFiles.offsetOf("99999999999999999999.log", ".log")).isEmpty();
    }
}
