using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Downloads on record, and databases from before there were any.</summary>
public sealed class DownloadFacetTests : IDisposable
{
    readonly JobDatabase _database = new();

    [Fact]
    public void What_makes_a_job_a_download_comes_back()
    {
        var job = FullJobs.Job();
        job.Error = job.Error! with { Cause = HResults.DO_E_NO_SERVICE };
        job.Download = (DownloadFacet.OfFlags(0b1111) with { Values = new Dictionary<DownloadProperty, DownloadValue>() })
            .With(DownloadProperty.Uri, DownloadValue.Of("http://origin.test/ü"))
            .With(DownloadProperty.TotalSizeBytes, DownloadValue.Of(ulong.MaxValue))
            .With(DownloadProperty.NonVolatile, DownloadValue.Of(true));

        var back = _database.SaveAndLoad(job);

        Assert.Equal((true, true, true, true), (back.Download!.IsNonVolatile, back.Download.WasStarted, back.Download.IsToStream, back.Download.IsOfRest));
        Assert.Equal(job.Download.Values, back.Download.Values);
        Assert.Equal(HResults.DO_E_NO_SERVICE, back.Error!.Cause);
    }

    [Fact]
    public void A_database_of_the_first_version_is_brought_up_with_its_jobs()
    {
        _database.Execute($"{JobRows.Steps[0]} PRAGMA user_version = 1");
        _database.Execute("""
            INSERT INTO jobs VALUES ('11111111-2222-3333-4444-555555555555', 1000, 1001, 'ann', 'name', 'text', 4, 2, 3, NULL, 0, 2147483903, NULL, 1,
                639000000000000000, 639000000000000001, NULL, 5, -2145844845, 'refused', 0, 42);
            INSERT INTO files VALUES ('11111111-2222-3333-4444-555555555555', 0, '0', 'http://origin.test/a', '/files/a', '', -1, NULL, 0,
                NULL, '/files/.a', 1, 2, '3145728||"v1"', 3145728, 0, 0, NULL, NULL);
            INSERT INTO pieces VALUES ('11111111-2222-3333-4444-555555555555', 0, 1, zeroblob(32))
            """);

        using (var store = _database.Open())
        {
            var job = store.Load().Single();
            Assert.Equal((JobState.Error, 42L, null, null), (job.State, job.Sequence, job.Download, job.Error!.Cause));
            var file = job.Files.Single();
            Assert.Equal((1L << 20, null, null), (file.RestingBytes, file.Asked.Integrity, file.Integrity));
            job.Download = new DownloadFacet();
            job.IsDirty = true;
            file.Ask(file.Asked with { Integrity = new IntegrityCheck { PiecesHashFileUrl = "https://origin.test/hashes" } });
            Assert.Null(store.Commit([job]));
        }
        using var again = _database.Open();
        var back = again.Load().Single();
        Assert.NotNull(back.Download);
        Assert.Equal("https://origin.test/hashes", back.Files.Single().Asked.Integrity!.PiecesHashFileUrl);
    }

    public void Dispose() => _database.Dispose();
}
