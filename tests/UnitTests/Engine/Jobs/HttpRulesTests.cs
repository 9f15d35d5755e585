using Haul.Engine.Jobs;
using Haul.Engine.Policies;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;

namespace Haul.UnitTests.Engine.Jobs;

/// <summary>What may stand in a file's HTTP options.</summary>
public sealed class HttpRulesTests
{
    [Fact]
    public void No_options_and_empty_options_are_fine()
    {
        Assert.True(IsFine(null));
        Assert.True(IsFine(new HttpOptions()));
    }

    [Fact]
    public void At_most_64_headers_are_sent()
    {
        Assert.True(IsFine(Headers([.. Enumerable.Range(0, 64).Select(i => new Header($"X-{i}", "v"))])));
        Assert.False(IsFine(Headers([.. Enumerable.Range(0, 65).Select(i => new Header($"X-{i}", "v"))])));
    }

    [Fact]
    public void Headers_have_at_most_8_KiB_together()
    {
        Assert.True(IsFine(Headers(new Header("X", new string('v', 8191)))));
        Assert.False(IsFine(Headers(new Header("X", new string('v', 8192)))));
        Assert.False(IsFine(Headers(new Header("X", new string('v', 4096)), new Header("Y", new string('v', 4096)))));
    }

    [Theory]
    [InlineData("X-Token", "value", true)]
    [InlineData("x!#$%&'*+-.^_`|~9", "", true)]
    [InlineData("", "value", false)]
    [InlineData("X Token", "value", false)]
    [InlineData("X:Token", "value", false)]
    [InlineData("X\nToken", "value", false)]
    [InlineData("Ünder", "value", false)]
    [InlineData("X", "a\r\nY: b", false)]
    [InlineData("X", "a\nb", false)]
    [InlineData("X", "a\0b", false)]
    public void A_header_is_a_token_and_one_line(string name, string value, bool isFine)
    {
        Assert.Equal(isFine, IsFine(Headers(new Header(name, value))));
        Assert.Equal(isFine, IsFine(new HttpOptions { AuthHeaders = [new Header(name, value)] }));
    }

    [Fact]
    public void Headers_for_a_challenge_have_the_same_limits()
    {
        Assert.True(IsFine(new HttpOptions { AuthHeaders = [.. Enumerable.Range(0, 64).Select(i => new Header($"X-{i}", "v"))] }));
        Assert.False(IsFine(new HttpOptions { AuthHeaders = [.. Enumerable.Range(0, 65).Select(i => new Header($"X-{i}", "v"))] }));
        Assert.False(IsFine(new HttpOptions { AuthHeaders = [new Header("X", new string('v', 8192))] }));
        Assert.False(IsFine(new HttpOptions { AuthHeaders = [null!] }));
    }

    [Theory]
    [InlineData("Range")]
    [InlineData("if-range")]
    [InlineData("HOST")]
    [InlineData("Connection")]
    [InlineData("Content-Length")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Accept-Encoding")]
    [InlineData("TE")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    public void Headers_that_steer_the_transfer_are_not_the_caller_s(string name)
    {
        Assert.False(IsFine(Headers(new Header(name, "1"))));
        Assert.False(IsFine(new HttpOptions { AuthHeaders = [new Header(name, "1")] }));
    }

    [Fact]
    public void Certificate_authorities_have_at_most_1_MiB()
    {
        Assert.True(IsFine(new HttpOptions { CaPem = new string('x', 1 << 20) }));
        Assert.False(IsFine(new HttpOptions { CaPem = new string('x', (1 << 20) + 1) }));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(long.MaxValue, true)]
    public void A_rate_limit_is_none_or_1_KiB_per_second_at_least(long rate, bool isFine) =>
        Assert.Equal(isFine, IsFine(new HttpOptions { BytesPerSecondMax = rate }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(4, true)]
    [InlineData(6, true)]
    [InlineData(5, false)]
    [InlineData(-4, false)]
    public void There_are_two_ip_versions(int version, bool isFine) =>
        Assert.Equal(isFine, IsFine(new HttpOptions { IpVersion = version }));

    [Theory]
    [InlineData(null, true)]
    [InlineData("1.1", true)]
    [InlineData("2", true)]
    [InlineData("1.0", false)]
    [InlineData("2.0", false)]
    [InlineData("3", false)]
    [InlineData("", false)]
    public void There_are_two_http_versions(string? version, bool isFine) =>
        Assert.Equal(isFine, IsFine(new HttpOptions { HttpVersion = version }));

    [Theory]
    [InlineData(0, true)]
    [InlineData(100, true)]
    [InlineData(-1, false)]
    public void A_number_of_connections_is_not_negative(int connections, bool isFine) =>
        Assert.Equal(isFine, IsFine(new HttpOptions { ConnectionsMax = connections }));

    static HttpOptions Headers(params Header[] headers) => new() { Headers = headers };

    static bool IsFine(HttpOptions? options)
    {
        var file = new AddFile { RemoteName = "http://origin.test/a", LocalName = Path.GetFullPath("/files/a"), Http = options };
        var refusal = JobRules.File(file, new Policy());
        if (refusal is not null)
            Assert.Equal(HResults.E_INVALIDARG, refusal.Code);
        return refusal is null;
    }
}
