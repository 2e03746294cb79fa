package io.millrace.log.embedded.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.log.Compression;
import io.millrace.log.Compression.Codec;
import io.millrace.log.CorruptionException;
import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** F2 and F3 for compressed batches whose checksum somebody computed who means no good: only typed errors, and bounded memory. */
class HostileCompressionTest {
    private static final int LIMIT = 1 << 20;
    private static final List<SampleRecord> RECORDS = CompressedBatches.orders(40);

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void everyTruncationIsRefused(Codec codec) {
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.of(codec), RECORDS));
        for (int length = 0; length < payload.length; length++) {
            byte[] bytes = CompressedBatches.around(codec.ordinal(), Arrays.copyOf(payload, length), RECORDS.size());
            assertThatThrownBy(() -> CompressedBatchTest.read(bytes, LIMIT))
                    .as("%d of %d bytes", length, payload.length)
                    .isInstanceOf(CorruptionException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void everyFlippedBitUnderARightChecksumIsDecodedOrRefused(Codec codec) {
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.of(codec), RECORDS));
        int refused = 0;
        for (int bit = 0; bit < payload.length * 8; bit++) {
            byte[] damaged = payload.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            refused += decode(CompressedBatches.around(codec.ordinal(), damaged, RECORDS.size())) ? 0 : 1;
        }
        assertThat(refused).isPositive();
    }

    /** gzip has a checksum of its own: what it lets pass is what was written. */
    @Test
    void damageWithinGzipIsNeverReadAsSomethingElse() {
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.GZIP, RECORDS));
        for (int bit = 0; bit < payload.length * 8; bit++) {
            byte[] damaged = payload.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            byte[] bytes = CompressedBatches.around(Codec.GZIP.ordinal(), damaged, RECORDS.size());
            try {
                RecordIterator records = Batches.view(bytes).records(new RecordIterator(Batches.ORDERS, LIMIT));
                for (SampleRecord expected : RECORDS) {
                    assertThat(records.next()).isTrue();
                    assertThat(records.value()).isEqualTo(expected.value());
                }
            } catch (CorruptionException refused) {
                assertThat(refused).hasMessageContaining("orders-0 at base offset 0");
            }
        }
    }

    /** The same of LZ4's header: no byte of it may change what the blocks are taken for. */
    @Test
    void damageWithinTheHeaderOfLz4IsRefused() {
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.LZ4, RECORDS));
        for (int bit = 0; bit < 7 * 8; bit++) {
            byte[] damaged = payload.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            byte[] bytes = CompressedBatches.around(Codec.LZ4.ordinal(), damaged, RECORDS.size());
            assertThatThrownBy(() -> CompressedBatchTest.read(bytes, LIMIT)).isInstanceOf(CorruptionException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void bytesBehindTheFrameAreRefused(Codec codec) {
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.of(codec), RECORDS));
        for (int more : new int[] {1, 3, 7, 100}) {
            byte[] bytes = CompressedBatches.around(
                    codec.ordinal(), Arrays.copyOf(payload, payload.length + more), RECORDS.size());
            assertThatThrownBy(() -> CompressedBatchTest.read(bytes, LIMIT)).isInstanceOf(CorruptionException.class);
        }
    }

    /** 256 times the limit comes out of a few bytes. */
    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void bombIsRefusedAtTheLimit(Codec codec) {
        byte[] bytes = CompressedBatches.around(
                codec.ordinal(), CompressedBatches.compressed(codec, new byte[LIMIT * 256]), 1);
        RecordIterator records = new RecordIterator(Batches.ORDERS, LIMIT);

        long allocated =
                allocatedBy(() -> assertThatThrownBy(() -> Batches.view(bytes).records(records))
                        .isInstanceOf(LogException.class)
                        .isNotInstanceOf(CorruptionException.class)
                        .hasMessageContaining("orders-0 at base offset 0")
                        .hasMessageContaining("maxInflatedBatchBytes")
                        .matches(e -> ((LogException) e).disposition() == Disposition.STOP));
        assertThat(allocated).isLessThan(4L * LIMIT + (1 << 20) + 4L * bytes.length);
        assertThat(records.next()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Codec.class, mode = Mode.EXCLUDE, names = "NONE")
    void exactlyTheLimitIsRead(Codec codec) {
        byte[] plain = CompressedBatches.payload(Batches.plain(RECORDS));
        byte[] bytes =
                CompressedBatches.around(codec.ordinal(), CompressedBatches.compressed(codec, plain), RECORDS.size());

        assertThat(CompressedBatchTest.read(bytes, plain.length)).hasSameSizeAs(RECORDS);
        assertThatThrownBy(() -> CompressedBatchTest.read(bytes, plain.length - 1))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("larger than " + (plain.length - 1));
    }

    /** Sizes that only the bytes declare: nobody allocates for them. */
    @Test
    void declaredSizesAreNotBelieved() {
        List<byte[]> liars = List.of(
                // A Snappy block of 2 GiB and one of 32 MiB, plain and framed.
                CompressedBatches.around(2, hex("ffffffff07" + "00".repeat(20)), 1),
                CompressedBatches.around(
                        2,
                        hex("82534e4150505900" + "00000001" + "00000001" + "00000019" + "ffffffff07" + "00".repeat(20)),
                        1),
                CompressedBatches.around(2, hex("80808010" + "00".repeat(20)), 1),
                // LZ4: one block of 4 MiB declared, 3 bytes there; and a content size of 2^62.
                CompressedBatches.around(3, hex("04224d18" + "6070" + "73" + "03000000" + "100000" + "00000000"), 1),
                CompressedBatches.around(3, hex("04224d18" + "6840" + "0000000000000040" + "00" + "00000000"), 1),
                // zstd: frames of one segment with 2^62 bytes and with 60 MiB, and one with a window of 2 GiB.
                CompressedBatches.around(4, hex("28b52ffd" + "e0" + "0000000000000040" + "010000"), 1),
                CompressedBatches.around(4, hex("28b52ffd" + "e0" + "0000c00300000000" + "010000"), 1),
                CompressedBatches.around(4, hex("28b52ffd" + "00" + "a8" + "010000"), 1));
        for (byte[] liar : liars) {
            long allocated = allocatedBy(
                    () -> assertThatThrownBy(() -> Batches.read(liar)).isInstanceOf(CorruptionException.class));
            assertThat(allocated).isLessThan(1 << 20);
        }
    }

    /** The bound itself: one byte more than a block of Snappy can hold is refused before anything is made room for. */
    @Test
    void aBlockOfSnappyIsBelievedUpToWhatItCanHold() {
        int size = 24;
        int most = (size + 1) * 22;
        for (int declared : new int[] {most, most + 1}) {
            byte[] block = new byte[size];
            block[0] = (byte) (declared | 0x80);
            block[1] = (byte) (declared >> 7);
            byte[] bytes = CompressedBatches.around(Codec.SNAPPY.ordinal(), block, 1);
            assertThatThrownBy(() -> Batches.read(bytes))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(declared > most ? Integer.toString(declared) : "Snappy says");
        }
    }

    @Test
    void memoryForABatchDoublesUpToTheLimit() throws InflateException {
        InflatedBytes bytes = new InflatedBytes(100_000);
        bytes.clear(0);
        bytes.added(4096);
        for (int size : new int[] {8192, 16_384, 32_768, 65_536, 100_000}) {
            byte[] before = bytes.array();
            bytes.array()[4095] = 7;
            bytes.grow();
            assertThat(bytes.array()).hasSize(size).isNotSameAs(before);
            assertThat(bytes.array()[4095]).isEqualTo((byte) 7);
            assertThat(bytes.room()).isEqualTo(size - 4096);
        }
        assertThatThrownBy(bytes::grow).isInstanceOf(InflateException.class);
    }

    @Test
    void codecsThatDoNotExistAreRefused() {
        for (int codec = 5; codec <= 7; codec++) {
            byte[] bytes = CompressedBatches.around(codec, new byte[100], 1);
            assertThatThrownBy(() -> Batches.read(bytes))
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("orders-0 at base offset 0 has codec " + codec);
        }
    }

    /** Compressed batches may declare more records than their bytes could hold plain: but not more than come out. */
    @Test
    void moreRecordsThanThereAreIsRefused() {
        for (Codec codec : CompressedBatches.CODECS) {
            byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.of(codec), RECORDS));
            byte[] bytes = CompressedBatches.around(codec.ordinal(), payload, Integer.MAX_VALUE);
            assertThatThrownBy(() -> Batches.read(bytes)).isInstanceOf(CorruptionException.class);
        }
    }

    @Property(tries = 1000)
    void anyBytesAreDecodedOrRefused(
            @ForAll @IntRange(min = 1, max = 7) int codec, @ForAll @Size(max = 300) byte[] bytes) {
        decode(CompressedBatches.around(codec, bytes, 3));
    }

    /** Damage behind headers that are right, which reaches deeper than noise does. */
    @Property(tries = 1000)
    void anyDamageIsDecodedOrRefused(
            @ForAll @IntRange(min = 1, max = 4) int codec, @ForAll("damages") List<Integer> damages) {
        Codec used = Codec.values()[codec];
        byte[] payload = CompressedBatches.payload(CompressedBatches.build(Compression.of(used), RECORDS));
        for (int damage : damages) {
            payload[Math.floorMod(damage >> 8, payload.length)] = (byte) damage;
        }
        decode(CompressedBatches.around(codec, payload, RECORDS.size()));
    }

    @Provide
    Arbitrary<List<Integer>> damages() {
        return Arbitraries.integers().list().ofMinSize(1).ofMaxSize(6);
    }

    /** @return false if it was refused, as it should be */
    private static boolean decode(byte[] bytes) {
        try {
            CompressedBatchTest.read(bytes, LIMIT);
            return true;
        } catch (LogException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    private static long allocatedBy(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
