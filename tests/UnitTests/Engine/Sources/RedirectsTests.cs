using System.Net;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.UnitTests.World;
using static Haul.Protocol.Contract.HResults;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>Where a source goes when an origin sends it elsewhere, and what it takes along.</summary>
public sealed class RedirectsTests
{
    const string Url = "https://origin.test/a/b";

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void Every_kind_of_redirect_is_followed_with_the_same_request(int status)
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, status, "https://other.test/c");
        rig.Origin.Serve("https://other.test/c");

        using var answer = rig.Get(10, 20);

        Assert.Equal([Url, "https://other.test/c"], Visited(rig));
        Assert.All(rig.Origin.Requests, request => Assert.Equal(10, request.Range!.From));
        Assert.Equal("other.test", answer.From.Host);
    }

    [Theory]
    [InlineData("/c", "https://origin.test/c")]
    [InlineData("c?d=e", "https://origin.test/a/c?d=e")]
    [InlineData("//other.test/c", "https://other.test/c")]
    [InlineData("https://ann:secret@other.test/c", "https://other.test/c")]
    public void A_place_may_be_named_in_every_way(string location, string place)
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, location);
        rig.Origin.Serve(place);

        rig.Get().Dispose();

        Assert.Equal(place, Visited(rig)[^1]);
    }

    [Theory]
    [InlineData("ftp://other.test/c")]
    [InlineData("file:///etc/passwd")]
    [InlineData("data:text/plain,x")]
    public void Only_http_is_followed(string location)
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, location);

        Assert.Equal(WININET_E_REDIRECT_FAILED, rig.Fail().Failure.Code);
    }

    [Fact]
    public void A_redirect_to_nowhere_is_final()
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, null);

        Assert.Equal((SourceFault.Fatal, WININET_E_REDIRECT_FAILED), (rig.Fail().Fault, rig.Fail().Failure.Code));
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Ten_redirects_are_followed_and_no_more(int hops, bool isFine)
    {
        using var rig = new SourceRig("https://origin.test/0");
        for (var i = 0; i < hops; i++)
            Redirect(rig, $"https://origin.test/{i}", 302, $"/{i + 1}");
        rig.Origin.Serve($"https://origin.test/{hops}");

        var (answer, failure) = rig.Ask();
        answer?.Dispose();

        Assert.Equal(isFine ? null : WININET_E_REDIRECT_FAILED, failure?.Failure.Code);
        Assert.Equal(11, rig.Origin.Requests.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void From_https_to_http_only_when_that_was_allowed(bool isAllowed)
    {
        using var rig = new SourceRig(Url, new HttpOptions { AllowSecureToInsecureRedirect = isAllowed });
        Redirect(rig, Url, 302, "http://other.test/c");
        rig.Origin.Serve("http://other.test/c");

        var (answer, failure) = rig.Ask();
        answer?.Dispose();

        Assert.Equal(isAllowed ? null : WININET_E_HTTPS_TO_HTTP_ON_REDIR, failure?.Failure.Code);
        Assert.Equal(isAllowed ? 2 : 1, rig.Origin.Requests.Count);
    }

    [Fact]
    public void Secrets_stay_with_their_origin_and_are_told_it_again_on_the_way_back()
    {
        using var rig = new SourceRig(Url, new HttpOptions { BearerToken = "secret", Headers = [new("Cookie", "secret")] });
        Redirect(rig, Url, 302, "https://other.test/c");
        Redirect(rig, "https://other.test/c", 302, "https://origin.test/d");
        rig.Origin.Serve("https://origin.test/d");

        rig.Get().Dispose();

        Assert.Equal([true, false, true], rig.Origin.Requests.Select(request => request.Headers.Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public void Later_requests_go_to_the_place_at_once()
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, "https://other.test/c");
        rig.Origin.Serve("https://other.test/c");

        rig.Get(0, 10).Dispose();
        rig.Get(10, 20).Dispose();

        Assert.Equal([Url, "https://other.test/c", "https://other.test/c"], Visited(rig));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    public void The_origin_is_asked_again_when_the_place_is_gone(int status)
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, "https://other.test/old");
        var old = rig.Origin.Serve("https://other.test/old");
        rig.Get(0, 10).Dispose();
        old.Status = status;
        Redirect(rig, Url, 302, "https://other.test/new");
        rig.Origin.Serve("https://other.test/new");

        rig.Get(10, 20).Dispose();

        Assert.Equal([Url, "https://other.test/new"], Visited(rig)[^2..]);
    }

    [Fact]
    public void A_place_that_is_gone_for_good_is_told_once()
    {
        using var rig = new SourceRig(Url);
        Redirect(rig, Url, 302, "https://other.test/c");
        rig.Origin.Serve("https://other.test/c").Refusing(404);

        Assert.Equal(SourceFault.Fatal, rig.Fail().Fault);
        Assert.Equal(2, rig.Origin.Requests.Count);
    }

    [Theory]
    [InlineData(426)]
    [InlineData(505)]
    public void A_server_that_speaks_only_http_2_is_asked_in_it(int status)
    {
        using var rig = new SourceRig(Url);
        var versions = new List<Version>();
        var file = rig.Origin.Serve(Url);
        file.Answers = request =>
        {
            versions.Add(request.Version);
            return request.Version.Major < 2 ? new HttpResponseMessage((HttpStatusCode)status) : new HttpResponseMessage { Content = new ByteArrayContent([1]) };
        };

        rig.Get().Dispose();
        rig.Get().Dispose();

        Assert.Equal([HttpVersion.Version11, HttpVersion.Version20, HttpVersion.Version20], versions);
    }

    static void Redirect(SourceRig rig, string from, int status, string? location) => rig.Origin.Serve(from).Answers = _ =>
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (location is not null)
            response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    };

    // Without what a request does not send.
    static string[] Visited(SourceRig rig) => [.. rig.Origin.Requests.Select(request => HttpFaults.Name(request.Uri) + request.Uri.Query)];
}
