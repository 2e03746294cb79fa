/** The contract that every engine is held to. */
@NullMarked
package io.millrace.log;

import org.jspecify.annotations.NullMarked;
