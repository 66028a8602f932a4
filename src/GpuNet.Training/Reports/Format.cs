using System.Globalization;
using GpuNet.Training.Comparisons;

namespace GpuNet.Training.Reports;

/// <summary>Numbers as tables, messages and reports show them; a decimal point whatever the culture.</summary>
internal static class Format
{
    /// <summary>A share from 0 to 1 as a percentage: <c>83.15 %</c>.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");

    /// <summary>Shares from 0 to 1 as a percentage, with their standard deviation if there is one: <c>83.15 ± 0.42 %</c>.</summary>
    public static string Percent(Spread shares) => shares.Deviation is { } deviation
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * shares.Mean:F2} ± {100 * deviation:F2} %")
        : Percent(shares.Mean);

    /// <summary>A difference of shares in percentage points, with its sign: <c>+1.85</c>, <c>−0.20</c>.</summary>
    public static string Points(double difference) => (100 * difference).ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>A loss in nats.</summary>
    public static string Loss(double loss) => loss.ToString("F4", CultureInfo.InvariantCulture);

    /// <summary>A learning rate to a millionth; a smaller one, or one of 1000 or more, with three digits and an exponent.</summary>
    public static string Rate(double rate) => rate.ToString(rate is 0 or (>= 1e-6 and < 1000) ? "0.######" : "G3", CultureInfo.InvariantCulture);

    /// <summary>The p-value of a test to a thousandth: <c>0.012</c>, <c>&lt; 0.001</c>.</summary>
    public static string PValue(double p) => p < 0.001 ? "< 0.001" : p.ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>A time: <c>0:07</c>, <c>12:34</c>, <c>1:02:03</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time:ss}");

    /// <summary>Bytes in megabytes (10⁶).</summary>
    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");

    /// <summary>A number of epochs or cycles, to a hundredth.</summary>
    public static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Whole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);

    /// <summary>Whole numbers, with their standard deviation if there is one: <c>733 ± 58</c>.</summary>
    public static string Whole(Spread numbers) => numbers.Deviation is { } deviation ? $"{Whole(numbers.Mean)} ± {Whole(deviation)}" : Whole(numbers.Mean);
}
