package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.log.CorruptionException;
import io.millrace.log.TopicPartition;
import io.millrace.serde.BytesView;
import io.millrace.serde.BytesWriter;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class GroupRecordFormatTest {
    private static final OffsetKey KEY = new OffsetKey("bank", new TopicPartition("orders", 3));

    @Test
    void theBytesAreKafkas() {
        assertThat(hex(offsetKey())).isEqualTo("0001" + "0004" + "62616e6b" + "0006" + "6f7264657273" + "00000003");
        BytesWriter value = new BytesWriter(8);
        GroupRecordFormat.writeOffsetValue(42, 0x0102030405060708L, value);
        assertThat(hex(value)).isEqualTo("0003" + "000000000000002a" + "ffffffff" + "0000" + "0102030405060708");
        BytesWriter groupKey = new BytesWriter(8);
        GroupRecordFormat.writeGroupKey("bank", groupKey);
        assertThat(hex(groupKey)).isEqualTo("0003" + "0004" + "62616e6b");
        BytesWriter groupValue = new BytesWriter(8);
        GroupRecordFormat.writeGroupValue(7, groupValue);
        assertThat(hex(groupValue)).isEqualTo("0000" + "00000007" + "00");
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(GroupRecordFormat.readKey(view(offsetKey()))).contains(new GroupRecordFormat.Offset(KEY));
        BytesWriter value = new BytesWriter(8);
        GroupRecordFormat.writeOffsetValue(42, 1, value);
        assertThat(GroupRecordFormat.readOffsetValue(view(value))).isEqualTo(42);
        assertThat(GroupRecordFormat.readOffsetValue(null)).isNull();
    }

    @Test
    void aKeyOfAnotherTypeIsPassedOver() {
        assertThat(GroupRecordFormat.readKey(BytesView.of(new byte[] {0, 9, 1})))
                .isEmpty();
    }

    @Test
    void everyTruncationIsCorruptionAndNothingElse() {
        byte[] key = offsetKey().toByteArray();
        for (int length = 0; length < key.length; length++) {
            BytesView cut = BytesView.of(Arrays.copyOf(key, length));
            assertThatThrownBy(() -> GroupRecordFormat.readKey(cut)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void aNameOfNegativeOrExcessiveLengthIsCorruption() {
        assertThatThrownBy(() -> GroupRecordFormat.readKey(BytesView.of(new byte[] {0, 1, -1, -1})))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> GroupRecordFormat.readKey(BytesView.of(new byte[] {0, 1, 127, -1, 65})))
                .isInstanceOf(CorruptionException.class);
    }

    private static BytesWriter offsetKey() {
        BytesWriter key = new BytesWriter(8);
        GroupRecordFormat.writeOffsetKey(KEY, key);
        return key;
    }

    private static BytesView view(BytesWriter writer) {
        return writer.viewInto(new BytesView());
    }

    private static String hex(BytesWriter writer) {
        return HexFormat.of().formatHex(writer.toByteArray());
    }
}
