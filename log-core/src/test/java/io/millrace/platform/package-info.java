/** Tests of the doors to the world. */
@NullMarked
package io.millrace.platform;

import org.jspecify.annotations.NullMarked;
