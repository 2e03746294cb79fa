/** Tests of {@code io.millrace.log.embedded.producer}. */
@NullMarked
package io.millrace.log.embedded.producer;

import org.jspecify.annotations.NullMarked;
