using System.Net;
using Haul.Engine.Peers;
using Haul.Engine.Pieces;
using Haul.Engine.Swarms;
using Microsoft.Extensions.Time.Testing;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>With whom of a large swarm an agent is connected.</summary>
public sealed class SwarmMembersTests
{
    const int CellMax = 8;

    static readonly SwarmId _small = new(PieceHash.Of("small"u8));
    static readonly SwarmId _large = new(PieceHash.Of("large"u8));

    readonly FakeTimeProvider _time = new();
    readonly SwarmMembers _members;

    public SwarmMembersTests() => _members = new SwarmMembers(IdOf(0), CellMax, _time);

    [Fact]
    public void Of_a_small_swarm_everyone_is_called()
    {
        Note(_small, 1, CellMax - 1);
        var (far, surplus) = _members.Choose([_small], new HashSet<PeerId>());
        Assert.Empty(far);
        Assert.Empty(surplus);
    }

    [Fact]
    public void Of_a_large_one_those_of_the_own_cell_and_a_few_others_are()
    {
        Note(_large, 1, 63);
        var (far, _) = _members.Choose([_large], new HashSet<PeerId>());

        // 64 members are eight cells: about eight here, and four bridges.
        Assert.InRange(63 - far.Count, SwarmCells.BridgesMax, 24);
        Assert.All(far, peer => Assert.NotEqual(CellOf(peer, 8), CellOf(IdOf(0), 8)));
    }

    [Fact]
    public void Connections_that_are_too_many_are_hung_up_on_and_none_of_the_own_cell()
    {
        Note(_large, 1, 63);
        HashSet<PeerId> linked = [.. Enumerable.Range(1, 63).Select(IdOf)];
        var (_, surplus) = _members.Choose([_large], linked);

        Assert.InRange(linked.Count(peer => CellOf(peer, 8) != CellOf(IdOf(0), 8)) - surplus.Count, SwarmCells.BridgesMax, PeerSelection.BridgesKeptMax);
        Assert.All(surplus, peer => Assert.NotEqual(CellOf(peer, 8), CellOf(IdOf(0), 8)));
    }

    [Fact]
    public void Whoever_is_needed_for_a_small_swarm_is_kept_for_all()
    {
        Note(_large, 1, 63);
        Note(_small, 20, 6);
        HashSet<PeerId> linked = [.. Enumerable.Range(1, 63).Select(IdOf)];
        var (far, surplus) = _members.Choose([_large, _small], linked);

        Assert.DoesNotContain(Enumerable.Range(20, 6).Select(IdOf), far.Contains);
        Assert.DoesNotContain(Enumerable.Range(20, 6).Select(IdOf), surplus.Contains);
    }

    [Fact]
    public void Many_names_at_one_address_part_nobody()
    {
        Note(_large, 1, 3);
        foreach (var number in Enumerable.Range(100, 500))
            _members.Note(_large, IdOf(number), AddressOf(99));

        Assert.Equal(4, _members.CountOf(_large));
        Assert.Empty(_members.Choose([_large], new HashSet<PeerId>()).Far);
    }

    [Fact]
    public void Those_whom_nobody_reaches_part_nobody()
    {
        Note(_large, 1, 63);
        Assert.NotEmpty(_members.Choose([_large], new HashSet<PeerId>()).Far);
        foreach (var number in Enumerable.Range(1, 2))
            _members.Prove(_large, IdOf(number));
        foreach (var number in Enumerable.Range(3, 9))
            _members.Miss(IdOf(number));

        // Of 11 that were called a quarter or less was there; of the 52 others it can be so, too.
        Assert.InRange(_members.CountOf(_large), 2 + 9, 2 + 13);
        foreach (var number in Enumerable.Range(3, 61))
            _members.Miss(IdOf(number));
        Assert.Equal(2, _members.CountOf(_large));
        Assert.Empty(_members.Choose([_large], new HashSet<PeerId>()).Far);
    }

    [Fact]
    public void Who_was_called_in_vain_and_comes_counts()
    {
        Note(_large, 1, 1);
        _members.Miss(IdOf(1));
        Assert.Equal(0, _members.CountOf(_large));
        _members.Prove(_large, IdOf(1));
        _members.Miss(IdOf(1));
        Assert.Equal(1, _members.CountOf(_large));
    }

    [Fact]
    public void Who_is_not_heard_of_for_long_counts_no_more()
    {
        Note(_large, 1, 63);
        _time.Advance(TimeSpan.FromMinutes(31));
        _members.Choose([_large], new HashSet<PeerId>());
        Assert.Equal(0, _members.CountOf(_large));
    }

    void Note(SwarmId swarm, int first, int count)
    {
        foreach (var number in Enumerable.Range(first, count))
            _members.Note(swarm, IdOf(number), AddressOf(number));
    }

    static IPAddress AddressOf(int number) => new([10, 0, (byte)(number >> 8), (byte)number]);

    static int CellOf(PeerId peer, int cells) => (int)((ulong)peer.Value & (ulong)(cells - 1));

    static PeerId IdOf(int number)
    {
        Span<byte> bytes = stackalloc byte[PieceHash.Size];
        PieceHash.Of(BitConverter.GetBytes(number)).Write(bytes);
        return PeerId.Read(bytes[..PeerId.Size]);
    }
}
