using Haul.Engine.Pieces;
using Haul.Engine.Platform;
using Haul.Engine.Swarms;
using Haul.Engine.Uploads;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Uploads;

/// <summary>The record of a kept content: what was written is read, and nothing else is.</summary>
public sealed class ShelfRecordTests
{
    static readonly PieceHash[] _hashes = [PieceHash.Of([1]), PieceHash.Of([2]), PieceHash.Of([3])];

    static ShelfRecord Example(string? groupId = "0123456789abcdef0123456789abcdef", bool isProved = true) => new()
    {
        Content = new ContentId(ContentIdKind.Whole, PieceHash.Of([9]), 2_500_000),
        Layout = new PieceLayout(2_500_000),
        GroupId = groupId,
        IsProvedByManifest = isProved,
        HasCredentials = true,
        State = new FileState(new FileIdentity(ulong.MaxValue, 42), 2_500_000, 1_790_000_000_123_456_789, 2),
        AddedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Hashes = _hashes,
    };

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef", false)]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData(null, true)]
    public void What_was_written_is_read(string? groupId, bool isProved)
    {
        var record = Example(groupId, isProved);

        var read = ShelfRecord.Read(record.ToBytes()).Value!;

        Assert.Equal(record.Hashes, read.Hashes);
        // Names come and go without a change of the file, so they are not recorded.
        Assert.Equal(record with { State = record.State with { Links = 0 }, Hashes = read.Hashes }, read);
        Assert.True(read.State.IsSameAs(record.State));
    }

    [Fact]
    public void A_record_with_any_bit_changed_is_refused()
    {
        var bytes = Example().ToBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0x10;
            Assert.Equal(ERROR_INVALID_DATA, ShelfRecord.Read(bytes).Failure?.Code);
            bytes[i] ^= 0x10;
        }
    }

    [Fact]
    public void A_record_that_was_cut_short_is_refused()
    {
        var bytes = Example().ToBytes();
        for (var i = 0; i < bytes.Length; i++)
            Assert.False(ShelfRecord.Read(bytes.AsSpan(0, i)).Succeeded);
    }

    [Theory]
    [InlineData(9, 2)] // the version
    [InlineData(10, 4)] // a flag that is not known
    [InlineData(11, 3)] // a content that nothing proves
    [InlineData(44, 0xff)] // the length
    [InlineData(52, 31)] // the length of the group's id
    [InlineData(88, 0xff)] // the piece size
    [InlineData(132, 1)] // the number of pieces
    public void A_whole_record_that_makes_no_sense_is_refused(int at, byte value)
    {
        var bytes = Example().ToBytes();
        bytes[at] = value;
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, bytes.Length - 32), bytes.AsSpan(bytes.Length - 32));

        Assert.Equal(ERROR_INVALID_DATA, ShelfRecord.Read(bytes).Failure?.Code);
    }

    [Fact]
    public void A_content_that_only_a_group_can_prove_is_none_without_one() =>
        Assert.False(ShelfRecord.Read(Example(groupId: null, isProved: false).ToBytes()).Succeeded);

    [Fact]
    public void A_content_has_one_name_whatever_its_group()
    {
        var name = ShelfRecord.NameOf(Example().Content);

        Assert.Matches("^[0-9a-f]{40}$", name);
        Assert.NotEqual(name, ShelfRecord.NameOf(Example().Content with { LengthBytes = 2_500_001 }));
    }
}
