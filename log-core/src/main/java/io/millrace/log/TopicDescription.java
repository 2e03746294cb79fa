package io.millrace.log;

/** A topic that exists. */
public record TopicDescription(String name, int partitions, TopicSettings settings, boolean internal) {}
