/** Tests as users write them, and the README that shows them. */
@NullMarked
package io.millrace.examples.testing;

import org.jspecify.annotations.NullMarked;
