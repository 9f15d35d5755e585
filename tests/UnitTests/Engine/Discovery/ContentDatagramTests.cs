using CsCheck;
using Haul.Engine.Discovery;
using Haul.Engine.Swarms;

namespace Haul.UnitTests.Engine.Discovery;

/// <summary>What is said of contents comes out as it went in, and what is something else does no harm.</summary>
public sealed class ContentDatagramTests
{
    static readonly Gen<ContentDatagram> _datagram = Gen.Select(
        Gen.Enum<ContentDatagramType>(), Gen.Byte.Array[16], Gen.UShort, Gen.ULong, Gen.ULong.Array[1, ContentDatagram.IdsMax],
        (type, peer, port, epoch, ids) => new ContentDatagram(type, PeerId.Read(peer), port, epoch, ids));

    [Fact]
    public void A_datagram_comes_out_as_it_went_in() => _datagram.Sample(sent =>
    {
        var came = ContentDatagram.Read(sent.Write())!;

        Assert.Equal(sent with { Ids = [] }, came with { Ids = [] });
        Assert.Equal(sent.Ids, came.Ids);
    });

    [Fact]
    public void Any_bytes_are_a_datagram_or_none() =>
        Gen.Select(Gen.Byte.Array[0, 700], Gen.Bool).Sample((bytes, isNear) => _ = ContentDatagram.Read(isNear ? [.. "HAULP1\u0001"u8, .. bytes] : bytes), iter: 20_000);

    [Fact]
    public void It_is_of_546_bytes_at_most() => Assert.Equal(546, Some(ContentDatagram.IdsMax).Write().Length);

    [Fact]
    public void One_that_is_cut_is_none()
    {
        var bytes = Some(3).Write();

        Assert.DoesNotContain(Enumerable.Range(0, bytes.Length), length => ContentDatagram.Read(bytes.AsSpan(0, length)) is not null);
    }

    [Theory]
    [InlineData(0, (byte)'h')]
    [InlineData(5, (byte)'2')]
    [InlineData(6, (byte)0)]
    [InlineData(6, (byte)3)]
    [InlineData(33, (byte)0)]
    [InlineData(33, (byte)65)]
    [InlineData(33, (byte)255)]
    public void One_of_another_kind_is_none(int at, byte value)
    {
        byte[] bytes = [.. Some(ContentDatagram.IdsMax).Write(), .. new byte[400]];
        Assert.NotNull(ContentDatagram.Read(bytes));

        bytes[at] = value;

        Assert.Null(ContentDatagram.Read(bytes));
    }

    [Fact]
    public void A_later_version_may_add_to_it_up_to_1200_bytes()
    {
        var bytes = Some(2).Write();

        Assert.Equal(2, ContentDatagram.Read([.. bytes, .. new byte[ContentDatagram.SizeMax - bytes.Length]])!.Ids.Count);
        Assert.Null(ContentDatagram.Read([.. bytes, .. new byte[ContentDatagram.SizeMax - bytes.Length + 1]]));
    }

    static ContentDatagram Some(int ids) => new(ContentDatagramType.Want, new PeerId(7), 7690, 480_000, [.. Enumerable.Range(0, ids).Select(i => (ulong)i)]);
}
