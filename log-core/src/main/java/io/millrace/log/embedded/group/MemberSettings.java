package io.millrace.log.embedded.group;

import java.time.Duration;
import java.util.Optional;

/**
 * What a member brings along.
 *
 * @param instanceId a name that outlives restarts, if the member has one
 * @param sessionTimeout how long a static member may be away
 * @param maxPollInterval how long it may go without polling
 * @param wake run from any thread when something is due for the member; quick, and throws nothing
 */
public record MemberSettings(
        Optional<String> instanceId, Duration sessionTimeout, Duration maxPollInterval, Runnable wake) {}
