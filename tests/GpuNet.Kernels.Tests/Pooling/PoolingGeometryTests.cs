using GpuNet.Kernels.Pooling;
using GpuNet.Kernels.Tensors;

namespace GpuNet.Kernels.Tests.Pooling;

public sealed class PoolingGeometryTests
{
    [TestCase(32, 3, 2, 0, ExpectedResult = 16)]
    [TestCase(16, 3, 2, 0, ExpectedResult = 8)]
    [TestCase(8, 3, 2, 0, ExpectedResult = 4)]
    [TestCase(55, 3, 2, 0, ExpectedResult = 27)]
    [TestCase(13, 3, 2, 0, ExpectedResult = 6)]
    [TestCase(112, 3, 2, 0, ExpectedResult = 56)]
    [TestCase(28, 3, 1, 1, ExpectedResult = 28)]
    [TestCase(14, 5, 3, 0, ExpectedResult = 4)]
    [TestCase(2, 3, 2, 0, ExpectedResult = 1)]
    // The third window would start at 5, behind the 4 pixels and 1 of padding.
    [TestCase(4, 2, 3, 1, ExpectedResult = 2)]
    public int The_number_of_windows_is_Caffes(int size, int filter, int stride, int padding)
    {
        var output = new PoolingGeometry(new(1, 1, size, size), filter, stride, padding).Output;
        Assert.That(output.H, Is.EqualTo(output.W));
        return output.H;
    }

    [TestCaseSource(typeof(PoolingCases), nameof(PoolingCases.All))]
    public void The_output_agrees_with_counting_windows(PoolingGeometry geometry)
    {
        geometry.ThrowIfInvalid("pool");
        Assert.That(geometry.Output, Is.EqualTo(geometry.Input with
        {
            H = PoolingReference.Windows(geometry.Input.H, geometry.Filter.Height, geometry.Stride.Height, geometry.Padding.Height, geometry.Padding != default),
            W = PoolingReference.Windows(geometry.Input.W, geometry.Filter.Width, geometry.Stride.Width, geometry.Padding.Width, geometry.Padding != default),
        }));
    }

    [TestCase(8, 0, 1, 0, "filter 0×0")]
    [TestCase(8, 3, 0, 0, "stride 0×0")]
    [TestCase(8, 3, 1, 3, "padding 3×3")]
    [TestCase(8, 3, 1, -1, "padding -1×-1")]
    [TestCase(1, 3, 2, 0, "no window")]
    [TestCase(5, 1, 3, 0, "starts at 6")]
    [TestCase(0, 1, 1, 0, "empty")]
    [TestCase(8, int.MaxValue, 1, int.MaxValue - 1, "Lower the padding")]
    [TestCase(32768, 1, 1, 0, "1×2×32768×32768 has more than")]
    public void Impossible_windows_are_refused(int size, int filter, int stride, int padding, string named)
    {
        var geometry = new PoolingGeometry(new(1, 2, size, size), filter, stride, padding);
        Assert.That(() => geometry.ThrowIfInvalid("pool1"), Throws.TypeOf<ShapeException>().With.Message.StartsWith("pool1").And.Message.Contains(named));
    }

    [Test]
    public void The_divisor_of_a_window_larger_than_an_index_is_right() =>
        Assert.That(PoolingWindows.Divisor(0, 0, new PoolingGeometry(new(1, 1, 2, 2), 60000, 60000, 40000)), Is.EqualTo(60000f * 60000f));
}
