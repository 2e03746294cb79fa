/** Tests of serdes. */
@NullMarked
package io.millrace.serde;

import org.jspecify.annotations.NullMarked;
