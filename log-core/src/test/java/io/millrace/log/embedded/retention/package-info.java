/** Tests of {@code io.millrace.log.embedded.partition}. */
@NullMarked
package io.millrace.log.embedded.retention;

import org.jspecify.annotations.NullMarked;
