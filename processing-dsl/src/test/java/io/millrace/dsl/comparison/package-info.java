/** The same programs in Millrace and in Kafka Streams, on the same input. */
@NullMarked
package io.millrace.dsl.comparison;

import org.jspecify.annotations.NullMarked;
