import ai.timefold.solver.core.api.score.buildin.hardsoftlong.HardSoftLongScore;
import ai.timefold.solver.core.api.score.calculator.IncrementalScoreCalculator;
import java.util.Arrays;

/** Keeps the score of a timetable while one session at a time changes; every rule of the Problem, nothing else. */
public class Points implements IncrementalScoreCalculator<Timetable, HardSoftLongScore> {
    private final Data data = Data.current;
    private int[] usage;
    private int[] ofDayCell;
    private int[] sums;
    private int[] lacking;
    private long[] units;
    private long hard;
    private long soft;

    @Override
    public void resetWorkingSolution(Timetable timetable) {
        usage = new int[data.capacity.length];
        data.usage = usage;
        data.holder = new int[usage.length];
        Arrays.fill(data.holder, -1);
        ofDayCell = new int[data.must.length];
        sums = new int[data.numSums];
        lacking = data.conjunctionLacking.clone();
        units = new long[data.capped.length];
        hard = 0;
        soft = 0;
        for (boolean pinned : data.must) {
            hard -= pinned ? 1 : 0;
        }
        for (int c = 0; c < lacking.length; c++) {
            soft += lacking[c] == 0 ? data.conjunctionPoints[c] : 0;
        }
        for (Session session : timetable.getSessions()) {
            change(session, 1);
        }
    }

    @Override
    public void beforeVariableChanged(Object entity, String variable) {
        change((Session) entity, -1);
    }

    @Override
    public void afterVariableChanged(Object entity, String variable) {
        change((Session) entity, 1);
    }

    @Override
    public HardSoftLongScore calculateScore() {
        return HardSoftLongScore.of(hard, soft);
    }

    private void change(Session session, int sign) {
        if (session.getPlacement() == null) {
            return;
        }
        int p = session.getPlacement();
        soft += sign * data.value[p];
        for (int s = data.segmentStart[p]; s < data.segmentStart[p + 1]; s++) {
            int amount = sign * data.segmentAmount[s];
            for (int at = data.segmentFirst[s]; at < data.segmentLast[s]; at++) {
                int before = usage[at];
                usage[at] = before + amount;
                data.holder[at] = sign > 0 ? session.getId() : usage[at] > 0 ? data.holder[at] : -1;
                hard += over(before, data.capacity[at]) - over(before + amount, data.capacity[at]);
            }
        }
        int k = data.dayCell[p];
        hard += misfit(k);
        ofDayCell[k] += sign;
        hard -= misfit(k);
        for (int m = data.memberStart[p]; m < data.memberStart[p + 1]; m++) {
            changeSum(data.memberSum[m], sign * data.memberCoef[m]);
        }
    }

    private static int over(int used, int most) {
        return Math.max(0, used - most);
    }

    private int misfit(int k) {
        return ofDayCell[k] == 0 ? (data.must[k] ? 1 : 0) : ofDayCell[k] - 1;
    }

    private void changeSum(int sum, int by) {
        boolean was = sums[sum] > 0;
        sums[sum] += by;
        boolean is = sums[sum] > 0;
        if (data.loadOfSum[sum] >= 0) {
            changeLoad(data.loadOfSum[sum], by);
        }
        if (was == is) {
            return;
        }
        int sign = is ? 1 : -1;
        soft += sign * data.setPrice[sum];
        for (int l = data.literalStartOfSet[sum]; l < data.literalStartOfSet[sum + 1]; l++) {
            int c = data.literalConjunction[l];
            boolean held = lacking[c] == 0;
            lacking[c] += is == data.literalOff[l] ? 1 : -1;
            soft += ((lacking[c] == 0 ? 1 : 0) - (held ? 1 : 0)) * data.conjunctionPoints[c];
        }
        for (int i = data.itemStartOfSet[sum]; i < data.itemStartOfSet[sum + 1]; i++) {
            changeLoad(data.itemLoad[i], sign * data.itemCoef[i]);
        }
    }

    private void changeLoad(int load, long by) {
        countLoad(load, -1);
        units[load] += by;
        countLoad(load, 1);
    }

    private void countLoad(int load, int sign) {
        long left = units[load];
        for (int s = data.segmentOfLoad[load]; s < data.segmentOfLoad[load + 1] && left > 0; s++) {
            soft += sign * data.loadSlope[s] * Math.min(left, data.loadLength[s]);
            left -= data.loadLength[s];
        }
        if (data.capped[load]) {
            hard -= sign * Math.max(0, left);
        }
    }

    @Override
    public void beforeEntityAdded(Object entity) {}

    @Override
    public void afterEntityAdded(Object entity) {}

    @Override
    public void beforeEntityRemoved(Object entity) {}

    @Override
    public void afterEntityRemoved(Object entity) {}
}
