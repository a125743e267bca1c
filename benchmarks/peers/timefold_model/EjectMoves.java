import ai.timefold.solver.core.api.score.director.ScoreDirector;
import ai.timefold.solver.core.impl.heuristic.selector.move.factory.MoveIteratorFactory;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** Draws a session that has a wish, and one of its wishes. */
public class EjectMoves implements MoveIteratorFactory<Timetable, EjectMove> {
    @Override
    public long getSize(ScoreDirector<Timetable> director) {
        return director.getWorkingSolution().getSessions().stream().mapToLong(session -> session.getWishes().size()).sum();
    }

    @Override
    public Iterator<EjectMove> createOriginalMoveIterator(ScoreDirector<Timetable> director) {
        return director.getWorkingSolution().getSessions().stream()
                .flatMap(session -> session.getWishes().stream().map(wish -> new EjectMove(session, wish)))
                .iterator();
    }

    @Override
    public Iterator<EjectMove> createRandomMoveIterator(ScoreDirector<Timetable> director, Random random) {
        List<Session> wishing = director.getWorkingSolution().getSessions().stream()
                .filter(session -> !session.getWishes().isEmpty())
                .toList();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !wishing.isEmpty();
            }

            @Override
            public EjectMove next() {
                Session session = wishing.get(random.nextInt(wishing.size()));
                List<Integer> wishes = session.getWishes();
                return new EjectMove(session, wishes.get(random.nextInt(wishes.size())));
            }
        };
    }
}
