package io.millrace.log;

/** Where a written record stands. */
public record RecordMetadata(TopicPartition topicPartition, long offset, long timestamp) {}
