using CsCheck;
using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>The sums over a job's files against sums made from scratch.</summary>
public sealed class JobTallyTests
{
    [Fact]
    public void It_agrees_with_sums_made_from_scratch() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4], Gen.Int[-1, 1000], Gen.Int[0, 1000]).Array[0, 60].Sample(moves =>
        {
            var tally = new JobTally();
            var files = new List<JobFile>();
            foreach (var (at, move, length, bytes) in moves)
            {
                if (at >= files.Count)
                    files.Add(NewFile(files.Count, move, length));
                var file = files[Math.Min(at, files.Count - 1)];
                Change(file, move, length, bytes);
                tally.Count(file);
            }
            Assert.Equal(FromScratch(files), tally.Progress(files.Count));
            Assert.Equal(files.Sum(file => file.BytesTransferred), tally.RestingBytes);
            Assert.Equal(files.Count(file => file.IsTransferred), tally.Transferred);
            Assert.Empty(tally.Running);
        });

    [Fact]
    public void Bytes_are_unknown_while_one_size_is()
    {
        var tally = new JobTally();
        var file = NewFile(0, 0, -1);
        tally.Count(file);
        Assert.Equal(ByteRange.UnknownSize, tally.Progress(1).BytesTotal);

        file.Length = 10;
        tally.Count(file);
        Assert.Equal(10UL, tally.Progress(1).BytesTotal);
    }

    static JobFile NewFile(int index, int kind, int length) => new(index, new AddFile
    {
        FileId = $"{index}",
        RemoteName = "http://origin.test/a",
        LocalName = "/files/a",
        FileSize = kind == 1 && length >= 0 ? (ulong)length : ByteRange.UnknownSize,
        Ranges = kind == 2 ? [new ByteRange(5, 7), new ByteRange(20, 1)] : kind == 3 ? [new ByteRange(5, ByteRange.ToEndOfFile)] : [],
    }, "/files/.a");

    static void Change(JobFile file, int move, int length, int bytes)
    {
        switch (move)
        {
            case 0:
                file.Length = length;
                break;
            case 1:
                file.RestingBytes = bytes;
                break;
            case 2 when file.Length >= 0:
                file.IsHere = true;
                break;
            case 3:
                file.Void();
                break;
        }
        if (file.Length < 0)
            file.IsHere = false;
    }

    static JobProgress FromScratch(List<JobFile> files) => new(
        files.Exists(file => file.WantedBytes < 0) ? ByteRange.UnknownSize : (ulong)files.Sum(file => file.WantedBytes),
        (ulong)files.Sum(file => file.BytesTransferred),
        (uint)files.Count,
        (uint)files.Count(file => file.IsTransferred));
}
