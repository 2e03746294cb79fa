@NullMarked
package io.millrace.cli.topology;

import org.jspecify.annotations.NullMarked;
