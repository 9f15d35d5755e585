using Haul.Cli.Gets;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Cli.Gets;

/// <summary>When two gets are the same one.</summary>
public sealed class GetKeyTests
{
    static readonly AddFile _file = new() { RemoteName = "http://a/b", LocalName = "/d/b", Http = new HttpOptions() };

    static GetKey Of(params AddFile[] files) => GetKey.Of(files);

    [Fact]
    public void The_targets_decide_and_not_the_urls()
    {
        Assert.Equal(Of(_file), Of(_file with { RemoteName = "https://other/c" }));
        Assert.NotEqual(Of(_file).Targets, Of(_file with { LocalName = "/d/c" }).Targets);
        Assert.NotEqual(Of(_file).Targets, Of(_file, _file with { LocalName = "/d/c" }).Targets);
    }

    public static TheoryData<int> Changes => [.. Enumerable.Range(0, _changes.Length)];

    static readonly AddFile[] _changes =
    [
        _file with { Digest = "sha256:00" },
        _file with { Overwrite = true },
        _file with { FileSize = 5 },
        _file with { Ranges = [new ByteRange(0, 1)] },
        _file with { RemoteName = "http://ann@a/b" },
        _file with { Http = new HttpOptions { ConnectionsMax = 2 } },
        _file with { Http = new HttpOptions { UserName = "ann", Password = "x" } },
        _file with { Http = new HttpOptions { UserName = "ann", Password = "y" } },
        _file with { Http = new HttpOptions { BearerToken = "t" } },
        _file with { Http = new HttpOptions { AuthHeaders = [new Header("X", "1")] } },
        _file with { Http = new HttpOptions { AuthHeaders = [new Header("X", "2")] } },
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Each_other_option_makes_another_get_of_the_same_targets(int change)
    {
        var key = Of(_changes[change]);

        Assert.Equal(Of(_file).Targets, key.Targets);
        Assert.DoesNotContain(key.Options, _changes.Where((_, i) => i != change).Append(_file).Select(file => Of(file).Options));
    }

    [Fact]
    public void A_description_carries_the_key_and_no_secret()
    {
        var key = Of(_changes[6]);

        Assert.Equal(key, GetKey.Read(key.Description));
        Assert.DoesNotContain("ann", key.Description, StringComparison.Ordinal);
        Assert.Null(GetKey.Read("a job of someone else's"));
        Assert.Null(GetKey.Read("haul get"));
    }
}
