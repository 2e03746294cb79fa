/** The state store under its contracts. */
package io.millrace.state;
