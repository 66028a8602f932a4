using GpuNet.Kernels.Tensors;
using GpuNet.Layers.Compilation;

namespace GpuNet.Layers.Tests.Compilation;

public sealed class MemoryPlannerTests
{
    [Test]
    public void Storages_in_use_at_different_steps_share_memory()
    {
        Storage[] storages = [new(160, 0, 1), new(160, 2, 3), new(160, 4, 4)];
        Assert.That(MemoryPlanner.Place(storages), Is.EqualTo(160));
    }

    [Test]
    public void Storages_in_use_at_the_same_step_do_not()
    {
        Storage[] storages = [new(160, 0, 2), new(160, 2, 3)];
        Assert.That(MemoryPlanner.Place(storages), Is.EqualTo(320));
    }

    [Test]
    public void A_small_storage_fills_a_gap()
    {
        var (first, second, small) = (new Storage(320, 0, 3), new Storage(320, 4, 6), new Storage(160, 5, 8));
        var last = new Storage(160, 7, 8);
        Assert.That(MemoryPlanner.Place([first, second, small, last]), Is.EqualTo(480));
        Assert.That((small.Offset, last.Offset), Is.EqualTo((320L, 0L)));
    }

    [Test]
    public void Lengths_round_up_to_the_alignment()
    {
        Storage[] storages = [new(1, 0, 0), new(17, 0, 0)];
        Assert.That(MemoryPlanner.Place(storages), Is.EqualTo(3 * Arena.Alignment));
    }

    [Test]
    public void No_two_of_many_storages_clash([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        Storage[] storages = [.. Enumerable.Range(0, 60).Select(_ => random.Next(40)).Select(from => new Storage(random.Next(1, 5000), from, from + random.Next(12)))];
        long total = MemoryPlanner.Place(storages);
        for (int i = 0; i < storages.Length; i++)
        {
            var a = storages[i];
            Assert.That(a.Offset % Arena.Alignment, Is.Zero);
            Assert.That(a.Offset + a.Length, Is.LessThanOrEqualTo(total));
            foreach (var b in storages.Skip(i + 1).Where(a.IsInUseWith))
                Assert.That(a.Offset + a.Length <= b.Offset || b.Offset + b.Length <= a.Offset, $"{a.Offset}+{a.Length} and {b.Offset}+{b.Length}");
        }

        // Never better than what is in use at the busiest step, nor worse than no sharing.
        long busiest = Enumerable.Range(0, 52).Max(step => storages.Where(s => s.From <= step && step <= s.To).Sum(s => Arena.Footprint(s.Length)));
        Assert.That(total, Is.InRange(busiest, storages.Sum(s => Arena.Footprint(s.Length))));
    }
}
