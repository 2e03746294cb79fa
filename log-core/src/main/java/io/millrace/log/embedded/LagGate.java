package io.millrace.log.embedded;

import io.millrace.log.Disposition;
import io.millrace.log.LogException;
import io.millrace.log.ProducerConfig.LagPolicy;
import io.millrace.log.TopicPartition;
import io.millrace.log.embedded.partition.PartitionLog;
import io.millrace.log.embedded.partition.PartitionView;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Holds a producer back while groups lag. Owned by the producer's thread; asked once a batch. */
final class LagGate {
    private final LogEngine engine;
    private final LagPolicy policy;
    private final SortedSet<String> groups;
    private final Patience patience;

    LagGate(LogEngine engine, LagPolicy policy, Patience patience) {
        this.engine = engine;
        this.policy = policy;
        this.groups = new TreeSet<>(policy.groups());
        this.patience = patience;
    }

    /** @throws LogException with RETRY if a group lags too much in this partition, and does not catch up in time where that is waited for */
    void pass(PartitionLog log) {
        if (laggard(log) == null) {
            return;
        }
        switch (policy.action()) {
            case REJECT -> throw refused(log);
            case BLOCK -> {
                Runnable wake = patience::wake;
                engine.groups().onCommit(wake);
                try {
                    patience.until(() -> laggard(log) == null, () -> refused(log));
                } finally {
                    engine.groups().removeCommitListener(wake);
                }
            }
        }
    }

    /** The first group that lags too much, null if none does. @throws LogException if nothing can be appended any more, whoever catches up */
    private @Nullable String laggard(PartitionLog log) {
        log.checkOpen();
        for (String group : groups) {
            if (lag(group, log) > policy.maxLag()) {
                return group;
            }
        }
        return null;
    }

    private long lag(String group, PartitionLog log) {
        PartitionView view = log.view();
        TopicPartition partition = log.topicPartition();
        long committed = engine.groups().committed(group, partition).orElse(0);
        return view.logEndOffset() - Math.max(committed, view.logStartOffset());
    }

    private LogException refused(PartitionLog log) {
        String group = laggard(log);
        return new LogException(
                Disposition.RETRY,
                "A record for " + log.topicPartition() + " was not taken: group " + group + " lags "
                        + (group == null ? 0 : lag(group, log))
                        + " offsets behind, and the producer's lag policy allows "
                        + policy.maxLag() + ". See why the group does not keep up; send again once it has");
    }
}
