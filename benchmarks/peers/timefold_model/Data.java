import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** The Problem as index arrays, read from a file of little-endian 64-bit numbers: each array behind its length. */
final class Data {
    static Data current;

        final int[] capacity;
    final int[] groupLimit;
    final int[] groupOrder;
    final int[] groupStart;
    final int[] dayCell;
    final boolean[] must;
    final long[] value;
    /** Segments of each placement: flat first and last (column, cell) and amount. */
    final int[] segmentStart;
    final int[] segmentFirst;
    final int[] segmentLast;
    final int[] segmentAmount;
    /** Sums that each placement is in, with its coefficient. */
    final int[] memberStart;
    final int[] memberSum;
    final int[] memberCoef;
    final int numSums;
    final long[] setPrice;
    final int[] literalStartOfSet;
    final int[] literalConjunction;
    final boolean[] literalOff;
    final long[] conjunctionPoints;
    /** Literals that do not hold when nothing is chosen. */
    final int[] conjunctionLacking;
    final int[] loadOfSum;
    final int[] itemStartOfSet;
    final int[] itemLoad;
    final int[] itemCoef;
    final int[] segmentOfLoad;
    final long[] loadLength;
    final long[] loadSlope;
    final boolean[] capped;

    Data(Path path) throws IOException {
        Reader in = new Reader(path);
        capacity = in.ints();
        groupLimit = in.ints();
        groupOrder = in.ints();
        groupStart = in.ints();
        dayCell = in.ints();
        must = in.booleans();
        value = in.longs();
        segmentStart = in.ints();
        segmentFirst = in.ints();
        segmentLast = in.ints();
        segmentAmount = in.ints();
        memberStart = in.ints();
        memberSum = in.ints();
        memberCoef = in.ints();
        setPrice = in.longs();
        numSums = setPrice.length;
        literalStartOfSet = in.ints();
        literalConjunction = in.ints();
        literalOff = in.booleans();
        conjunctionPoints = in.longs();
        conjunctionLacking = in.ints();
        loadOfSum = in.ints();
        itemStartOfSet = in.ints();
        itemLoad = in.ints();
        itemCoef = in.ints();
        segmentOfLoad = in.ints();
        loadLength = in.longs();
        loadSlope = in.longs();
        capped = in.booleans();
    }

    /** Who used a (column, cell) last, and how much of it is used: kept by {@link Points}. */
    int[] holder;
    int[] usage;

    /** Tells whether a placement alone fits what is left. */
    boolean isFree(int p) {
        for (int s = segmentStart[p]; s < segmentStart[p + 1]; s++) {
            for (int at = segmentFirst[s]; at < segmentLast[s]; at++) {
                if (usage[at] + segmentAmount[s] > capacity[at]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Returns where a placement does not fit. */
    int[] fullCells(int p) {
        int[] cells = new int[16];
        int number = 0;
        for (int s = segmentStart[p]; s < segmentStart[p + 1]; s++) {
            for (int at = segmentFirst[s]; at < segmentLast[s]; at++) {
                if (usage[at] + segmentAmount[s] > capacity[at]) {
                    cells = number == cells.length ? Arrays.copyOf(cells, 2 * number) : cells;
                    cells[number++] = at;
                }
            }
        }
        return Arrays.copyOf(cells, number);
    }

    private static final class Reader {
        private final FileChannel channel;

        Reader(Path path) throws IOException {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }

        private LongBuffer map(long count) throws IOException {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, channel.position(), 8 * count);
            channel.position(channel.position() + 8 * count);
            return bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        }

        long[] longs() throws IOException {
            long[] read = new long[(int) map(1).get(0)];
            if (read.length > 0) {
                map(read.length).get(read);
            }
            return read;
        }

        int[] ints() throws IOException {
            long[] read = longs();
            int[] small = new int[read.length];
            for (int i = 0; i < read.length; i++) {
                small[i] = (int) read[i];
            }
            return small;
        }

        boolean[] booleans() throws IOException {
            long[] read = longs();
            boolean[] flags = new boolean[read.length];
            for (int i = 0; i < read.length; i++) {
                flags[i] = read[i] != 0;
            }
            return flags;
        }
    }
}
