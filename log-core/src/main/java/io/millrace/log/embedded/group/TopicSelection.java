package io.millrace.log.embedded.group;

import java.util.Set;
import java.util.SortedSet;

/** What a member subscribes to. Pure; asked again whenever topics come or go. */
@FunctionalInterface
public interface TopicSelection {
    /** @param existing the topics that exist; the selection may name others */
    SortedSet<String> topics(Set<String> existing);
}
