package io.millrace.cli.deadletters;

import io.millrace.cli.command.UnusableException;
import io.millrace.dsl.deadletter.DeadLetterTopic;
import io.millrace.log.EventLog;

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
}
