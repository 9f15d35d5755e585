using Haul.Engine.Jobs;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>Downloads to a stream, read from their front.</summary>
public sealed class FileContentTests : IDisposable
{
    readonly JobWorld _world = new();
    readonly byte[] _buffer = new byte[8 << 20];

    [Fact]
    public void The_bytes_come_as_they_are_proved_and_end_with_the_download()
    {
        var content = FakeOrigin.Content((3 << 20) + 5);
        var origin = _world.Origin.Serve(JobWorld.Url("a"), content).Stalling(at: 2 << 20);
        var id = Start();
        using var reader = Open(id);

        Assert.Equal(2 << 20, Read(reader, 0).Value);
        var more = _world.Begin(_ => reader.ReadAsync(_buffer.AsMemory(2 << 20), TestContext.Current.CancellationToken));
        Assert.False(more.IsCompleted);

        _world.Go(origin);
        Assert.Equal((1 << 20) + 5, Whole(reader, more, 2 << 20) - (2 << 20));
        Assert.Equal(content, _buffer.AsSpan(0, content.Length));
        Assert.Equal(0, Read(reader, content.Length).Value);

        Assert.Equal(S_OK, _world.Do(downloads => downloads.FinalizeAsync(_world.Ann, id)).Code);
        Assert.Empty(_world.Disk.Paths);
    }

    [Fact]
    public void Bytes_of_no_known_version_come_only_when_all_are_here()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        origin.ETag = null;
        var id = Start();
        using var reader = Open(id);
        var read = _world.Begin(_ => reader.ReadAsync(_buffer, TestContext.Current.CancellationToken));
        Assert.False(read.IsCompleted);

        _world.Go(origin);
        Assert.Equal(3 << 20, Whole(reader, read, 0));
    }

    [Fact]
    public void A_content_that_changes_after_some_was_read_breaks_the_reading_off()
    {
        var origin = _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(3 << 20)).Stalling(at: 2 << 20);
        var id = Start();
        using var reader = Open(id);
        Assert.True(Read(reader, 0).Value > 0);

        _world.Do(downloads => downloads.PauseAsync(_world.Ann, id));
        (origin.ETag, origin.Bytes) = ("\"v2\"", FakeOrigin.Content(3 << 20, seed: 2));
        _world.Go(origin);
        _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload()));

        Assert.Equal(BG_E_REMOTE_FILE_CHANGED, Read(reader, 0).Code);
        using var anew = Open(id);
        Assert.Equal(3 << 20, Read(anew, 0).Value);
        Assert.Equal(origin.Bytes, _buffer.AsSpan(0, 3 << 20));
    }

    [Fact]
    public void Another_part_takes_the_first_one_s_place()
    {
        var content = FakeOrigin.Content(3000);
        _world.Origin.Serve(JobWorld.Url("a"), content);
        var id = Start(new ByteRange(0, 100), new ByteRange(200, 1000));
        using (var reader = Open(id))
            Assert.Equal(1100, Read(reader, 0).Value);
        Assert.Equal([.. content.AsSpan(0, 100), .. content.AsSpan(200, 1000)], _buffer.AsSpan(0, 1100));

        _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload { Ranges = [new ByteRange(50, 10)] }));

        using var again = Open(id);
        Assert.Equal(10, Read(again, 0).Value);
        Assert.Equal(content.AsSpan(50, 10), _buffer.AsSpan(0, 10));
    }

    [Fact]
    public void What_a_power_cut_took_is_not_read()
    {
        _world.Origin.Serve(JobWorld.Url("a"), FakeOrigin.Content(5000));
        var id = Start(nonVolatile: true);
        _world.Disk.Scribble(_world.FileOf(id).TemporaryName!, 17);

        _world.Crash();

        using (var reader = Open(id))
            Assert.Equal(BG_E_VALIDATION_FAILED, Read(reader, 0).Code);
        Assert.Equal(BG_E_VALIDATION_FAILED, _world.Now(id).Error!.Code);

        // Started once more, it is fetched anew.
        Assert.Equal(S_OK, _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload())).Code);
        using var again = Open(id);
        Assert.Equal(5000, Read(again, 0).Value);
        Assert.Equal(_world.Origin.BytesOf(JobWorld.Url("a")), _buffer.AsSpan(0, 5000));
    }

    [Fact]
    public void An_aborted_download_has_no_more_bytes_and_one_to_a_file_never_had()
    {
        _world.Origin.Serve(JobWorld.Url("a")).Stalling();
        var id = Start();
        using var reader = Open(id);
        var read = _world.Begin(_ => reader.ReadAsync(_buffer, TestContext.Current.CancellationToken));

        _world.Do(downloads => downloads.AbortAsync(_world.Ann, id));

        _world.RunUntil(() => read.IsCompleted);
        Assert.Equal(DO_E_INVALID_STATE, _world.Ask(_ => read).Code);
        Assert.Empty(_world.Disk.Paths);
        var other = _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload())).Value!.Id;
        Assert.Equal(DO_E_INVALID_STATE, _world.Do(downloads => Task.FromResult(downloads.OpenContent(_world.Ann, other))).Code);
    }

    public void Dispose() => _world.Dispose();

    Guid Start(params ByteRange[] ranges) => Start(false, ranges);

    Guid Start(bool nonVolatile, params ByteRange[] ranges)
    {
        var properties = new Dictionary<string, DownloadValue> { ["Uri"] = DownloadValue.Of(JobWorld.Url("a")), ["NonVolatile"] = DownloadValue.Of(nonVolatile) };
        var id = _world.Do(downloads => downloads.CreateAsync(_world.Ann, new CreateDownload { Properties = properties })).Value!.Id;
        Assert.Equal(S_OK, _world.Do(downloads => downloads.StartAsync(_world.Ann, id, new StartDownload { Ranges = ranges, SinkDirectory = Path.GetFullPath("/sink") })).Code);
        return id;
    }

    FileContent Open(Guid id) => _world.Do(downloads => Task.FromResult(downloads.OpenContent(_world.Ann, id))).Value!;

    Outcome<int> Read(FileContent reader, int at) => _world.Ask(_ => reader.ReadAsync(_buffer.AsMemory(at), TestContext.Current.CancellationToken));

    int Whole(FileContent reader, Task<Outcome<int>> read, int at)
    {
        _world.Pass(TimeSpan.FromSeconds(1));
        // Who waits for events goes on by way of another thread.
        _world.RunUntil(() => read.IsCompleted);
        while (_world.Ask(_ => read).Value is var count and > 0)
        {
            at += count;
            read = _world.Begin(_ => reader.ReadAsync(_buffer.AsMemory(at), TestContext.Current.CancellationToken));
        }
        return at;
    }
}
