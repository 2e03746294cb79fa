package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** What can happen to a group. */
sealed interface GroupCommand {
    /** A member comes, or changes its subscription; one that comes with the instance id of another takes that one's place. */
    record Join(String memberId, Optional<String> instanceId, SortedSet<String> topics) implements GroupCommand {}

    /** A member reports what it has given up, and converges. */
    record Heartbeat(String memberId, Set<TopicPartition> released) implements GroupCommand {
        public Heartbeat {
            released = Set.copyOf(released);
        }
    }

    /** Members go, by themselves or because they were silent for too long. */
    record Remove(Set<String> memberIds) implements GroupCommand {
        public Remove {
            memberIds = Set.copyOf(memberIds);
        }
    }

    /** Topics were created. */
    record TopicsChanged() implements GroupCommand {}
}
