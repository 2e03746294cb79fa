/** The log's bytes as others see them: Kafka's own tools are the judge. */
@NullMarked
package io.millrace.proof.bytes;

import org.jspecify.annotations.NullMarked;
