package io.millrace.dsl.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.call.CallOrigin;
import io.millrace.log.TopicPartition;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerMemoryTest {
    private final AnswerMemory memory = new AnswerMemory();
    private final CompletionStage<String> answer = CompletableFuture.completedFuture("yes");

    private static PendingCall call(long offset, String path, Object value) {
        return call(new CallOrigin.Place(new TopicPartition("in", 0), offset, 1, List.of(), null, null), path, value);
    }

    private static PendingCall call(CallOrigin.@Nullable Place record, String path, Object value) {
        return new PendingCall("key", value, new CallOrigin(record, 1, List.of(), 0, path), 0);
    }

    @Test
    void whoComesAgainWithTheSameValueHasItsAnswer() {
        memory.remember("ask", call(7, "0", 42L), answer);
        assertThat(memory.known("ask", call(7, "0", 42L))).isSameAs(answer);
    }

    @Test
    void anotherValueStepPlaceOrPathIsAnotherQuestion() {
        memory.remember("ask", call(7, "0", 42L), answer);
        assertThat(memory.known("ask", call(7, "0", 43L))).isNull();
        assertThat(memory.known("tell", call(7, "0", 42L))).isNull();
        assertThat(memory.known("ask", call(8, "0", 42L))).isNull();
        assertThat(memory.known("ask", call(7, "1", 42L))).isNull();
    }

    @Test
    void whatHasNoPlaceIsNotRemembered() {
        memory.remember("ask", call(null, "0", 42L), answer);
        assertThat(memory.known("ask", call(null, "0", 42L))).isNull();
    }

    @Test
    void whatFailedAndWhatIsCommittedIsForgotten() {
        memory.remember("ask", call(7, "0", 42L), answer);
        memory.forget("ask", call(7, "0", 42L));
        assertThat(memory.known("ask", call(7, "0", 42L))).isNull();
        memory.remember("ask", call(7, "0", 42L), answer);
        memory.clear();
        assertThat(memory.known("ask", call(7, "0", 42L))).isNull();
    }
}
