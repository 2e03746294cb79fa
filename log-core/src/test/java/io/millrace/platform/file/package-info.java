/** Tests of the doors to the world. */
@NullMarked
package io.millrace.platform.file;

import org.jspecify.annotations.NullMarked;
