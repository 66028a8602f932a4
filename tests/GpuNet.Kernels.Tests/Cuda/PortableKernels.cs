using System.Reflection;
using GpuNet.Kernels.Convolution;
using GpuNet.Kernels.MatrixMultiply;
using GpuNet.Kernels.Optimizer;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>Every portable kernel: found in the classes of kernels, and for templates with the type arguments that they are launched with.</summary>
internal static class PortableKernels
{
    private static readonly MethodInfo[] Templates =
    [
        .. from variant in GemmVariants.All
           from kernel in new[]
           {
               variant.Method<LinesOperand<Aligned>, InterleavedOperand<Aligned>, MatrixResult<Aligned>>(),
               variant.Method<InterleavedOperand<Unaligned>, LinesOperand<Unaligned>, MatrixResult<Unaligned>>(),
               variant.Method<PlaneRows<Aligned>, WindowColumns<MaskedPlace>, ImageResult<Aligned>>(),
               variant.Method<PlaneRows<Unaligned>, WindowColumns<RangedPlace>, ImageResult<Unaligned>>(),
               variant.Method<PlaneColumns, PlaneColumns, ImageResult<Aligned>>(),
               variant.Method<PlaneRows<Unaligned>, TapColumns<MaskedPlace>, MatrixResult<Unaligned>>(),
               variant.Method<PlaneRows<Aligned>, TapColumns<RangedPlace>, MatrixResult<Aligned>>(),
           }
           select kernel,
        .. from rule in Implementations(typeof(IUpdateRule)) select typeof(UpdateKernels).GetMethod(nameof(UpdateKernels.Update))!.MakeGenericMethod(rule),
        .. from rule in Implementations(typeof(IPairUpdateRule)) select typeof(UpdateKernels).GetMethod(nameof(UpdateKernels.UpdatePair))!.MakeGenericMethod(rule),
    ];

    /// <summary>The static classes whose names end in Kernels.</summary>
    public static IReadOnlyList<Type> Classes { get; } =
        [.. typeof(GemmKernels).Assembly.GetTypes().Where(type => type is { IsAbstract: true, IsSealed: true } && type.Name.Split('`')[0].EndsWith("Kernels", StringComparison.Ordinal))];

    /// <summary>The kernels, templates not filled in.</summary>
    public static IReadOnlyList<MethodInfo> Definitions { get; } =
    [
        .. from type in Classes
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly)
           where method.ReturnType == typeof(void)
           select method,
    ];

    /// <summary>The kernels.</summary>
    public static IReadOnlyList<MethodInfo> All { get; } = [.. Definitions.Where(method => !method.ContainsGenericParameters), .. Templates];

    /// <summary>A kernel's name with its type arguments: <c>ReluKernels.Forward</c>, <c>GemmKernels.Multiply&lt;…&gt;</c>.</summary>
    public static string NameOf(MethodInfo kernel) =>
        $"{NameOf(kernel.DeclaringType!)}.{kernel.Name}{(kernel.IsGenericMethod ? $"<{string.Join(", ", kernel.GetGenericArguments().Select(NameOf))}>" : "")}";

    private static IEnumerable<Type> Implementations(Type template) => template.Assembly.GetTypes().Where(type => type.IsValueType && type.IsAssignableTo(template));

    private static string NameOf(Type type) =>
        type.Name.Split('`')[0] + (type.IsGenericType ? $"<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : "");
}
