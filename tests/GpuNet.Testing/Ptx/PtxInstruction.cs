namespace GpuNet.Testing.Ptx;

/// <summary>One instruction of a kernel.</summary>
/// <param name="Predicate">The predicate that it runs under, with its sign, as in <c>@!%p1</c>; empty if it always runs.</param>
/// <param name="Opcode">The operation with its types, as in <c>ld.shared.v4.f32</c>.</param>
/// <param name="Operands">The operands, a vector or an address being one; the first is where a result goes.</param>
public sealed record PtxInstruction(string Predicate, string Opcode, IReadOnlyList<string> Operands)
{
    private static readonly string[] IntegerTypes = ["s16", "u16", "b16", "s32", "u32", "b32", "s64", "u64", "b64"];

    /// <summary>What it is counted as.</summary>
    public PtxClass Class { get; } = ClassOf(Opcode);

    /// <summary>Whether it is an operation, whatever its types: <c>shr</c>, <c>ld.shared</c>.</summary>
    /// <param name="operation">The opcode's first parts.</param>
    /// <returns>True if the opcode begins with them.</returns>
    public bool Is(string operation) => Opcode == operation || Opcode.StartsWith(operation + ".", StringComparison.Ordinal);

    /// <summary>As in the listing.</summary>
    /// <returns>The instruction's text.</returns>
    public override string ToString() => string.Join(' ', new[] { Predicate, Opcode, string.Join(", ", Operands) }.Where(part => part.Length > 0));

    internal static PtxInstruction Parse(string statement)
    {
        string rest = statement.Trim(), predicate = "";
        if (rest.StartsWith('@'))
            (predicate, rest) = Split(rest);
        (string opcode, rest) = Split(rest);
        return new(predicate, opcode, [.. OperandsIn(rest)]);
    }

    private static (string First, string Others) Split(string text)
    {
        int end = text.AsSpan().IndexOfAny(' ', '\t');
        return end < 0 ? (text, "") : (text[..end], text[end..].Trim());
    }

    // Commas inside braces or brackets do not separate operands.
    private static IEnumerable<string> OperandsIn(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] is '{' or '[' or '(' ? 1 : text[i] is '}' or ']' or ')' ? -1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;
            yield return text[start..i].Trim();
            start = i + 1;
        }

        if (start < text.Length)
            yield return text[start..].Trim();
    }

    private static PtxClass ClassOf(string opcode)
    {
        string[] parts = opcode.Split('.');
        bool vector = parts.Contains("v2") || parts.Contains("v4"), shared = parts.Contains("shared");
        string type = parts[^1];
        return parts[0] switch
        {
            "fma" => PtxClass.MultiplyAdd,
            "mul" when type == "f32" => PtxClass.Multiply,
            "add" or "sub" when type == "f32" => PtxClass.Add,
            "ld" or "ldu" when parts.Contains("param") || parts.Contains("local") => PtxClass.Other,
            "ld" or "ldu" when shared => vector ? PtxClass.LoadSharedVector : PtxClass.LoadShared,
            "ld" or "ldu" => vector ? PtxClass.LoadGlobalVector : PtxClass.LoadGlobal,
            "st" when parts.Contains("param") || parts.Contains("local") => PtxClass.Other,
            "st" when shared => vector ? PtxClass.StoreSharedVector : PtxClass.StoreShared,
            "st" => vector ? PtxClass.StoreGlobalVector : PtxClass.StoreGlobal,
            "bar" or "barrier" => PtxClass.Barrier,
            "bra" or "ret" => PtxClass.Branch,
            "mov" => PtxClass.Copy,
            "setp" or "selp" => PtxClass.Select,
            _ when type == "pred" => PtxClass.Select,
            "cvt" when parts.Skip(1).Any(part => part is "f32" or "f64" or "f16") => PtxClass.Other,
            "cvta" => PtxClass.Integer,
            _ when IntegerTypes.Contains(type) && parts[0] is not ("atom" or "red" or "shfl" or "vote") => PtxClass.Integer,
            _ => PtxClass.Other,
        };
    }
}
