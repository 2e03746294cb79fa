package io.millrace.dsl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordSourceTest {
    @Test
    void aListIsGivenInItsOrderFromWhereItWasSought() {
        RecordSource<String> source = RecordSource.of(List.of("a", "b", "c"));
        assertThat(source.size()).isEqualTo(3);
        source.seek(0);
        assertThat(source.next()).isEqualTo("a");
        long position = source.position();
        assertThat(source.next()).isEqualTo("b");
        assertThat(source.next()).isEqualTo("c");
        assertThat(source.isFinished()).isTrue();
        assertThat(source.next()).isNull();
        source.seek(position);
        assertThat(source.isFinished()).isFalse();
        assertThat(source.next()).isEqualTo("b");
    }

    @Test
    void aListIsTakenAsItIs() {
        List<String> items = new ArrayList<>(List.of("a"));
        RecordSource<String> source = RecordSource.of(items);
        items.set(0, "b");
        assertThat(source.next()).isEqualTo("a");
    }

    @Test
    void aListThatIsShorterThanWhatWasReadIsRefused() {
        RecordSource<String> source = RecordSource.of(List.of("a", "b"));
        source.seek(2);
        assertThat(source.isFinished()).isTrue();
        assertThatThrownBy(() -> source.seek(3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("A source of 2 items is to go on behind item 3");
    }
}
