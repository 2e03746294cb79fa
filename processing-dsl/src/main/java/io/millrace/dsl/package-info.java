/** The language in which a user writes a pipeline. */
@NullMarked
package io.millrace.dsl;

import org.jspecify.annotations.NullMarked;
