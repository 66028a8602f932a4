using GpuNet.Kernels.Devices;
using GpuNet.Kernels.Tensors;
using ILGPU;

namespace GpuNet.Kernels.MatrixMultiply;

/// <summary>Launches a product, by the kernel that suits how its tensors are aligned.</summary>
internal interface IGemmPass
{
    /// <summary>Parts that each sum is split into; 1 means that the kernel stores the product itself.</summary>
    int Splits { get; }

    void Run(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result, GemmEpilogue epilogue);
}

/// <summary>What a matrix of a product is made from, and whether it may be loaded four values at a time.</summary>
/// <param name="HasQuads">Whether the sizes allow it; the tensor must start at a multiple of 16 bytes, too.</param>
/// <param name="Quads">The matrix if both do.</param>
/// <param name="Values">The matrix otherwise.</param>
internal sealed record Matrix<TQuads, TValues>(bool HasQuads, Func<ArrayView<float>, TQuads> Quads, Func<ArrayView<float>, TValues> Values);

/// <summary>What its result is made from, and whether it may be stored four values at a time.</summary>
/// <param name="HasQuads">Whether the sizes allow it; the tensor and its mask must start at multiples of 16 bytes, too.</param>
/// <param name="Quads">The result if both do.</param>
/// <param name="Values">The result otherwise.</param>
internal sealed record Result<TQuads, TValues>(
    bool HasQuads, Func<ArrayView<float>, GemmEpilogue, TQuads> Quads, Func<ArrayView<float>, GemmEpilogue, TValues> Values);

/// <summary>Makes a <see cref="Matrix{TQuads, TValues}"/> of types that need not be named.</summary>
internal static class Matrix
{
    public static Matrix<TQuads, TValues> Of<TQuads, TValues>(bool hasQuads, Func<ArrayView<float>, TQuads> quads, Func<ArrayView<float>, TValues> values) =>
        new(hasQuads, quads, values);
}

/// <summary>Makes a <see cref="Result{TQuads, TValues}"/> of types that need not be named.</summary>
internal static class Result
{
    public static Result<TQuads, TValues> Of<TQuads, TValues>(
        bool hasQuads, Func<ArrayView<float>, GemmEpilogue, TQuads> quads, Func<ArrayView<float>, GemmEpilogue, TValues> values) => new(hasQuads, quads, values);
}

/// <summary>Makes a <see cref="GemmPass{TLeftQuads, TLeft, TRightQuads, TRight, TResultQuads, TResult}"/> of types that need not be named.</summary>
internal static class GemmPass
{
    /// <summary>With the session's plan for the product.</summary>
    public static IGemmPass Of<TLeftQuads, TLeft, TRightQuads, TRight, TResultQuads, TResult>(
        DeviceSession session, GemmRequest request, Matrix<TLeftQuads, TLeft> left, Matrix<TRightQuads, TRight> right, Result<TResultQuads, TResult> result)
        where TLeftQuads : struct, IGemmOperand
        where TLeft : struct, IGemmOperand
        where TRightQuads : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResultQuads : struct, IGemmResult
        where TResult : struct, IGemmResult => Of(session, request.Size, GemmPlan.For(session, request), left, right, result);

    /// <summary>With a given plan. Its kernel is compiled when it is first launched: only then is it known how the tensors are aligned, and that the pass runs at all.</summary>
    /// <exception cref="ShapeException">The product has more blocks than a grid.</exception>
    public static IGemmPass Of<TLeftQuads, TLeft, TRightQuads, TRight, TResultQuads, TResult>(
        DeviceSession session, GemmSize size, GemmPlan plan, Matrix<TLeftQuads, TLeft> left, Matrix<TRightQuads, TRight> right, Result<TResultQuads, TResult> result)
        where TLeftQuads : struct, IGemmOperand
        where TLeft : struct, IGemmOperand
        where TRightQuads : struct, IGemmOperand
        where TRight : struct, IGemmOperand
        where TResultQuads : struct, IGemmResult
        where TResult : struct, IGemmResult
    {
        plan.ThrowIfTooLarge(session, size);
        return new GemmPass<TLeftQuads, TLeft, TRightQuads, TRight, TResultQuads, TResult>(session, size, plan, left, right, result);
    }
}

/// <inheritdoc cref="IGemmPass"/>
internal sealed class GemmPass<TLeftQuads, TLeft, TRightQuads, TRight, TResultQuads, TResult>(
    DeviceSession session,
    GemmSize size,
    GemmPlan plan,
    Matrix<TLeftQuads, TLeft> left,
    Matrix<TRightQuads, TRight> right,
    Result<TResultQuads, TResult> result) : IGemmPass
    where TLeftQuads : struct, IGemmOperand
    where TLeft : struct, IGemmOperand
    where TRightQuads : struct, IGemmOperand
    where TRight : struct, IGemmOperand
    where TResultQuads : struct, IGemmResult
    where TResult : struct, IGemmResult
{
    // One for each combination, of which most never come up.
    private readonly Launch?[] launches = new Launch?[8];

    private delegate void Launch(ArrayView<float> left, ArrayView<float> right, ArrayView<float> result, GemmEpilogue epilogue);

    public int Splits => plan.Splits(size);

    public void Run(ArrayView<float> leftValues, ArrayView<float> rightValues, ArrayView<float> resultValues, GemmEpilogue epilogue)
    {
        bool isLeft = left.HasQuads && Quads.IsAligned(leftValues), isRight = right.HasQuads && Quads.IsAligned(rightValues);
        bool isResult = result.HasQuads && Quads.IsAligned(resultValues) && epilogue.IsAligned;
        var launch = launches[(isLeft ? 4 : 0) + (isRight ? 2 : 0) + (isResult ? 1 : 0)] ??= isLeft
            ? LoadRight(left.Quads, isRight, isResult)
            : LoadRight(left.Values, isRight, isResult);
        launch(leftValues, rightValues, resultValues, epilogue);
    }

    private Launch LoadRight<TL>(Func<ArrayView<float>, TL> l, bool isRight, bool isResult)
        where TL : struct, IGemmOperand => isRight ? LoadResult(l, right.Quads, isResult) : LoadResult(l, right.Values, isResult);

    private Launch LoadResult<TL, TR>(Func<ArrayView<float>, TL> l, Func<ArrayView<float>, TR> r, bool isResult)
        where TL : struct, IGemmOperand
        where TR : struct, IGemmOperand => isResult ? Load(l, r, result.Quads) : Load(l, r, result.Values);

    private Launch Load<TL, TR, TS>(Func<ArrayView<float>, TL> l, Func<ArrayView<float>, TR> r, Func<ArrayView<float>, GemmEpilogue, TS> s)
        where TL : struct, IGemmOperand
        where TR : struct, IGemmOperand
        where TS : struct, IGemmResult
    {
        var launcher = new GemmLauncher<TL, TR, TS>(session, size, plan);
        return (leftValues, rightValues, resultValues, epilogue) => launcher.Run(l(leftValues), r(rightValues), s(resultValues, epilogue));
    }
}
