using GpuNet.Kernels.Random;

namespace GpuNet.Kernels.Tests.Random;

public sealed class PhiloxTests
{
    // The known answers that the authors publish for philox4x32 with 10 rounds (kat_vectors of Random123).
    [TestCase(0UL, 0UL, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [TestCase(0xffffffffffffffffUL, 0xffffffffffffffffUL, 0xffffffffffffffffUL, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [TestCase(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x85a308d3243f6a88UL, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Blocks_equal_the_published_answers(ulong seed, ulong stream, ulong block, uint a, uint b, uint c, uint d) =>
        Assert.That(Philox.Block(seed, stream, block), Is.EqualTo(new PhiloxBlock(a, b, c, d)));

    [Test]
    public void The_numbers_of_a_stream_are_its_blocks_in_order()
    {
        var first = Philox.Block(5, 6, 0);
        var second = Philox.Block(5, 6, 1);
        uint[] numbers = [.. Enumerable.Range(0, 8).Select(i => Philox.Next(5, 6, (ulong)i))];
        Assert.That(numbers, Is.EqualTo(new[] { first.A, first.B, first.C, first.D, second.A, second.B, second.C, second.D }));
    }

    [Test]
    public void An_index_past_the_32_bits_of_a_word_has_its_own_number() =>
        Assert.That(Philox.Next(5, 6, 1UL << 40), Is.EqualTo(Philox.Block(5, 6, 1UL << 38).A).And.Not.EqualTo(Philox.Next(5, 6, 0)));

    // The last block's low word overflows within the vector.
    [TestCase(0x299f31d0a4093822UL, 0x0370734413198a2eUL, 0x05a308d3243f6a88UL)]
    [TestCase(0xffffffffffffffffUL, 0xffffffffffffffffUL, 0x00000000fffffffeUL)]
    public void Vectors_hold_the_same_numbers(ulong seed, ulong stream, ulong block)
    {
        PhiloxVectors.Blocks(seed, stream, block, out var first, out var second);
        uint[] numbers = [.. Enumerable.Range(0, 8).Select(i => first[i]), .. Enumerable.Range(0, 8).Select(i => second[i])];
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(0, 16).Select(i => Philox.Next(seed, stream, (block << 2) + (ulong)i))));
    }

    [Test]
    public void Uniform_numbers_fill_the_unit_interval_evenly()
    {
        const int count = 16_000, bins = 16;
        var histogram = new int[bins];
        for (int i = 0; i < count; i++)
            histogram[(int)(Philox.UniformDouble(1, 2, (ulong)i) * bins)]++;
        double chiSquare = histogram.Sum(n => (n - count / bins) * (n - count / bins) / (double)(count / bins));
        // 15 degrees of freedom: 0.1 % of samples lie below 3.5, 0.1 % above 37.7.
        Assert.That(chiSquare, Is.InRange(3.5, 37.7));
    }
}
