using GpuNet.Kernels.Tensors;

namespace GpuNet.Layers.Compilation;

/// <summary>Gives each storage its place in one memory, so that two of them overlap only if they are never in use at the same step.</summary>
internal static class MemoryPlanner
{
    /// <summary>
    /// Sets the offsets: largest first, each at the lowest place that is free while it is in use ("greedy by size" of Pisarchyk and Lee,
    /// "Efficient memory management for deep neural net inference", 2020).
    /// </summary>
    /// <param name="storages">The storages.</param>
    /// <returns>Values of the whole memory.</returns>
    public static long Place(IReadOnlyList<Storage> storages)
    {
        var placed = new List<Storage>();
        long total = 0;
        // OrderBy is stable, so the same network gets the same plan.
        foreach (var storage in storages.OrderByDescending(storage => storage.Length))
        {
            long offset = 0;
            foreach (var neighbour in placed.Where(storage.IsInUseWith).OrderBy(other => other.Offset))
            {
                if (neighbour.Offset - offset >= Arena.Footprint(storage.Length))
                    break;
                offset = Math.Max(offset, neighbour.Offset + Arena.Footprint(neighbour.Length));
            }

            storage.Offset = offset;
            placed.Add(storage);
            total = Math.Max(total, offset + Arena.Footprint(storage.Length));
        }

        return total;
    }
}
