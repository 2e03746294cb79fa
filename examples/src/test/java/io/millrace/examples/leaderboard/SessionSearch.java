package io.millrace.examples.leaderboard;

import io.millrace.examples.leaderboard.Leaderboard.Game;
import io.millrace.examples.leaderboard.Leaderboard.Player;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What the program prints, found in the sorted games of each player: without windows, stores or a log. */
final class SessionSearch {
    private static final long BREAK = 900;
    private static final int PLACES = 3;

    private SessionSearch() {}

    record Found(String player, List<Game> games) {
        long points() {
            return games.stream().mapToLong(Game::points).sum();
        }

        String open() {
            return "still playing: " + player + ", " + points() + " points since "
                    + games.get(0).time();
        }

        private String line(String name) {
            return String.format(
                    "%8d points in %2d games  %s to %s  %s",
                    points(),
                    games.size(),
                    games.get(0).time(),
                    games.get(games.size() - 1).time(),
                    name);
        }
    }

    static List<Found> sessions(List<Game> games) {
        List<Found> sessions = new ArrayList<>();
        Map<String, List<Game>> byPlayer = games.stream().collect(Collectors.groupingBy(Game::player));
        byPlayer.forEach((player, played) -> {
            List<Game> session = new ArrayList<>();
            for (Game game :
                    played.stream().sorted(Comparator.comparing(Game::time)).toList()) {
                if (!session.isEmpty()
                        && session.get(session.size() - 1)
                                .time()
                                .plusSeconds(BREAK)
                                .isBefore(game.time())) {
                    sessions.add(new Found(player, session));
                    session = new ArrayList<>();
                }
                session.add(game);
            }
            sessions.add(new Found(player, session));
        });
        return sessions;
    }

    /** The boards of sessions that are over. */
    static List<String> boards(List<Found> sessions, List<Player> players) {
        Map<String, Player> byId = players.stream().collect(Collectors.toMap(Player::id, player -> player));
        TreeMap<String, List<Found>> countries = sessions.stream()
                .collect(Collectors.groupingBy(
                        session -> byId.containsKey(session.player())
                                ? byId.get(session.player()).country()
                                : "unknown",
                        TreeMap::new,
                        Collectors.toList()));
        List<String> lines = new ArrayList<>();
        countries.forEach((country, ofCountry) -> {
            lines.add(country);
            ofCountry.stream()
                    .sorted(Comparator.comparing(Found::points)
                            .reversed()
                            .thenComparing(found -> found.games().get(0).time())
                            .thenComparing(Found::player))
                    .limit(PLACES)
                    .forEach(found -> lines.add(found.line(
                            byId.containsKey(found.player())
                                    ? byId.get(found.player()).name()
                                    : found.player())));
        });
        return lines;
    }
}
