using GpuNet.Kernels.Devices;
using GpuNet.Testing;
using GpuNet.Training.Data;

namespace GpuNet.Training.Tests.Data;

/// <summary>Images stay on the device where they fit, and are streamed where they do not.</summary>
public sealed class ImageStoreTests
{
    // 2000 · 64 bytes, and 37 · 64 for the tests.
    private const int Train = 2000;
    private const int Bytes = (Train + 37) * 64;

    [TestCase(10_000_000, 10_000_000, FeedMode.Resident)]
    [TestCase(10_000_000, 100_000, FeedMode.Streamed, TestName = "Images are streamed where no buffer may be that long")]
    [TestCase(250_000, 250_000, FeedMode.Streamed, TestName = "Images are streamed where they would take more than half of what is free")]
    public void Images_stay_where_they_fit(long memory, long largestBuffer, FeedMode expected)
    {
        using var session = TestDevice.OpenSmall(memory, largestBuffer);
        using var network = Tiny.Model(10).Compile(session, 1);
        long held = session.HeldBytes;
        using (var trainer = new Trainer(network, Tiny.Data(Train), Tiny.Options(2)))
        {
            Assert.That(trainer.Feed.Mode, Is.EqualTo(expected));
            Assert.That(trainer.Feed.InPlace, Is.False);
            Assert.That(trainer.Feed.ImageBytes, Is.EqualTo((Train + 37) * 64));
            Assert.That(trainer.Feed.DeviceBytes, expected == FeedMode.Resident ? Is.InRange(Bytes, Bytes + 10_000) : Is.LessThan(10_000));
            Assert.That(trainer.Feed.HostBytes, Is.InRange(1, 10_000));
            Assert.That(trainer.Run().Outcome, Is.EqualTo(RunOutcome.Completed));
        }

        Assert.That(session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void Half_of_the_free_memory_is_the_limit()
    {
        var set = Tiny.Data(Train).Train;
        long bytes = Train * 64;
        foreach (long memory in new[] { 2 * bytes, 2 * bytes - 1 })
        {
            using var session = TestDevice.OpenSmall(memory, memory);
            using var store = ImageStore.Open(session, FeedMode.Auto, set, set);
            Assert.That(store.Mode, Is.EqualTo(memory == 2 * bytes ? FeedMode.Resident : FeedMode.Streamed));
            Assert.That(session.HeldBytes, Is.EqualTo(memory == 2 * bytes ? bytes : 0));
        }
    }

    [Test]
    public void Images_that_must_stay_and_do_not_fit_are_named_and_nothing_is_held()
    {
        using var session = TestDevice.OpenSmall(10_000_000, 100_000);
        using var network = Tiny.Model(10).Compile(session, 1);
        long held = session.HeldBytes;
        Assert.That(() => new Trainer(network, Tiny.Data(Train), Tiny.Options(2) with { Feed = FeedMode.Resident }),
            Throws.TypeOf<DeviceException>().With.Message.Contains("tiny train, tiny test: 0.1 MB of images do not stay on the device").And.Message.Contains("streamed"));
        Assert.That(session.HeldBytes, Is.EqualTo(held));
    }

    [Test]
    public void A_CPU_session_reads_the_images_where_they_are()
    {
        var session = TestDevice.Open("cpu");
        using var network = Tiny.Model(10).Compile(session, 1);
        using var trainer = new Trainer(network, Tiny.Data(Train), Tiny.Options(2));
        Assert.That((trainer.Feed.Mode, trainer.Feed.InPlace), Is.EqualTo((FeedMode.Resident, true)));
        Assert.That(trainer.Feed.DeviceBytes, Is.LessThan(10_000));
        Assert.That($"{trainer.Feed}", Is.EqualTo("read in place, as bytes in host memory: 0.1 MB"));
    }
}
