package io.millrace.log.embedded.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.log.GroupMetadata;
import io.millrace.log.LogConsumer;
import io.millrace.log.RebalanceListener;
import io.millrace.log.TopicPartition;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One consumer of the model, and what its listener was told. */
final class ModelMember implements RebalanceListener {
    final String group;
    final Optional<String> instance;
    final LogConsumer consumer;
    final Set<TopicPartition> told = new HashSet<>();
    int subscription;
    /** The subscription with which it polled last. */
    int inForce;
    /** It polled. */
    boolean joined;
    /** When it polled last. */
    long lastSeenNanos;
    /** Another has its instance id now. */
    boolean replaced;

    private final GroupModel model;
    /** Whether it was a member when the present poll began. */
    private boolean wasMember;

    private boolean wasToldOfLoss;

    ModelMember(GroupModel model, String group, Optional<String> instance, LogConsumer consumer) {
        this.model = model;
        this.group = group;
        this.instance = instance;
        this.consumer = consumer;
    }

    GroupMetadata metadata() {
        return consumer.groupMetadata();
    }

    void beginPoll(boolean isMember) {
        wasMember = isMember;
        wasToldOfLoss = false;
    }

    /** L: whoever was removed is told that it lost what it had, before anything else. */
    void checkLossWasTold(boolean hadSomething) {
        assertThat(wasToldOfLoss).as("told of its loss").isEqualTo(!wasMember && hadSomething);
    }

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        assertThat(told).as("assigned once").doesNotContainAnyElementsOf(partitions);
        model.invariants().checkAssignable(this, partitions);
        told.addAll(partitions);
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        assertThat(wasMember || wasToldOfLoss)
                .as("only a member gives up in peace")
                .isTrue();
        assertThat(told).containsAll(partitions);
        // I: what is being revoked is nobody else's yet, so its last commit is accepted.
        model.commitWhileRevoked(this, partitions);
        told.removeAll(partitions);
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        assertThat(wasMember).as("a member loses nothing").isFalse();
        assertThat(partitions).as("all that it had").isEqualTo(told);
        wasToldOfLoss = true;
        told.clear();
    }
}
