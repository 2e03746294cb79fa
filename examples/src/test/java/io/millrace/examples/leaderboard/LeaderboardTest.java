package io.millrace.examples.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dsl.RecordSource;
import io.millrace.dsl.testing.PipelineTest;
import io.millrace.examples.leaderboard.Leaderboard.Board;
import io.millrace.examples.leaderboard.Leaderboard.Game;
import io.millrace.examples.leaderboard.Leaderboard.Player;
import io.millrace.examples.leaderboard.Leaderboard.Result;
import io.millrace.examples.leaderboard.Leaderboard.Score;
import io.millrace.examples.local.Example;
import io.millrace.examples.local.KilledProcess;
import io.millrace.examples.local.StandingStill;
import io.millrace.platform.sim.CrashMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its command runs it, killed on the way, and its pipeline where it dies. */
class LeaderboardTest {
    private static final Instant SIX = Instant.parse("2026-01-05T18:00:00Z");
    /** A break, the grace, and what the other partition may be ahead. */
    private static final int OPEN_SECONDS = 900 + 120 + 300;

    @TempDir
    Path directory;

    private Example example = new Example("leaderboard", Path.of(""));

    @BeforeEach
    void nameTheDirectory() {
        example = new Example("leaderboard", directory.resolve("data"));
    }

    /** The process that is killed. */
    static final class Program {
        public static void main(String[] arguments) {
            Leaderboard.run(
                    Path.of(arguments[0]),
                    Leaderboard.generatedPlayers(),
                    "generated",
                    () -> new StandingStill<>(
                            RecordSource.of(Leaderboard.generatedGames()), Long.parseLong(arguments[1])),
                    line -> {});
        }
    }

    @Test
    void boardsAreThoseOfAPlainSearchAlthoughTheProcessIsKilled() throws Exception {
        List<Game> games = Leaderboard.generatedGames();
        for (long stillAt : List.of(1L, 250L, 444L, games.size() - 1L)) {
            KilledProcess.run(Program.class, directory.resolve("data"), stillAt);
        }
        assertThat(example.run()).as(example.messages()).isZero();
        List<String> lines = example.lines();
        List<SessionSearch.Found> over = new ArrayList<>(SessionSearch.sessions(games));
        Instant end = games.stream().map(Game::time).max(Instant::compareTo).orElseThrow();
        List<SessionSearch.Found> playing =
                over.stream().filter(session -> lines.contains(session.open())).toList();
        over.removeAll(playing);

        List<String> expected = new ArrayList<>(SessionSearch.boards(over, Leaderboard.generatedPlayers()));
        assertThat(expected).contains("AT", "BR", "CA", "unknown").hasSizeGreaterThan(12);
        playing.stream().map(SessionSearch.Found::open).sorted().forEach(expected::add);
        assertThat(lines).isEqualTo(expected);
        assertThat(playing)
                .isNotEmpty()
                .allSatisfy(session -> assertThat(
                                session.games().get(session.games().size() - 1).time())
                        .isAfter(end.minusSeconds(OPEN_SECONDS)));
        // Nothing is new, so nothing changes.
        assertThat(example.run()).isZero();
        assertThat(example.lines()).isEqualTo(expected);
    }

    @Test
    void gamesAndPlayersOfAFileAreTaken() throws Exception {
        Path players = Files.writeString(directory.resolve("players.csv"), "player,name,country\n7,Ada,AT\n");
        Path games = Files.writeString(directory.resolve("games.csv"), """
                player,points,time
                7,100,2026-01-05T18:00:00Z
                7,50,2026-01-05T18:15:00Z
                7,1,2026-01-05T18:30:01Z
                7,2,2026-01-05T18:50:00Z
                """);
        assertThat(example.run("--games", games.toString(), "--players", players.toString()))
                .as(example.messages())
                .isZero();
        assertThat(example.lines())
                .containsExactly(
                        "AT",
                        "     150 points in  2 games  2026-01-05T18:00:00Z to 2026-01-05T18:15:00Z  Ada",
                        "       1 points in  1 games  2026-01-05T18:30:01Z to 2026-01-05T18:30:01Z  Ada",
                        "still playing: 7, 2 points since 2026-01-05T18:50:00Z");
    }

    @Test
    void whatIsNoGameIsRefusedWithItsLine() throws Exception {
        Path games =
                Files.writeString(directory.resolve("games.csv"), "player,points,time\n7,many,2026-01-05T18:00:00Z\n");
        assertThat(example.run("--games", games.toString())).isEqualTo(2);
        assertThat(example.messages()).contains("games.csv, line 2: ");
    }

    @Test
    void aSessionCountsOnceWhereverTheProcessDies() {
        List<Game> games = List.of(game(10, 0), game(20, 5), game(30, 3), game(1, 40));
        Player ada = new Player("7", "Ada", "AT");
        Result first = new Result(ada, SIX, SIX.plusSeconds(300), new Score(60, 3));
        int deaths = 1;
        for (long call = 0; deaths > 0; call += 3) {
            try (PipelineTest test = PipelineTest.of(Leaderboard.pipeline("games", () -> RecordSource.of(games)))) {
                test.input(Leaderboard.PLAYERS).send("7", ada);
                test.crashAfter(call, CrashMode.PROCESS);
                test.run();
                List<Board> boards = test.output(Leaderboard.BOARDS).readValues();
                assertThat(boards).as("after a crash in storage call %d", call).hasSize(1);
                assertThat(boards.get(0).best()).extracting(Result::score).containsExactly(first.score());
                deaths = test.restarts();
            }
        }
    }

    private static Game game(int points, int minute) {
        return new Game("7", points, SIX.plusSeconds(minute * 60L));
    }
}
