namespace GpuNet.Testing.Ptx;

/// <summary>
/// What a barrier parts: what a thread loads and stores between it and the barriers, or the ends of the kernel, before and behind it, on whatever way.
/// Global and shared memory count alike, since a listing does not always say which it is. Stores are not counted: what is not optimised has some that
/// never run.
/// </summary>
/// <param name="LoadsBefore">Values loaded before it.</param>
/// <param name="StoresBefore">Whether something is stored before it.</param>
/// <param name="LoadsBehind">Values loaded behind it.</param>
/// <param name="StoresBehind">Whether something is stored behind it.</param>
public readonly record struct PtxBarrier(int LoadsBefore, bool StoresBefore, int LoadsBehind, bool StoresBehind)
{
    internal static IReadOnlyList<PtxBarrier> Of(PtxFlow flow) =>
    [
        .. (from block in Enumerable.Range(0, flow.Blocks.Count)
            from place in Enumerable.Range(0, flow.Blocks[block].Instructions.Count)
            where flow.Blocks[block].Instructions[place].Class == PtxClass.Barrier
            let before = Accesses(flow, block, place - 1, -1)
            let behind = Accesses(flow, block, place + 1, 1)
            select new PtxBarrier(before.Loads, before.Stores, behind.Loads, behind.Stores))
            .OrderBy(barrier => (barrier.LoadsBefore, barrier.StoresBefore, barrier.LoadsBehind, barrier.StoresBehind)),
    ];

    // From an instruction of a block to the next barrier on every way, forwards or backwards; each instruction counts once.
    private static (int Loads, bool Stores) Accesses(PtxFlow flow, int block, int place, int direction)
    {
        var seen = new HashSet<PtxInstruction>(ReferenceEqualityComparer.Instance);
        var entered = new HashSet<int>();
        var ways = new Stack<(int Block, int Place)>([(block, place)]);
        while (ways.TryPop(out var way))
        {
            var instructions = flow.Blocks[way.Block].Instructions;
            int i = way.Place;
            for (; i >= 0 && i < instructions.Count && instructions[i].Class != PtxClass.Barrier; i += direction)
                seen.Add(instructions[i]);
            if (i >= 0 && i < instructions.Count)
                continue;
            foreach (int next in direction > 0 ? flow.Blocks[way.Block].Next : flow.Blocks[way.Block].Previous)
            {
                if (entered.Add(next))
                    ways.Push((next, direction > 0 ? 0 : flow.Blocks[next].Instructions.Count - 1));
            }
        }

        return (seen.Sum(LoadsOf), seen.Any(IsStore));
    }

    private static int LoadsOf(PtxInstruction instruction) => instruction.Class switch
    {
        PtxClass.LoadShared or PtxClass.LoadGlobal => 1,
        PtxClass.LoadSharedVector or PtxClass.LoadGlobalVector => instruction.Opcode.Contains(".v4", StringComparison.Ordinal) ? 4 : 2,
        _ => 0,
    };

    private static bool IsStore(PtxInstruction instruction) =>
        instruction.Class is PtxClass.StoreShared or PtxClass.StoreSharedVector or PtxClass.StoreGlobal or PtxClass.StoreGlobalVector;
}
