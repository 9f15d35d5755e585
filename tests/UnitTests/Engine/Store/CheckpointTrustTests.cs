using Haul.Engine.Pieces;
using Haul.Engine.Store;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Store;

/// <summary>A checkpoint never says what is not so any more.</summary>
public sealed class CheckpointTrustTests : CheckpointRig
{
    [Fact]
    public void Nothing_was_seen_any_more_before_a_piece_is_written_over()
    {
        var content = Begin(out _);
        See(content, 0, 1, 2);
        byte[]? headThen = null;
        _disk.Refuses = (call, path) =>
        {
            if (call == DiskCall.Write && path == Temporary)
                headThen = _disk.BytesOf(RecordPath)[..CheckpointFormat.HeadBytes];
            return null;
        };

        Assert.Null(content.Write(Size + 5, [1]));

        Assert.DoesNotContain(headThen!, each => each != 0);
        See(content, 5, 6);
        Begin(out var seen, Recorded(0, 1, 2, 5, 6));
        Assert.Empty(Contained(seen));
    }

    [Theory]
    [InlineData(3 * Size, 17 * Size - 7)]
    [InlineData(3 * Size, 1)]
    [InlineData(20 * Size, 5)]
    [InlineData(0, 0)]
    public void Pieces_that_were_not_seen_may_be_written(int offset, int length)
    {
        var content = Begin(out _);
        See(content, 0, 1, 2);

        Assert.Null(content.Write(offset, new byte[length]));

        Begin(out var seen, Recorded(0, 1, 2));
        Assert.Equal([0, 1, 2], Contained(seen));
    }

    [Fact]
    public void A_file_whose_length_is_set_has_nothing_that_was_seen()
    {
        var content = Begin(out _);
        See(content, 0);

        Assert.Null(content.Allocate(_bytes.Length));

        Begin(out var seen, Recorded(0));
        Assert.Empty(Contained(seen));
    }

    [Fact]
    public void Nothing_is_written_over_while_the_checkpoint_cannot_be_made_void()
    {
        var content = Begin(out _);
        See(content, 0);
        _disk.Refuses = (call, path) => call == DiskCall.Write && path != Temporary ? new Failure(HResults.E_FAIL, "no") : null;

        Assert.Equal("no", content.Write(0, [1, 2])?.Text);

        Assert.Equal(_bytes, _disk.BytesOf(Temporary));
        _disk.Refuses = (_, _) => null;
        Assert.Null(content.Write(0, [1, 2]));
    }

    [Fact]
    public void A_content_is_not_begun_while_an_old_checkpoint_of_its_file_stays()
    {
        See(Begin(out _), 0);
        var old = RecordPath;
        _disk.Refuses = (call, path) => call == DiskCall.Delete && path == old ? new Failure(HResults.E_FAIL, "no") : null;

        using var content = Open();
        Assert.Equal("no", _checkpoints.Begin(content, _layout, [], out _)?.Text);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(5_000_000_000, true)]
    [InlineData(5_000_000_001, false)]
    [InlineData(-1, false)]
    public void A_file_that_somebody_changed_since_is_read(long laterNanoseconds, bool isSeen)
    {
        _disk.ChangesAt = 1_000;
        var content = Begin(out _);
        Write(content, 3);
        See(content, 0, 1, 2);

        _disk.ChangesAt += laterNanoseconds;
        using (var other = Open())
            Write(other, 4);

        Begin(out var seen, Recorded(0, 1, 2));
        Assert.Equal(isSeen ? [0, 1, 2] : [], Contained(seen));
    }

    [Fact]
    public void A_run_may_write_for_long_without_a_piece_as_long_as_it_says_so()
    {
        var content = Begin(out _);
        See(content, 0);
        for (var i = 0; i < 9; i++)
        {
            _disk.ChangesAt += 4_000_000_000;
            Write(content, 1);
            content.Checkpoint!.Touch();
        }

        Begin(out var seen, Recorded(0));
        Assert.Equal([0], Contained(seen));
    }

    [Fact]
    public void A_volume_that_was_away_is_read()
    {
        See(Begin(out _), 0);
        _disk.Attachment = 2;

        Begin(out var seen, Recorded(0));

        Assert.Empty(Contained(seen));
    }

    [Fact]
    public void Where_nothing_tells_whether_a_volume_was_away_there_is_none()
    {
        See(Begin(out _), 0);
        _disk.Attachment = null;

        Assert.Null(Begin(out var seen, Recorded(0)).Checkpoint);

        Assert.Empty(Contained(seen));
        Assert.Equal([Temporary], _disk.Paths);
    }

    [Fact]
    public void Nothing_is_kept_of_a_file_that_goes_on_without_a_length()
    {
        See(Begin(out _), 0);

        using var content = Open();
        Assert.Null(_checkpoints.Begin(content, null, [], out _));

        Assert.Equal([Temporary], _disk.Paths);
    }

    [Fact]
    public void What_is_seen_after_it_should_have_become_void_is_not_said()
    {
        var content = Begin(out _);
        See(content, 0);
        _disk.Refuses = (call, path) => call == DiskCall.Write && path != Temporary ? new Failure(HResults.E_FAIL, "no") : null;
        Assert.NotNull(content.Checkpoint!.Void());
        _disk.Refuses = (_, _) => null;

        See(content, 0, 1);
        content.Checkpoint.Touch();
        Assert.Null(content.Write(5 * Size, [1]));

        Begin(out var seen, Recorded(0, 1));
        Assert.Empty(Contained(seen));
    }

    [Fact]
    public void Another_file_of_the_same_name_is_read()
    {
        See(Begin(out _), 0);
        _disk.Put(Temporary, [.. _bytes]);

        Begin(out var seen, Recorded(0));

        Assert.Empty(Contained(seen));
    }

    [Theory]
    [InlineData(Size * Count - 8, Size)]
    [InlineData(Size * Count - 7, Size * 2)]
    public void A_content_of_another_layout_is_read(int length, int size)
    {
        See(Begin(out _), 0);
        var layout = new PieceLayout(length, size);

        using var content = Open();
        Assert.Null(new Checkpoints(_disk, "/marks", _self) { PiecesMin = 1 }.Begin(content, layout, Recorded(0), out var seen));

        Assert.Empty(Contained(seen));
    }
}
