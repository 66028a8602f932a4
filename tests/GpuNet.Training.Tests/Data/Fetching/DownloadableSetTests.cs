using GpuNet.Training.Data;
using GpuNet.Training.Data.Fetching;

namespace GpuNet.Training.Tests.Data.Fetching;

public sealed class DownloadableSetTests
{
    [Test]
    public void A_set_is_found_by_the_name_it_is_opened_by()
    {
        foreach (DownloadableSet set in DownloadableSet.All)
        {
            Assert.That(DownloadableSet.Named(set.Name), Is.SameAs(set));
            Assert.That(DataSets.Names, Has.Member(set.Name));
        }
    }

    [Test]
    public void An_unknown_name_gets_the_list_of_known_ones() =>
        Assert.That(() => DownloadableSet.Named("imagenet"), Throws.TypeOf<DataException>().With.Message.Contains("'imagenet'").And.Message.Contains("cifar10, fashion-mnist"));

    [Test]
    public void Every_file_has_well_formed_checksums_and_an_address_below_the_origin()
    {
        foreach (DownloadableSet set in DownloadableSet.All)
        {
            foreach (PublishedFile file in set.Downloads.Concat(set.Contents))
            {
                Assert.That(file.Sha256, Does.Match("^[0-9a-f]{64}$"));
                Assert.That(file.Md5 ?? new string('0', 32), Does.Match("^[0-9a-f]{32}$"));
                Assert.That(new Uri(set.BaseAddress, file.Name).AbsoluteUri, Is.EqualTo(set.BaseAddress.AbsoluteUri + file.Name));
            }
        }
    }
}
