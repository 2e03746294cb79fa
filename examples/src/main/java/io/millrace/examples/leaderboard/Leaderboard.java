package io.millrace.examples.leaderboard;

import io.millrace.dsl.GlobalTable;
import io.millrace.dsl.Pipeline;
import io.millrace.dsl.RecordSource;
import io.millrace.dsl.SessionWindows;
import io.millrace.dsl.Topic;
import io.millrace.examples.local.CsvLines;
import io.millrace.examples.local.LocalRun;
import io.millrace.serde.Serde;
import io.millrace.serde.Serdes;
import io.millrace.state.serde.KryoSerde;
import io.millrace.state.time.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The three best sessions of each country: what a player scores without a break of a quarter of an hour is one session, and where a player is from stands
 * in a table that is looked into by any key. Each game counts once, whatever is killed meanwhile.
 */
public final class Leaderboard {
    /** What {@link #readGames} asks for; {@code time} as in {@code 2026-01-05T09:03:00Z}. */
    public static final String GAMES_HEADER = "player,points,time";
    /** What {@link #readPlayers} asks for. */
    public static final String PLAYERS_HEADER = "player,name,country";

    public record Game(String player, int points, Instant time) {}

    public record Player(String id, String name, String country) {
        /** Who plays and is in no list. */
        static Player unknown(String id) {
            return new Player(id, id, "unknown");
        }
    }

    /** What a player scored in one session. */
    record Score(long points, int games) {
        static final Score NONE = new Score(0, 0);

        Score plus(Score other) {
            return new Score(points + other.points, games + other.games);
        }
    }

    record Result(Player player, Instant begin, Instant end, Score score) {}

    /** The best first. */
    record Board(List<Result> best) {
        static final Board EMPTY = new Board(List.of());
        private static final int PLACES = 3;
        /** Whatever comes first, the board is the same. */
        private static final Comparator<Result> ORDER = Comparator.comparing(
                        (Result result) -> result.score().points())
                .reversed()
                .thenComparing(Result::begin)
                .thenComparing(result -> result.player().id());

        Board with(Result result) {
            return new Board(Stream.concat(best.stream(), Stream.of(result))
                    .sorted(ORDER)
                    .limit(PLACES)
                    .toList());
        }
    }

    // Kryo writes nothing that it was not told of, so that no record names a class of its own choice.
    private static final Serde<Game> GAME = KryoSerde.of(Game.class, Instant.class);
    private static final Serde<Player> PLAYER = KryoSerde.of(Player.class);
    private static final Serde<Score> SCORE = KryoSerde.of(Score.class);
    private static final Serde<Result> RESULT = KryoSerde.of(Result.class, Player.class, Instant.class, Score.class);
    private static final Serde<Board> BOARD = KryoSerde.builder(Board.class)
            .register(Result.class)
            .register(Player.class)
            .register(Instant.class)
            .register(Score.class)
            .registerImmutableCollections() // what toList returns
            .build();

    /** Who does not play for so long has ended the session. */
    static final Duration BREAK = Duration.ofMinutes(15);
    /** Games are reported late, by so much at the most: so long is waited for those of before. */
    static final Duration GRACE = Duration.ofMinutes(2);

    static final Topic<String, Game> GAMES =
            Topic.of("games", Serdes.string(), GAME).withPartitions(2);
    static final Topic<String, Player> PLAYERS =
            Topic.of("players", Serdes.string(), PLAYER).withPartitions(2);
    static final Topic<String, Board> BOARDS =
            Topic.of("boards", Serdes.string(), BOARD).withPartitions(2);
    static final String SESSIONS = "sessions";
    static final String BEST = "best-of-country";

    private Leaderboard() {}

    /** @param source the name under which is known how far the games were read */
    static Pipeline pipeline(String source, Supplier<? extends RecordSource<Game>> games) {
        Pipeline.Builder builder = Pipeline.named("leaderboard");
        // The record's timestamp is the game's own: sessions go by it, and not by when the game was reported.
        builder.ingest(
                source,
                games,
                (game, out) -> out.send(GAMES, game.player(), game, game.time().toEpochMilli()));

        // All of it is wherever the application runs, so it is joined by any key; what is there at the start is read
        // before the first game.
        GlobalTable<String, Player> players = builder.globalTable(PLAYERS, "players");

        builder.stream(GAMES)
                .mapValues(game -> new Score(game.points(), 1))
                .withValueSerde(SCORE)
                .groupByKey()
                .windowedBy(SessionWindows.withGap(BREAK).withGrace(GRACE))
                .emitFinal() // once, when the session is over
                .reduce(SESSIONS, Score::plus)
                .toStream()
                .map(
                        (session, score) -> session.key(),
                        (session, score) -> new Result(
                                Player.unknown(session.key()),
                                Instant.ofEpochMilli(session.start()),
                                Instant.ofEpochMilli(session.end() - 1), // of the last game
                                score))
                .leftJoin(players, (player, result) -> player, Leaderboard::named)
                .withSerdes(Serdes.string(), RESULT)
                .groupBy("by-country", (player, result) -> result.player().country(), Serdes.string())
                .aggregate(BEST, () -> Board.EMPTY, (country, result, board) -> board.with(result), BOARD)
                .toStream()
                .to(BOARDS);
        return builder.build();
    }

    private static Result named(Result result, Player player) {
        return player == null ? result : new Result(player, result.begin(), result.end(), result.score());
    }

    /** Takes what is new of these games, beside those that were taken before, and tells of the boards and of sessions that are not over. */
    public static void run(
            Path directory,
            Collection<Player> players,
            String source,
            Supplier<? extends RecordSource<Game>> games,
            Consumer<String> out) {
        TreeMap<String, Board> boards = new TreeMap<>();
        List<String> playing = new ArrayList<>();
        try (LocalRun run = LocalRun.start(pipeline(source, games), directory, before -> {
            // Before anything runs: who is listed now is found for every game. To list somebody again changes nothing.
            before.write(PLAYERS, players, Player::id);
        })) {
            run.awaitDrained();
            run.app().queries().keyValue(BEST, Serdes.string(), BOARD).forEach(boards::put);
            run.app()
                    .queries()
                    .sessions(SESSIONS, Serdes.string(), SCORE)
                    .fetchAll(0, Long.MAX_VALUE)
                    .forEach((session, score) -> playing.add(open(session, score)));
        }
        boards.forEach((country, board) -> {
            out.accept(country);
            board.best().forEach(result -> out.accept(text(result)));
        });
        playing.stream().sorted().forEach(out);
    }

    private static String text(Result result) {
        return String.format(
                "%8d points in %2d games  %s to %s  %s",
                result.score().points(),
                result.score().games(),
                result.begin(),
                result.end(),
                result.player().name());
    }

    private static String open(Session<String> session, Score score) {
        return "still playing: " + session.key() + ", " + score.points() + " points since "
                + Instant.ofEpochMilli(session.start());
    }

    /** The games of a CSV file with {@link #GAMES_HEADER}. @throws io.millrace.cli.command.UnusableException if it is none, with the line */
    public static List<Game> readGames(Path file) {
        return CsvLines.read(
                file, GAMES_HEADER, line -> new Game(line.text("player"), line.integer("points"), line.time("time")));
    }

    /** The players of a CSV file with {@link #PLAYERS_HEADER}. @throws io.millrace.cli.command.UnusableException if it is none, with the line */
    public static List<Player> readPlayers(Path file) {
        return CsvLines.read(
                file, PLAYERS_HEADER, line -> new Player(line.text("player"), line.text("name"), line.text("country")));
    }

    /** Ten players of three countries: the same at each call. */
    public static List<Player> generatedPlayers() {
        List<String> names = List.of("Ada", "Bela", "Chen", "Dora", "Emil", "Faye", "Gino", "Hana", "Igor", "Jade");
        List<String> countries = List.of("AT", "BR", "CA");
        List<Player> players = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            players.add(new Player("player-" + i, names.get(i), countries.get(i % countries.size())));
        }
        return players;
    }

    /** An evening of these players and of one that is in no list: the same at each call, not quite in order, with breaks. */
    public static List<Game> generatedGames() {
        Random random = new Random(1);
        Instant evening = Instant.parse("2026-01-05T18:00:00Z");
        List<Game> games = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int player = random.nextInt(11);
            // Each has a while of their own in which they do not play.
            boolean rests = i / 70 % 11 == player || i / 70 % 7 == player % 7;
            if (!rests) {
                games.add(new Game(
                        "player-" + player,
                        10 * random.nextInt(100),
                        evening.plusSeconds(i * 15L - random.nextInt(100))));
            }
        }
        return games;
    }
}
