package io.millrace.log;

/**
 * Who commits offsets: fences commits of members that were replaced.
 *
 * @param groupId the group
 * @param memberId the member within it
 * @param generation the member epoch at which the partitions are owned
 */
public record GroupMetadata(String groupId, String memberId, int generation) {}
