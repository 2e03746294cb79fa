/** Tests of {@code io.millrace.log.embedded.segment}. */
@NullMarked
package io.millrace.log.embedded.segment;

import org.jspecify.annotations.NullMarked;
