/** Tests of the record batch format: against Kafka's own classes, by properties, and with hostile bytes. */
@NullMarked
package io.millrace.log.embedded.format;

import org.jspecify.annotations.NullMarked;
