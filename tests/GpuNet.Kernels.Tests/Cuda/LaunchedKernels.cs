using System.Reflection;

namespace GpuNet.Kernels.Tests.Cuda;

/// <summary>Methods that the code of an assembly makes delegates of, and that have a view of device memory among their arguments: what it launches.</summary>
internal static class LaunchedKernels
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // ldftn, followed by the method's token.
    private static readonly byte[] LoadFunction = [0xFE, 0x06];

    public static IReadOnlyList<MethodInfo> In(Assembly assembly) =>
    [
        .. (from type in assembly.GetTypes()
            from method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
            from taken in TakenIn(method)
            where taken.IsStatic && taken.ReturnType == typeof(void) && taken.GetParameters().Any(parameter => HoldsView(parameter.ParameterType))
            select taken).Distinct(),
    ];

    private static IEnumerable<MethodInfo> TakenIn(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i + 6 <= code.Length; i++)
        {
            if (code.AsSpan(i, 2).SequenceEqual(LoadFunction) && Resolve(method, BitConverter.ToInt32(code, i + 2)) is MethodInfo taken)
                yield return taken.IsGenericMethod ? taken.GetGenericMethodDefinition() : taken;
        }
    }

    // The same bytes may be part of something else.
    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveMethod(token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool HoldsView(Type type) =>
        type.IsGenericParameter
            ? type.GetGenericParameterConstraints().Any(constraint => constraint.IsInterface && constraint.Assembly == typeof(GpuNet.Kernels.Devices.DeviceSession).Assembly)
            : type.Namespace?.StartsWith("ILGPU", StringComparison.Ordinal) == true;
}
