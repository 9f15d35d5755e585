using Haul.Protocol.Contract;
using Haul.Tracker.Groups;

namespace Haul.UnitTests.Tracker.Groups;

/// <summary>The list of groups that a tracker serves.</summary>
public sealed class GroupFileTests
{
    static readonly string _id = new string('0', 31) + "5";
    static readonly string _hash = new('c', 64);

    [Fact]
    public void A_line_is_an_id_a_hash_and_perhaps_a_name()
    {
        var groups = GroupFile.Parse("list", ["# comment", "", $"{_id} {_hash} Head office, Wien", $"  {new string('A', 32)}\t{_hash}  "]).Value!;

        Assert.Equal(2, groups.Count);
        Assert.Equal("Head office, Wien", groups.Find(5)!.Name);
        Assert.Equal(Convert.FromHexString(_hash), groups.Find(5)!.TokenHash);
        Assert.Null(groups.Find(6));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("00000000000000000000000000000005")]
    [InlineData("00000000000000000000000000000005 cc")]
    [InlineData("00000000000000000000000000000000 cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc")]
    public void A_line_that_is_none_is_named(string line)
    {
        var failure = GroupFile.Parse("list", ["", line]).Failure!;

        Assert.Equal(HResults.E_INVALIDARG, failure.Code);
        Assert.StartsWith("Line 2 of list", failure.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_stands_there_once() => Assert.False(GroupFile.Parse("list", [$"{_id} {_hash}", $"{_id} {_hash}"]).Succeeded);

    [Fact]
    public void A_list_that_is_not_there_is_told() => Assert.Equal(HResults.ERROR_FILE_NOT_FOUND, GroupFile.Read(Path.Combine(Path.GetTempPath(), "no such list of groups")).Failure!.Code);

    [Fact]
    public void A_list_that_is_too_large_is_not_read()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("haul-test-").FullName, "groups");
        using (var file = File.Create(path))
            file.SetLength(GroupFile.BytesMax + 1);

        Assert.Contains("larger than", GroupFile.Read(path).Failure!.Text, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }
}
