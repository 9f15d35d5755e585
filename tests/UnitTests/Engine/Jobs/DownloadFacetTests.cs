using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using Microsoft.Data.Sqlite;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Downloads on record, and databases from before there were any.</summary>
public sealed class DownloadFacetTests : IDisposable
{
    readonly TempDirectory _directory = new();

    string Database => _directory.File("jobs.db");

    [Fact]
    public void What_makes_a_job_a_download_comes_back()
    {
        var job = FullJobs.Job();
        job.Error = job.Error! with { Cause = HResults.DO_E_NO_SERVICE };
        job.Download = (DownloadFacet.OfFlags(0b1111) with { Values = new Dictionary<DownloadProperty, DownloadValue>() })
            .With(DownloadProperty.Uri, DownloadValue.Of("http://origin.test/ü"))
            .With(DownloadProperty.TotalSizeBytes, DownloadValue.Of(ulong.MaxValue))
            .With(DownloadProperty.NonVolatile, DownloadValue.Of(true));

        var back = SaveAndLoad(job);

        Assert.Equal((true, true, true, true), (back.Download!.IsNonVolatile, back.Download.WasStarted, back.Download.IsToStream, back.Download.IsOfRest));
        Assert.Equal(job.Download.Values, back.Download.Values);
        Assert.Equal(HResults.DO_E_NO_SERVICE, back.Error!.Cause);
    }

    [Fact]
    public void A_database_of_the_first_version_is_brought_up_with_its_jobs()
    {
        Execute($"{JobRows.Steps[0]} PRAGMA user_version = 1");
        Execute("""
            INSERT INTO jobs VALUES ('11111111-2222-3333-4444-555555555555', 1000, 1001, 'ann', 'name', 'text', 4, 2, 3, NULL, 0, 2147483903, NULL, 1,
                639000000000000000, 639000000000000001, NULL, 5, -2145844845, 'refused', 0, 42)
            """);

        using (var store = Open())
        {
            var job = store.Load().Single();
            Assert.Equal((JobState.Error, 42L, null, null), (job.State, job.Sequence, job.Download, job.Error!.Cause));
            job.Download = new DownloadFacet();
            job.IsDirty = true;
            Assert.Null(store.Commit([job]));
        }
        using var again = Open();
        Assert.NotNull(again.Load().Single().Download);
    }

    public void Dispose() => _directory.Dispose();

    JobStore Open() => JobStore.Open(Database, TestSecrets.Open());

    Job SaveAndLoad(Job job)
    {
        using (var store = Open())
        {
            Assert.Null(store.Commit([job]));
        }
        using var again = Open();
        return again.Load().Single();
    }

    void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
