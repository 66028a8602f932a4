using GpuNet.Kernels.Optimizer;
using GpuNet.Kernels.Tensors;
using GpuNet.Verification.References;

namespace GpuNet.Verification.Cases;

/// <summary>Gradients clipped by their global norm, and gradients that are short enough to stay as they are.</summary>
internal static class GradientClipCases
{
    public static IEnumerable<SelfTestCase> All =>
        [Clipped(true, 17, 1041), Kept(true, 17, 1041), Clipped(false, 79_510, 3), Clipped(false, 1_024_001, 5, 40_000), Kept(false, 1_024_001, 5)];

    private static SelfTestCase Clipped(bool quick, params int[] lengths) => new("gradient clip", "clipped", TextOf(lengths), room =>
    {
        var (gradients, norm) = Gradients(lengths);
        float most = (float)(norm / 3);
        var tensors = Run(room, gradients, most);
        double[][] expected = GradientClipReference.Clip(gradients, most);
        for (int i = 0; i < tensors.Length; i++)
            room.Compare($"gradient {i}", expected[i], tensors[i], lengths.Sum());
    })
    { IsQuick = quick };

    private static SelfTestCase Kept(bool quick, params int[] lengths) => new("gradient clip", "not clipped", TextOf(lengths), room =>
    {
        var (gradients, norm) = Gradients(lengths);
        var tensors = Run(room, gradients, (float)(1.01 * norm));
        for (int i = 0; i < tensors.Length; i++)
            room.CompareExactly($"gradient {i}", gradients[i], tensors[i]);
    })
    { IsQuick = quick };

    private static Tensor[] Run(SelfTestRoom room, double[][] gradients, float most)
    {
        Tensor[] tensors = [.. gradients.Select(gradient => room.Tensor(Shape.Vector(gradient.Length), gradient))];
        using var op = new GradientClipOp(room.Session, [.. tensors.Select(tensor => tensor.Shape)], most);
        op.Run(tensors);
        return tensors;
    }

    private static (double[][] Gradients, double Norm) Gradients(int[] lengths)
    {
        double[][] gradients = [.. lengths.Select((length, i) => Values.Uniform(length, i + 1))];
        return (gradients, GradientClipReference.Norm(gradients));
    }

    private static string TextOf(int[] lengths) => $"{string.Join(" + ", lengths)} values";
}
