using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.Concatenation;

/// <summary>
/// Copies between up to four tensors and their channel windows of the concatenated one, for any device: one thread a unit of the
/// <see cref="ConcatenationRun"/>. Neighbouring threads copy neighbouring units, within a part and from a part to the next. Explicitly grouped.
/// </summary>
internal static class ConcatenationKernels
{
    public static void Copy(
        ConcatenationPart a, ConcatenationPart b, ConcatenationPart c, ConcatenationPart d, ArrayView<float> whole, ConcatenationRun run, int backward)
    {
        int i = Grid.GlobalIndex.X;
        if (i >= run.Items)
            return;
        int n = run.PerImage.Divide(i), offset = i - n * run.Length;
        int theirs = n * run.WholeImage + run.First + offset;
        if (offset < a.Image)
        {
            Copy(a, n, offset, whole, theirs, run.Unit, backward);
            return;
        }
        offset -= a.Image;
        if (offset < b.Image)
        {
            Copy(b, n, offset, whole, theirs, run.Unit, backward);
            return;
        }
        offset -= b.Image;
        if (offset < c.Image)
            Copy(c, n, offset, whole, theirs, run.Unit, backward);
        else
            Copy(d, n, offset - c.Image, whole, theirs, run.Unit, backward);
    }

    private static void Copy(ConcatenationPart part, int n, int offset, ArrayView<float> whole, int theirs, int unit, int backward)
    {
        int mine = n * part.Image + offset;
        if (unit == 1)
        {
            if (backward != 0)
                part.View[mine] = whole[theirs];
            else
                whole[theirs] = part.View[mine];
        }
        else if (backward != 0)
        {
            part.View.Cast<Quad>()[mine] = whole.Cast<Quad>()[theirs];
        }
        else
        {
            whole.Cast<Quad>()[theirs] = part.View.Cast<Quad>()[mine];
        }
    }
}
