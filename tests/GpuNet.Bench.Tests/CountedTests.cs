using GpuNet.Bench.Measurement;

namespace GpuNet.Bench.Tests;

public sealed class CountedTests
{
    [TestCase(1, ExpectedResult = "1 worker")]
    [TestCase(0, ExpectedResult = "0 workers")]
    [TestCase(2, ExpectedResult = "2 workers")]
    public string Only_one_is_singular(int count) => Counted.Of(count, "worker");
}
