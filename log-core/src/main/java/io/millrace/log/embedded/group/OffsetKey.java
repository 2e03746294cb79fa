package io.millrace.log.embedded.group;

import io.millrace.log.TopicPartition;

/** What an offset is committed for. */
record OffsetKey(String groupId, TopicPartition topicPartition) {}
