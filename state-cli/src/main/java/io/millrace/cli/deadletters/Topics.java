package io.millrace.cli.deadletters;

import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.deadletter.DeadLetterFilter;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.dsl.deadletter.LetterId;
import io.millrace.log.EventLog;
import java.util.Set;

/** Finds the topic that a command is about. Stateless. */
final class Topics {
    private Topics() {}

    /** @throws UnusableException if there is none of this name, which says what there is */
    static DeadLetterTopic require(EventLog log, String name) {
        if (log.admin().describeTopic(name).isEmpty()) {
            throw new UnusableException("There is no topic " + name
                    + ". 'millrace dead-letters list' without a topic says which hold dead letters.");
        }
        return DeadLetterTopic.of(log, name);
    }

    /** @throws UnusableException if the topic lacks one of these, which says what it has */
    static void requireLetters(DeadLetterTopic topic, Set<LetterId> ids) {
        for (LetterId id : ids) {
            if (topic.letter(id).isEmpty()) {
                throw new UnusableException(
                        "Topic " + topic.name() + " has no dead letter " + id
                                + (hasAny(topic)
                                        ? ". 'millrace dead-letters list " + topic.name()
                                                + "' lists those that are there."
                                        : ", and no other one. 'millrace dead-letters list' without a topic says which hold dead letters."));
            }
        }
    }

    private static boolean hasAny(DeadLetterTopic topic) {
        boolean[] found = {false};
        topic.forEach(DeadLetterFilter.all(), (letter, decision) -> {
            found[0] = true;
            return false;
        });
        return found[0];
    }
}
