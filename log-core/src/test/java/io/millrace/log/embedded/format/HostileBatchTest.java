package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.Header;
import io.millrace.log.LogException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** F2 and F3: bytes that are no batch end in a typed error, and make nobody allocate. */
class HostileBatchTest {
    private static final List<SampleRecord> RECORDS = List.of(
            SampleRecord.of(1000, "key", "value", Header.ofUtf8("name", "text")), SampleRecord.of(1001, null, "x"));
    private static final byte[] BATCH = Batches.build(77, (short) 2, 10, true, RECORDS);

    @Test
    void everyFlippedBitIsNoticed() {
        for (int bit = 0; bit < BATCH.length * 8; bit++) {
            if (isOutsideOfTheChecksum(bit / 8)) {
                continue;
            }
            byte[] damaged = flipped(BATCH, bit);
            assertThat(isAccepted(damaged))
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isFalse();
        }
    }

    @Test
    void flippedBaseOffsetMovesTheRecordsAndChangesNothingElse() {
        for (int bit = 0; bit < BATCH.length * 8; bit++) {
            if (isOutsideOfTheChecksum(bit / 8)) {
                byte[] damaged = flipped(BATCH, bit);
                if (isAccepted(damaged)) {
                    assertThat(Batches.read(damaged)).isEqualTo(RECORDS);
                }
            }
        }
    }

    /** A checksum protects against accidents, not against somebody who computes it: then the decoder itself must hold. */
    @Test
    void everyFlippedBitUnderARightChecksumIsDecodedOrRefused() {
        for (int bit = 0; bit < BATCH.length * 8; bit++) {
            decode(withRightChecksum(flipped(BATCH, bit)));
        }
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < BATCH.length; length++) {
            byte[] cut = Arrays.copyOf(BATCH, length);
            assertThat(new BatchView().tryWrap(cut, 0, length)).isFalse();
            assertThatThrownBy(() -> Batches.view(cut)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void bytesBehindTheBatchAreNotItsOwn() {
        byte[] longer = Arrays.copyOf(BATCH, BATCH.length + 100);
        BatchView batch = Batches.view(longer);

        assertThat(batch.sizeInBytes()).isEqualTo(BATCH.length);
        assertThat(batch.isValid()).isTrue();
        assertThat(Batches.read(longer)).isEqualTo(RECORDS);
    }

    @Test
    void declaredCountOfTwoBillionRecordsIsRefused() {
        byte[] damaged = BATCH.clone();
        putInt(damaged, BatchFormat.RECORD_COUNT, Integer.MAX_VALUE);
        putInt(damaged, BatchFormat.LAST_OFFSET_DELTA, Integer.MAX_VALUE - 1);

        assertThat(Batches.view(withRightChecksum(damaged)).fault()).contains("declares 2147483647 records");
    }

    @Test
    void negativeLengthIsRefused() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 0, 48}) {
            byte[] damaged = BATCH.clone();
            putInt(damaged, BatchFormat.LENGTH, length);
            assertThatThrownBy(() -> Batches.view(damaged)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void messageSaysWhereAndWhat() {
        byte[] damaged = flipped(BATCH, (BATCH.length - 1) * 8);
        BatchFormat.setBaseOffset(damaged, 0, 4242);

        assertThatThrownBy(() -> Batches.view(damaged).checkValid())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("base offset 4242")
                .hasMessageContaining("checksum");
    }

    @Test
    void varintBeyond32BitsIsRefused() {
        byte[] bytes = {-1, -1, -1, -1, 0x10};
        BoundedReader reader = new BoundedReader();
        reader.reset(bytes, 0, bytes.length);

        assertThatThrownBy(reader::varint).isInstanceOf(CorruptionException.class);
    }

    @Property(tries = 1000)
    void anyBytesBehindAHeaderAreDecodedOrRefused(
            @ForAll @Size(max = 60) byte[] body, @ForAll @IntRange(min = 0, max = 9) int count) {
        byte[] bytes = Arrays.copyOf(BATCH, BatchFormat.HEADER_SIZE + body.length);
        System.arraycopy(body, 0, bytes, BatchFormat.HEADER_SIZE, body.length);
        putInt(bytes, BatchFormat.LENGTH, bytes.length - BatchFormat.LOG_OVERHEAD);
        putInt(bytes, BatchFormat.RECORD_COUNT, count);
        putInt(bytes, BatchFormat.LAST_OFFSET_DELTA, 9);

        decode(withRightChecksum(bytes));
    }

    @Property(tries = 500)
    void anyBytesAreABatchOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
        assertThatCode(() -> isAccepted(bytes)).doesNotThrowAnyException();
    }

    private static boolean isAccepted(byte[] bytes) {
        BatchView view = new BatchView();
        return view.tryWrap(bytes, 0, bytes.length) && view.isValid();
    }

    private static void decode(byte[] bytes) {
        try {
            if (isAccepted(bytes)) {
                Batches.read(bytes);
                if (Batches.view(bytes).isControl()) {
                    ControlBatchFormat.parse(Batches.view(bytes));
                }
            }
        } catch (LogException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    private static boolean isOutsideOfTheChecksum(int index) {
        return index < BatchFormat.LENGTH || (index >= BatchFormat.PARTITION_LEADER_EPOCH && index < BatchFormat.MAGIC);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << (bit % 8));
        return copy;
    }

    private static byte[] withRightChecksum(byte[] bytes) {
        int size = BatchFormat.sizeInBytes(bytes, 0);
        if (size >= BatchFormat.HEADER_SIZE && size <= bytes.length) {
            putInt(bytes, BatchFormat.CRC, BatchFormat.computeCrc(bytes, 0, size));
        }
        return bytes;
    }

    private static void putInt(byte[] bytes, int index, int value) {
        ByteBuffer.wrap(bytes).putInt(index, value);
    }
}
