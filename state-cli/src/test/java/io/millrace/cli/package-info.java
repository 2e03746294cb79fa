/** What tests of the commands share. */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
