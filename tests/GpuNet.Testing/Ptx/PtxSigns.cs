using System.Globalization;

namespace GpuNet.Testing.Ptx;

/// <summary>
/// Which registers of an entry point surely hold values that are not negative: constants, indices of threads and groups, and what is made of
/// them without a subtraction. Sums and products are taken not to overflow; indices are refused where they would.
/// </summary>
internal static class PtxSigns
{
    /// <summary>Arithmetic shifts to the right of other values.</summary>
    public static IReadOnlyList<PtxInstruction> PossiblyNegativeShifts(PtxFlow flow)
    {
        // What is known at each block's end. Null: nothing has come this way yet, so nothing speaks against anything.
        var known = new HashSet<string>?[flow.Blocks.Count];
        for (bool changed = true; changed;)
        {
            changed = false;
            for (int i = 0; i < flow.Blocks.Count; i++)
            {
                if (i > 0 && flow.Blocks[i].Previous.All(previous => known[previous] is null))
                    continue;
                var after = AtStart(i);
                foreach (var instruction in flow.Blocks[i].Instructions)
                    Run(instruction, after);
                changed |= known[i] is not { } before || !before.SetEquals(after);
                known[i] = after;
            }
        }

        var shifts = new List<PtxInstruction>();
        for (int i = 0; i < flow.Blocks.Count; i++)
        {
            var registers = AtStart(i);
            foreach (var instruction in flow.Blocks[i].Instructions)
            {
                if ((instruction.Opcode is "shr.s32" or "shr.s64" or "shr.s16") && !IsNotNegative(instruction.Operands[1], registers))
                    shifts.Add(instruction);
                Run(instruction, registers);
            }
        }

        return shifts;

        HashSet<string> AtStart(int block)
        {
            HashSet<string>? common = null;
            foreach (var before in flow.Blocks[block].Previous.Select(previous => known[previous]).OfType<HashSet<string>>())
            {
                if (common is null)
                    common = [.. before];
                else
                    common.IntersectWith(before);
            }

            return block == 0 ? [] : common ?? [];
        }
    }

    private static void Run(PtxInstruction instruction, HashSet<string> registers)
    {
        // The only integers that a vector holds are loaded ones.
        if (instruction.Operands.Count < 2 || instruction.Is("st") || instruction.Is("bra"))
            return;
        string result = instruction.Operands[0];
        bool stays = instruction.Predicate.Length > 0 && !registers.Contains(result);
        if (!stays && ResultIsNotNegative(instruction, registers))
            registers.Add(result);
        else
            registers.ExceptWith(result.Trim('{', '}').Split(',').Select(register => register.Trim()));
    }

    private static bool ResultIsNotNegative(PtxInstruction instruction, HashSet<string> registers)
    {
        var operands = instruction.Operands.Skip(1);
        string[] parts = instruction.Opcode.Split('.');
        if (instruction.Class is not (PtxClass.Integer or PtxClass.Copy or PtxClass.Select))
            return false;
        return parts[0] switch
        {
            "mov" or "add" or "mul" or "mad" or "min" or "div" or "or" or "xor" => operands.All(Known),
            "max" when parts[^1][0] == 's' => operands.Any(Known),
            "max" => operands.All(Known),
            "and" when parts[^1] != "pred" => operands.Any(Known),
            "shl" or "rem" => Known(instruction.Operands[1]),
            "shr" => Known(instruction.Operands[1]) || parts[^1][0] != 's' && IsPositiveConstant(instruction.Operands[2]),
            "selp" => Known(instruction.Operands[1]) && Known(instruction.Operands[2]),
            "cvt" => Known(instruction.Operands[1]) || parts[^2] is "u64" or "s64" && parts[^1] is "u32" or "u16",
            "popc" or "clz" => true,
            _ => false,
        };

        bool Known(string operand) => IsNotNegative(operand, registers);
    }

    private static bool IsNotNegative(string operand, HashSet<string> registers) =>
        registers.Contains(operand)
        || operand.Split('.')[0] is "%tid" or "%ntid" or "%ctaid" or "%nctaid" or "%laneid" or "%warpid"
        || long.TryParse(operand, CultureInfo.InvariantCulture, out long value) && value is >= 0 and <= int.MaxValue;

    private static bool IsPositiveConstant(string operand) => long.TryParse(operand, CultureInfo.InvariantCulture, out long value) && value > 0;
}
