using System.Net;
using Haul.Engine.Sources;
using Haul.Protocol.Api;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>What an origin is asked, and what another origin is not told.</summary>
public sealed class OriginRequestTests
{
    static readonly Uri _uri = new("https://origin.test/a?b=c");

    [Fact]
    public void The_bytes_as_they_are_are_asked_for()
    {
        using var request = Get(new HttpOptions());

        Assert.Equal((HttpMethod.Get, _uri), (request.Method, request.RequestUri));
        Assert.Equal("identity", request.Headers.AcceptEncoding.ToString());
        Assert.Equal("*/*", request.Headers.Accept.ToString());
        Assert.StartsWith("Haul/", request.Headers.UserAgent.ToString(), StringComparison.Ordinal);
        Assert.Null(request.Headers.Authorization);
    }

    [Fact]
    public void A_user_s_name_and_password_go_as_basic_credentials()
    {
        using var request = Get(new HttpOptions { UserName = "änn", Password = "p:w" });

        Assert.Equal($"Basic {Convert.ToBase64String("änn:p:w"u8)}", request.Headers.Authorization!.ToString());
    }

    [Fact]
    public void A_token_goes_as_bearer_and_wins_over_a_user()
    {
        using var request = Get(new HttpOptions { BearerToken = "t0ken", UserName = "ann" });

        Assert.Equal("Bearer t0ken", request.Headers.Authorization!.ToString());
    }

    [Fact]
    public void Headers_go_as_they_were_given()
    {
        using var request = Get(new HttpOptions { Headers = [new("X-One", "1"), new("Cookie", "a=b; c=d"), new("Referer", "not a url"), new("User-Agent", "mine")] });

        Assert.Equal("1", request.Headers.GetValues("X-One").Single());
        Assert.Equal("a=b; c=d", string.Join("; ", request.Headers.NonValidated["Cookie"]));
        Assert.Equal("not a url", request.Headers.NonValidated["Referer"].ToString());
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("AWS4-HMAC-SHA256 Credential=A/B, SignedHeaders=host, Signature=00")]
    [InlineData("\"no scheme that a parser knows\"")]
    public void An_authorization_header_goes_as_it_was_given(string value)
    {
        using var request = Get(new HttpOptions { Headers = [new("Authorization", value)] });

        Assert.Equal(value, request.Headers.NonValidated["Authorization"].ToString());
    }

    [Theory]
    [InlineData("https://origin.test/elsewhere", true)]
    [InlineData("https://ORIGIN.test:443/elsewhere", true)]
    [InlineData("http://origin.test/a", false)]
    [InlineData("https://origin.test:8443/a", false)]
    [InlineData("https://other.test/a", false)]
    [InlineData("https://sub.origin.test/a", false)]
    [InlineData("https://origin.test.evil.test/a", false)]
    [InlineData("https://origin.test@evil.test/a", false)]
    public void Secrets_go_to_their_own_origin_only(string target, bool isTold)
    {
        var options = new HttpOptions { UserName = "ann", Password = "x", Headers = [new("Cookie", "a=b"), new("proxy-authorization", "Basic YTpi"), new("X-Public", "1")] };
        using var request = new OriginRequest(_uri, options).Get(new Uri(target), HttpVersion.Version11);

        Assert.Equal(isTold, request.Headers.Authorization is not null);
        Assert.Equal(isTold, request.Headers.Contains("Cookie"));
        Assert.Equal(isTold, request.Headers.Contains("Proxy-Authorization"));
        Assert.True(request.Headers.Contains("X-Public"));
    }

    [Fact]
    public void A_given_authorization_header_does_not_go_to_another_origin()
    {
        using var request = new OriginRequest(_uri, new HttpOptions { Headers = [new("authorization", "Bearer x")] }).Get(new Uri("https://other.test/"), HttpVersion.Version11);

        Assert.False(request.Headers.Contains("Authorization"));
    }

    [Fact]
    public void The_key_of_a_host_is_its_scheme_name_and_port()
    {
        Assert.Equal("https://origin.test", new OriginRequest(_uri, new HttpOptions()).Host);
        Assert.Equal("http://origin.test:8080", new OriginRequest(new Uri("http://Origin.Test:8080/a"), new HttpOptions()).Host);
    }

    [Fact]
    public void Http_1_1_is_exactly_that_and_2_may_fall_back()
    {
        using var one = new OriginRequest(_uri, new HttpOptions()).Get(_uri, HttpVersion.Version11);
        using var two = new OriginRequest(_uri, new HttpOptions()).Get(_uri, HttpVersion.Version20);

        Assert.Equal((HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact), (one.Version, one.VersionPolicy));
        Assert.Equal((HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower), (two.Version, two.VersionPolicy));
    }

    static HttpRequestMessage Get(HttpOptions options) => new OriginRequest(_uri, options).Get(_uri, HttpVersion.Version11);
}
