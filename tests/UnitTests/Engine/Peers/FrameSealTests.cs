using Haul.Engine.Peers;

namespace Haul.UnitTests.Engine.Peers;

/// <summary>The tags of frames without TLS.</summary>
public sealed class FrameSealTests
{
    static readonly byte[] _key = PeerExamples.Run(5, 32);
    static readonly byte[] _frame = PeerCodec.Write(PeerExamples.All[PeerMessageKind.Request]);

    [Fact]
    public void A_frame_opens_once_and_in_its_turn()
    {
        using var sends = new FrameSeal(_key);
        var tags = Enumerable.Range(0, 3).Select(_ => Tag(sends)).ToArray();

        Assert.Equal(3, tags.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal([true, true, true], Open(tags[0], tags[1], tags[2]));
        Assert.Equal([true, false], Open(tags[0], tags[0]));
        Assert.Equal([false], Open(tags[1]));
        Assert.Equal([true, false], Open(tags[0], tags[2]));
    }

    [Fact]
    public void Each_byte_of_frame_and_tag_counts()
    {
        using var sends = new FrameSeal(_key);
        byte[] whole = [.. _frame, .. Tag(sends)];
        for (var at = 0; at < whole.Length; at++)
        {
            whole[at] ^= 1;
            using var takes = new FrameSeal(_key);
            Assert.False(takes.Opens(whole.AsSpan(0, _frame.Length), whole.AsSpan(_frame.Length)));
            whole[at] ^= 1;
        }
        using var other = new FrameSeal(PeerExamples.Run(6, 32));
        Assert.False(other.Opens(_frame, whole.AsSpan(_frame.Length)));
    }

    [Fact]
    public void A_tag_that_is_too_short_opens_nothing()
    {
        using var sends = new FrameSeal(_key);
        using var takes = new FrameSeal(_key);

        Assert.False(takes.Opens(_frame, Tag(sends).AsSpan(0, 15)));
    }

    static byte[] Tag(FrameSeal seal)
    {
        var tag = new byte[FrameSeal.TagBytes];
        seal.Seal(_frame, tag);
        return tag;
    }

    static bool[] Open(params byte[][] tags)
    {
        using var takes = new FrameSeal(_key);
        return [.. tags.Select(tag => takes.Opens(_frame, tag))];
    }
}
