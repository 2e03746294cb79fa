package io.millrace.dsl.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dsl.AppSettings;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.PipelineException;
import io.millrace.platform.World;
import io.millrace.state.memory.MemoryBackend;
import org.junit.jupiter.api.Test;

/** Two applications on one log. */
class NeighboursTest {
    private static Pipeline counting(String application, String name) {
        Pipeline.Builder builder = Pipeline.named(application);
        builder.stream(Sums.NUMBERS).groupByKey().count(name);
        return builder.build();
    }

    /** "sums" with "a-b" and "sums-a" with "b" have one name for two changelogs: each would restore what the other one counts. */
    @Test
    void anApplicationDoesNotTakeAnothersChangelogForItsOwn() {
        try (PipelineTest test = PipelineTest.of(counting("sums", "a-b"))) {
            test.input(Sums.NUMBERS).send("k", 50L);
            test.run();
            World world = test.simulated().world().world();
            assertThatThrownBy(() -> counting("sums-a", "b")
                            .start(test.log(), AppSettings.of(world, logId -> new MemoryBackend(logId))))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining(
                            "Topic 'sums-a-b-changelog' would be the changelog of its store 'b' of"
                                    + " application 'sums-a', and in application 'sums' it is the changelog of its store 'a-b'");
            counting("sums-a", "other")
                    .start(test.log(), AppSettings.of(world, logId -> new MemoryBackend(logId)))
                    .close();
        }
    }
}
