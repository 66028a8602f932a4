namespace GpuNet.Testing.Ptx;

/// <summary>The basic blocks of an entry point, and how they follow each other.</summary>
internal sealed class PtxFlow
{
    private PtxFlow(IReadOnlyList<Block> blocks) => Blocks = blocks;

    /// <summary>In the order of the text; the first is where the kernel begins.</summary>
    public IReadOnlyList<Block> Blocks { get; }

    /// <summary>Cuts the text of an entry point into blocks.</summary>
    public static PtxFlow Parse(string entry)
    {
        var blocks = new List<Block> { new("") };
        bool ended = false;
        string statement = "";
        foreach (string line in entry[entry.IndexOf("\n{", StringComparison.Ordinal)..].Split('\n').Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] is '.' or '{' or '}' || line.StartsWith("//", StringComparison.Ordinal))
                continue;
            bool isLabel = line[^1] == ':';
            if (isLabel || ended)
                blocks.Add(new(isLabel ? line[..^1] : ""));
            ended = false;
            if (isLabel)
                continue;
            statement = $"{statement} {line}";
            if (line[^1] != ';')
                continue;
            var instruction = PtxInstruction.Parse(statement[..^1]);
            statement = "";
            blocks[^1].Instructions.Add(instruction);
            ended = instruction.Is("bra") || instruction.Is("ret");
        }

        var byLabel = Enumerable.Range(0, blocks.Count).Where(i => blocks[i].Label.Length > 0).ToDictionary(i => blocks[i].Label);
        for (int i = 0; i < blocks.Count; i++)
        {
            var last = blocks[i].Instructions.LastOrDefault();
            bool jumps = last is not null && last.Is("bra"), ends = last is not null && last.Is("ret");
            if (jumps)
                Connect(i, byLabel[last!.Operands[0]]);
            if (i + 1 < blocks.Count && (!jumps && !ends || last!.Predicate.Length > 0))
                Connect(i, i + 1);
        }

        return new(blocks);

        void Connect(int from, int to)
        {
            blocks[from].Next.Add(to);
            blocks[to].Previous.Add(from);
        }
    }

    /// <summary>The natural loops: for each block that a branch leads back to from a block it dominates, all blocks on the way.</summary>
    public IReadOnlyList<PtxLoop> Loops()
    {
        var dominators = Dominators();
        var bodies = new SortedDictionary<int, HashSet<int>>();
        for (int from = 0; from < Blocks.Count; from++)
        {
            foreach (int header in Blocks[from].Next.Where(next => dominators[from].Contains(next)))
            {
                if (!bodies.TryGetValue(header, out var body))
                    bodies[header] = body = [header];
                Collect(from, body);
            }
        }

        return [.. bodies.Select(loop => new PtxLoop(
            Blocks[loop.Key].Label,
            bodies.Values.Count(other => other.IsSupersetOf(loop.Value)),
            bodies.Values.All(other => !other.IsProperSubsetOf(loop.Value)),
            new([.. loop.Value.Order().SelectMany(block => Blocks[block].Instructions)])))];
    }

    private void Collect(int block, HashSet<int> body)
    {
        if (!body.Add(block))
            return;
        foreach (int previous in Blocks[block].Previous)
            Collect(previous, body);
    }

    // By each block, the blocks that every way to it passes, itself among them; a block that no way leads to has none.
    private HashSet<int>[] Dominators()
    {
        var all = Enumerable.Range(0, Blocks.Count);
        HashSet<int>[] dominators = [.. all.Select(i => i == 0 ? new HashSet<int> { 0 } : [.. all])];
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int i in all.Skip(1))
            {
                var common = Blocks[i].Previous.Count == 0 ? [] : new HashSet<int>(dominators[Blocks[i].Previous[0]]);
                foreach (int previous in Blocks[i].Previous)
                    common.IntersectWith(dominators[previous]);
                common.Add(i);
                changed |= common.Count != dominators[i].Count;
                dominators[i] = common;
            }
        }

        return dominators;
    }

    /// <summary>Instructions that run one after the other.</summary>
    internal sealed record Block(string Label)
    {
        public List<PtxInstruction> Instructions { get; } = [];

        public List<int> Next { get; } = [];

        public List<int> Previous { get; } = [];
    }
}
