/** The coordinator against partitions in memory: every state, every failure, every crash. */
@NullMarked
package io.millrace.transactions.coordinator;

import org.jspecify.annotations.NullMarked;
