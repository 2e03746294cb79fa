/** Tests of dead letters: what they carry, and that each is decided once. */
@NullMarked
package io.millrace.dsl.deadletter;

import org.jspecify.annotations.NullMarked;
