using System.Security.Cryptography;
using Haul.SystemTests.Processes;

namespace Haul.SystemTests.Origins;

/// <summary>The reproducible bytes are the same however they are read.</summary>
public sealed class TestContentTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 7)]
    [InlineData(3, 5)]
    [InlineData(7, 30)]
    [InlineData(8, 16)]
    [InlineData(990, 10)]
    public void Bytes_read_at_an_offset_are_those_of_the_whole(int offset, int count)
    {
        var content = new TestContent(1, 1000);

        Assert.Equal(content.Bytes()[offset..(offset + count)], content.Bytes(offset, count));
    }

    [Fact]
    public void Different_seeds_give_different_bytes()
    {
        Assert.NotEqual(new TestContent(1, 64).Bytes(), new TestContent(2, 64).Bytes());
        Assert.Equal(new TestContent(1, 64).Bytes(), new TestContent(1, 64).Bytes());
    }

    [Fact]
    public void The_hash_is_that_of_the_bytes()
    {
        var content = new TestContent(3, 3_000_001);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content.Bytes())), content.Sha256());
    }

    [Fact]
    public void Bytes_beyond_four_gibibytes_need_no_memory()
    {
        var content = new TestContent(4, 1L << 40);

        Assert.NotEqual(content.Bytes(0, 32), content.Bytes(1L << 39, 32));
        Assert.Throws<ArgumentOutOfRangeException>(() => content.Bytes((1L << 40) - 1, 2));
    }

    [Fact]
    public void A_written_file_differs_from_its_content_at_the_first_false_byte_only()
    {
        using var directory = new TempDirectory();
        var content = new TestContent(5, 2_500_000);
        var path = directory.File("whole");
        content.WriteTo(path);
        Assert.Null(content.FirstDifference(path));

        using (var file = File.OpenWrite(path))
        {
            file.Position = 2_000_000;
            file.WriteByte((byte)~content.Bytes(2_000_000, 1)[0]);
        }
        Assert.Equal(2_000_000, content.FirstDifference(path));
    }

    [Fact]
    public void A_file_too_long_or_too_short_differs_where_the_lengths_part()
    {
        using var directory = new TempDirectory();
        var path = directory.File("file");
        new TestContent(6, 1000).WriteTo(path);

        Assert.Equal(1000, new TestContent(6, 1001).FirstDifference(path));
        Assert.Equal(999, new TestContent(6, 999).FirstDifference(path));
    }
}
