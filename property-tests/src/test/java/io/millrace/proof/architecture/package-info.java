/** The rules of the house that a compiler cannot hold: who may know whom. */
@NullMarked
package io.millrace.proof.architecture;

import org.jspecify.annotations.NullMarked;
