package io.millrace.cli.topics;

import io.millrace.cli.command.HumanDuration;
import io.millrace.cli.command.HumanTime;
import io.millrace.cli.command.Numbers;
import io.millrace.log.Isolation;
import io.millrace.log.LogAdmin;
import io.millrace.log.TopicPartition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Up to where records are deleted: one of these. */
final class BeforeOption {
    @Option(
            names = "--before",
            paramLabel = "OFFSET",
            required = true,
            converter = Offset.class,
            description = "This offset is the first that stays; needs --partition.")
    private @Nullable Long offset;

    @Option(
            names = "--before-datetime",
            paramLabel = "TIME",
            required = true,
            converter = HumanTime.Converter.class,
            description =
                    "The first record of this time or a later one stays, such as 2026-11-21T13:00:00Z; none if there is none.")
    private @Nullable Long time;

    @Option(
            names = "--older-than",
            paramLabel = "DURATION",
            required = true,
            converter = HumanDuration.Converter.class,
            description = "The first record that is not older than this stays, such as 36h; none if there is none.")
    private @Nullable Duration age;

    @Option(names = "--all", required = true, description = "Everything that is committed.")
    private boolean isAll;

    /** True if it is an offset, which means another record in each partition. */
    boolean isOffset() {
        return offset != null;
    }

    /** @param nowMillis what an age is counted back from @return the first offset that stays */
    long resolve(LogAdmin admin, TopicPartition partition, long nowMillis) {
        if (offset != null) {
            return offset;
        }
        // Read before what is looked for, as more may be written meanwhile.
        long end = admin.endOffset(partition, Isolation.READ_COMMITTED);
        if (isAll) {
            return end;
        }
        long from = time != null ? time : age != null ? nowMillis - age.toMillis() : Long.MIN_VALUE;
        return Math.min(
                end,
                admin.offsetForTimestamp(partition, from, Isolation.READ_COMMITTED)
                        .orElse(end));
    }

    static final class Offset extends Numbers.LongRange {
        Offset() {
            super(0, Long.MAX_VALUE);
        }
    }
}
