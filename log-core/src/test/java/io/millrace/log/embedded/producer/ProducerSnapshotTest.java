package io.millrace.log.embedded.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProducerSnapshotTest {
    private static ProducerStateTable table() {
        ProducerState known = new ProducerState(3, (short) 2);
        known.addBatch(0, 4, 10, 14);
        known.addBatch(Integer.MAX_VALUE - 1, 1, 20, 23);
        known.seenAt(1000);
        known.coordinatedBy(9);
        known.beginTransaction(10);
        ProducerState marked = new ProducerState(1, (short) 5);
        marked.seenAt(2000);
        return new ProducerStateTable(List.of(known, marked));
    }

    @Test
    void bytesAreThoseOfKafka() {
        assertThat(HexFormat.of().formatHex(ProducerSnapshot.encode(table())))
                .isEqualTo("0001" + "1a950ef9" + "00000002"
                        + "0000000000000001" + "0005" + "ffffffff" + "ffffffffffffffff" + "00000000"
                        + "00000000000007d0" + "ffffffff" + "ffffffffffffffff"
                        + "0000000000000003" + "0002" + "00000001" + "0000000000000017" + "00000003"
                        + "00000000000003e8" + "00000009" + "000000000000000a");
    }

    @Test
    void lastBatchEpochAndTransactionComeBack() {
        ProducerStateTable read = ProducerSnapshot.decode(ProducerSnapshot.encode(table()));

        ProducerState known = read.get(3);
        assertThat(known).isNotNull();
        assertThat(known.epoch()).isEqualTo((short) 2);
        assertThat(known.coordinatorEpoch()).isEqualTo(9);
        assertThat(known.transactionFirstOffset()).isEqualTo(10);
        int last = known.indexOfDuplicate((short) 2, Integer.MAX_VALUE - 1, 1);
        assertThat(known.baseOffset(last)).isEqualTo(20);
        assertThat(known.lastOffset(last)).isEqualTo(23);
        assertThat(known.indexOfDuplicate((short) 2, 0, 4)).isEqualTo(-1);
        assertThat(read.firstUndecidedOffset(50)).isEqualTo(10);
        assertThat(read.hasOpenTransaction(1)).isFalse();
    }

    @Test
    void everyFlippedBitIsNoticed() {
        byte[] good = ProducerSnapshot.encode(table());
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> ProducerSnapshot.decode(bad)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void everyCutOffSnapshotIsNoticed() {
        byte[] good = ProducerSnapshot.encode(table());
        for (int length = 0; length < good.length; length++) {
            byte[] bad = java.util.Arrays.copyOf(good, length);
            assertThatThrownBy(() -> ProducerSnapshot.decode(bad)).isInstanceOf(CorruptionException.class);
        }
    }
}
