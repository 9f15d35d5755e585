using System.Runtime.Versioning;
using Haul.Engine.Platform;
using Haul.Protocol.Contract;
using Haul.SystemTests.Disk;
using Microsoft.Win32.SafeHandles;

namespace Haul.SystemTests.Peers;

/// <summary>Files that go out over real connections, from a real disk.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SendFileTests : IAsyncLifetime
{
    const int Length = 8 << 20;
    const int Frame = 256 << 10;

    static readonly byte[] _header = [.. Enumerable.Range(1, 33).Select(value => (byte)value)];

    readonly TestDirectory _directory = new();
    readonly StreamPair _pair = StreamPair.Listening();
    readonly byte[] _content = new byte[Length];
    IDiskFile _file = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<bool, bool> Ways => new() { { false, true }, { false, false }, { true, true } };

    public ValueTask InitializeAsync()
    {
        new Random(3).NextBytes(_content);
        Assert.Null(LocalDisk.OfThisMachine(TimeProvider.System).Create(PeerCredentials.Current(), _directory.At("file"), out var file));
        _file = file!;
        Assert.Null(_file.Write(0, _content));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _pair.DisposeAsync();
        _file.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_file_arrives_frame_by_frame(bool isTls, bool hasHandle)
    {
        var (client, server) = await _pair.BothAsync(isTls);
        var sending = SendAsync(client, hasHandle ? _file : new WithoutHandle(_file));

        for (var offset = 0; offset < Length; offset += Frame)
        {
            Assert.Equal(_header, await StreamPair.ReadAsync(server, _header.Length));
            AssertIsAt(offset, await StreamPair.ReadAsync(server, Frame));
        }
        Assert.True(await sending);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_reader_that_takes_its_time_gets_every_byte(bool isTls, bool hasHandle)
    {
        var (client, server) = await _pair.BothAsync(isTls);
        // The whole at once, beyond what the system holds on the way: the sender has to wait for the reader.
        var sending = client.SendFileAsync(_header, hasHandle ? _file : new WithoutHandle(_file), 0, Length, Cancel).AsTask();
        Assert.Equal(_header, await StreamPair.ReadAsync(server, _header.Length));
        Assert.False(sending.IsCompleted);

        for (var offset = 0; offset < Length; offset += 1 << 14)
            AssertIsAt(offset, await StreamPair.ReadAsync(server, 1 << 14));
        Assert.True(await sending);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_part_of_a_file_is_that_part(bool isTls, bool hasHandle)
    {
        var (client, server) = await _pair.BothAsync(isTls);

        Assert.True(await client.SendFileAsync(default, hasHandle ? _file : new WithoutHandle(_file), 12_345, 1, Cancel));
        Assert.True(await client.SendFileAsync(_header, hasHandle ? _file : new WithoutHandle(_file), Length - 1000, 1000, Cancel));

        byte[] expected = [_content[12_345], .. _header, .. _content[^1000..]];
        Assert.Equal(expected, await StreamPair.ReadAsync(server, expected.Length));
    }

    [Fact]
    public async Task The_system_sends_a_file_by_itself_where_it_can()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (client, server) = await _pair.BothAsync(isTls: false);

        // A kilobyte finds room at once, so nothing has to go through our hands.
        Assert.True(await client.SendFileAsync(_header, new Unread(_file), 5, 1000, Cancel));
        byte[] expected = [.. _header, .. _content[5..1005]];
        Assert.Equal(expected, await StreamPair.ReadAsync(server, expected.Length));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_peer_that_goes_in_mid_file_is_told(bool isTls, bool hasHandle)
    {
        var (client, server) = await _pair.BothAsync(isTls);
        var sending = SendAsync(client, hasHandle ? _file : new WithoutHandle(_file));
        await StreamPair.ReadAsync(server, 100_000);
        await server.DisposeAsync();

        Assert.False(await sending);
        Assert.False(await client.SendFileAsync(_header, _file, 0, Frame, Cancel));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_file_that_is_shorter_than_was_said_breaks_it(bool isTls, bool hasHandle)
    {
        var (client, _) = await _pair.BothAsync(isTls);

        Assert.False(await client.SendFileAsync(_header, hasHandle ? _file : new WithoutHandle(_file), Length - 10, 11, Cancel));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_file_that_nobody_takes_waits_until_it_is_cancelled(bool isTls, bool hasHandle)
    {
        var (client, _) = await _pair.BothAsync(isTls);
        using var cancel = new CancellationTokenSource();
        var sending = client.SendFileAsync(_header, hasHandle ? _file : new WithoutHandle(_file), 0, Length, cancel.Token).AsTask();
        Assert.False(sending.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    void AssertIsAt(int offset, byte[] bytes) =>
        Assert.True(_content.AsSpan(offset, bytes.Length).SequenceEqual(bytes) && bytes.Length > 0, $"the {bytes.Length} bytes at {offset}");

    static async Task<bool> SendAsync(IPeerStream to, IDiskFile file)
    {
        for (var offset = 0; offset < Length; offset += Frame)
        {
            if (!await to.SendFileAsync(_header, file, offset, Frame, Cancel))
                return false;
        }
        return true;
    }

    /// <summary>A file that the system cannot send by itself.</summary>
    class WithoutHandle(IDiskFile file) : IDiskFile
    {
        public FileIdentity Identity => file.Identity;

        public virtual SafeFileHandle? Handle => null;

        public long Length => file.Length;

        public Failure? Allocate(long length) => file.Allocate(length);

        public Failure? Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public virtual Failure? Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public Failure? Give(Caller owner) => file.Give(owner);

        public Failure? Flush() => file.Flush();

        public void Dispose() => file.Dispose();
    }

    /// <summary>A file that only the system can read.</summary>
    sealed class Unread(IDiskFile file) : WithoutHandle(file)
    {
        readonly IDiskFile _file = file;

        public override SafeFileHandle? Handle => _file.Handle;

        public override Failure? Read(long offset, Span<byte> bytes) => new(HResults.ERROR_READ_FAULT, "Nobody but the system reads this");
    }
}
