using GpuNet.Kernels.Devices;

namespace GpuNet.Kernels.Tests.Devices;

public sealed class DividerTests
{
    private static readonly int[] Divisors = [1, 2, 3, 5, 7, 9, 10, 13, 27, 49, 55, 64, 100, 169, 641, 1000, 65535, 65536, 65537, 46341, 1 << 30, (1 << 30) + 1, int.MaxValue - 1, int.MaxValue];

    [TestCaseSource(nameof(Divisors))]
    public void It_divides_every_value_below_2_to_31(int divisor)
    {
        var divider = new Divider(divisor);
        var random = new System.Random(1);
        for (int i = 0; i < 20_000; i++)
            Check(random.Next());
        // Around multiples a quotient is off first.
        for (long multiple = 0; multiple <= int.MaxValue; multiple += Math.Max((long)divisor, 99_991L / divisor * divisor))
        {
            for (long value = multiple - 1; value <= multiple + 1; value++)
            {
                if (value is >= 0 and <= int.MaxValue)
                    Check((int)value);
            }
        }
        Check(int.MaxValue);

        void Check(int value)
        {
            if (divider.Divide(value) != value / divisor)
                Assert.Fail($"{value} / {divisor} is {value / divisor}, not {divider.Divide(value)}");
        }
    }
}
