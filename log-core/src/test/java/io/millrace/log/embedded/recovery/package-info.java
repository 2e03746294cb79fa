/** Tests of {@code io.millrace.log.embedded.recovery}. */
@NullMarked
package io.millrace.log.embedded.recovery;

import org.jspecify.annotations.NullMarked;
