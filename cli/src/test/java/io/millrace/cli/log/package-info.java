@NullMarked
package io.millrace.cli.log;

import org.jspecify.annotations.NullMarked;
