using System.Net;
using Haul.Engine.Sources;
using Haul.Protocol.Api;
using Haul.Protocol.Contract;
using Haul.UnitTests.World;

namespace Haul.UnitTests.Engine.Sources;

/// <summary>Headers that are kept for an origin that asks who is there: when they are sent, and to whom.</summary>
public sealed class ChallengesTests
{
    const string Url = "https://origin.test/a";
    static readonly HttpOptions _options = new() { AuthHeaders = [new("Authorization", "Custom key"), new("X-Key", "key")] };

    [Fact]
    public void They_go_after_a_401_and_with_every_request_from_then_on()
    {
        using var rig = new SourceRig(Url, _options);
        Locked(rig, Url);

        rig.Get(0, 10).Dispose();
        rig.Get(10, 20).Dispose();

        Assert.Equal([(false, 0L), (true, 0L), (true, 10L)], rig.Origin.Requests.Select(request => (IsTold(request), request.Range!.From!.Value)));
    }

    [Theory]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(503)]
    public void No_other_answer_brings_them_out(int status)
    {
        using var rig = new SourceRig(Url, _options);
        rig.Origin.Serve(Url).Refusing(status);

        Assert.Equal(HResult.FromHttpStatus(status), rig.Fail().Failure.Code);

        Assert.False(IsTold(rig.Origin.Requests.Single()));
    }

    [Fact]
    public void Who_is_refused_with_them_too_is_refused_as_with_wrong_credentials()
    {
        using var rig = new SourceRig(Url, _options);
        rig.Origin.Serve(Url).Refusing(401);

        var failure = rig.Fail();

        Assert.Equal((SourceFault.Fatal, HResult.FromHttpStatus(401)), (failure.Fault, failure.Failure.Code));
        Assert.DoesNotContain("key", failure.Failure.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([false, true], rig.Origin.Requests.Select(IsTold));
    }

    [Fact]
    public void Without_any_a_401_is_not_asked_again()
    {
        using var rig = new SourceRig(Url, new HttpOptions { BearerToken = "t" });
        rig.Origin.Serve(Url).Refusing(401);

        rig.Fail();

        Assert.Single(rig.Origin.Requests);
    }

    [Fact]
    public void Credentials_are_tried_first_and_make_room_for_a_header_of_the_same_name()
    {
        using var rig = new SourceRig(Url, _options with { UserName = "ann", Password = "x", Headers = [new("x-key", "other"), new("X-Site", "hq")] });
        Locked(rig, Url);

        rig.Get().Dispose();

        var (first, second) = (rig.Origin.Requests[0].Headers, rig.Origin.Requests[1].Headers);
        Assert.Contains("Authorization: Basic", first, StringComparison.Ordinal);
        Assert.Contains("x-key: other", first, StringComparison.Ordinal);
        Assert.DoesNotContain("Basic", second, StringComparison.Ordinal);
        Assert.DoesNotContain("other", second, StringComparison.Ordinal);
        Assert.Contains("X-Site: hq", second, StringComparison.Ordinal);
    }

    [Fact]
    public void Credentials_stay_beside_a_header_of_another_name()
    {
        using var rig = new SourceRig(Url, new HttpOptions { BearerToken = "t", AuthHeaders = [new("X-Key", "key")] });
        Locked(rig, Url);

        rig.Get().Dispose();

        Assert.Contains("Authorization: Bearer t", rig.Origin.Requests[1].Headers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://other.test/b")]
    [InlineData("https://origin.test:8443/b")]
    [InlineData("https://sub.origin.test/b")]
    [InlineData("http://origin.test/b")]
    public void Another_origin_that_is_redirected_to_gets_none_though_it_asks(string place)
    {
        using var rig = new SourceRig(Url, _options with { AllowSecureToInsecureRedirect = true });
        Redirect(rig, Url, place);
        rig.Origin.Serve(place).Refusing(401);

        Assert.Equal(HResult.FromHttpStatus(401), rig.Fail().Failure.Code);

        Assert.Equal([false, false], rig.Origin.Requests.Select(IsTold));
    }

    [Theory]
    [InlineData("https://other.test/b")]
    [InlineData("http://origin.test/b")]
    public void Another_origin_gets_none_though_the_file_s_own_has_asked(string place)
    {
        using var rig = new SourceRig(Url, _options with { AllowSecureToInsecureRedirect = true });
        LockedRedirect(rig, Url, place);
        rig.Origin.Serve(place);

        rig.Get(0, 10).Dispose();
        rig.Get(10, 20).Dispose();

        Assert.Equal([("/a", false), ("/a", true), ("/b", false), ("/b", false)], rig.Origin.Requests.Select(request => (request.Uri.AbsolutePath, IsTold(request))));
    }

    [Fact]
    public void The_file_s_own_origin_is_told_wherever_it_redirects_to_in_itself()
    {
        using var rig = new SourceRig(Url, _options);
        Redirect(rig, Url, "https://ORIGIN.test:443/b");
        Locked(rig, "https://origin.test/b");

        rig.Get(0, 10).Dispose();
        rig.Get(10, 20).Dispose();

        Assert.Equal([("/a", false), ("/b", false), ("/b", true), ("/b", true)], rig.Origin.Requests.Select(request => (request.Uri.AbsolutePath, IsTold(request))));
    }

    [Fact]
    public void A_place_that_refuses_them_later_ends_after_the_origin_was_asked_once_more()
    {
        using var rig = new SourceRig(Url, _options);
        Redirect(rig, Url, "https://origin.test/b");
        var place = rig.Origin.Serve("https://origin.test/b");
        rig.Get(0, 10).Dispose();
        place.Refusing(401);

        Assert.Equal(HResult.FromHttpStatus(401), rig.Fail(10, 20).Failure.Code);

        Assert.Equal(["/a", "/b", "/b", "/b", "/a", "/b"], rig.Origin.Requests.Select(request => request.Uri.AbsolutePath));
    }

    [Fact]
    public async Task Requests_that_are_refused_together_are_each_asked_again_once()
    {
        using var door = new Door(requests: 3);
        using var rig = new SourceRig(Url, _options, door);

        var asking = Enumerable.Range(0, 3).Select(_ => rig.Begin()).ToArray();

        Assert.All(asking, one => Assert.True(one.IsCompletedSuccessfully));
        foreach (var one in asking)
            (await one).Answer!.Dispose();
        Assert.Equal([false, false, false, true, true, true], door.Told);
    }

    [Fact]
    public void A_piece_hash_file_is_told_on_the_same_origin_only()
    {
        var content = new OriginRequest(new Uri(Url), _options);

        Assert.Equal(2, content.Beside(new Uri("https://origin.test/hashes"), mayLeaveTls: true).Options.AuthHeaders.Count);
        Assert.Empty(content.Beside(new Uri("https://other.test/hashes"), mayLeaveTls: true).Options.AuthHeaders);
        Assert.Empty(content.Beside(new Uri("http://origin.test/hashes"), mayLeaveTls: true).Options.AuthHeaders);
    }

    /// <summary>A file that nobody gets without the key.</summary>
    static void Locked(SourceRig rig, string url)
    {
        var file = rig.Origin.Serve(url);
        file.Answers = Ask;

        HttpResponseMessage Ask(HttpRequestMessage request)
        {
            if (!request.Headers.TryGetValues("X-Key", out var keys) || keys.Single() != "key")
                return new HttpResponseMessage(HttpStatusCode.Unauthorized);
            file.Answers = null;
            var answer = file.Answer(request, request.Headers.Range?.Ranges.Single());
            file.Answers = Ask;
            return answer;
        }
    }

    static void LockedRedirect(SourceRig rig, string from, string to) => rig.Origin.Serve(from).Answers =
        request => request.Headers.Contains("X-Key") ? Moved(to) : new HttpResponseMessage(HttpStatusCode.Unauthorized);

    static void Redirect(SourceRig rig, string from, string to) => rig.Origin.Serve(from).Answers = _ => Moved(to);

    static HttpResponseMessage Moved(string to)
    {
        var response = new HttpResponseMessage(HttpStatusCode.Found);
        response.Headers.Location = new Uri(to);
        return response;
    }

    static bool IsTold(SeenRequest request) => request.Headers.Contains("key", StringComparison.OrdinalIgnoreCase);

    /// <summary>An origin that refuses nobody before so many have asked without the key.</summary>
    sealed class Door(int requests) : HttpMessageHandler
    {
        readonly TaskCompletionSource _allCame = new();

        public List<bool> Told { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isTold = request.Headers.Contains("X-Key");
            Told.Add(isTold);
            if (isTold)
                return new HttpResponseMessage { Content = new ByteArrayContent([1]), RequestMessage = request };
            if (Told.Count == requests)
                _allCame.SetResult();
            await _allCame.Task;
            return new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = request };
        }
    }
}
